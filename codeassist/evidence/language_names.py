"""Names of the languages of a repository: builtins, errors and types of their standard libraries, which need no definition."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from indexers.syntax.languages import detect

NAMES_FILE = "language_names.txt"


def languages_of(paths: Iterable[str]) -> frozenset[str]:
    """The languages of some files, by their endings."""
    endings = {path.rpartition("/")[2].rpartition(".")[2]: path for path in paths}
    return frozenset(detect(path).name for path in endings.values())


def is_of_language(name: str, languages: Iterable[str]) -> bool:
    """Whether one of these languages, or its standard library, has this name."""
    known = _names()
    return any(name in known.get(language, ()) for language in languages)


@cache
def _names() -> dict[str, frozenset[str]]:
    text = Path(__file__).with_name(NAMES_FILE).read_text(encoding="utf-8")
    found: dict[str, frozenset[str]] = {}
    for heading, body in re.findall(r"(?m)^\[([^\]]+)\]\n((?:[^\[#\n].*\n)+)", text):
        found.update(dict.fromkeys(heading.split(), frozenset(body.split())))
    return found
