"""The lines that mention a name anywhere in the text: also in strings, comments and documents."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from indexers.files.decoding import read_lines
from indexers.search.lexical import chunks_with_phrases
from indexers.stores import symbols
from indexers.stores.catalog import Catalog
from indexers.stores.chunks import places
from indexers.syntax.languages import is_test_path
from indexers.syntax.words import terms
from indexers.types import BY_NAME, Use

CHUNKS_READ = 200
"""The most chunks whose text is read."""

MENTION = "mention"


def mentions(catalog: Catalog, root: Path, name: str, limit: int = 20) -> list[Use]:
    """The lines that contain a name as a whole word, except those that define it, by path and line."""
    word = re.split(r"\W+", name.removesuffix("()"))[-1]
    word_terms = terms(word)
    if not word_terms:
        return []
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    chunks = chunks_with_phrases(catalog, [" ".join(word_terms)], sys.maxsize, CHUNKS_READ)
    found: set[tuple[str, int]] = set()
    for path, start, end in places(catalog, chunks).values():
        lines = read_lines(root, path, start, end).split("\n")
        found.update((path, number) for number, line in enumerate(lines, start) if pattern.search(line))
    found -= {(d.path, line) for d in symbols.definitions_named(catalog, word) for line in _heading(d.line, d.end_line)}
    tests = {path for path, _ in found if is_test_path(path)}
    ordered = sorted(found, key=lambda place: (place[0] in tests, place))[:limit]
    return [Use(path, line, word, MENTION, "", path in tests, BY_NAME) for path, line in ordered]


def _heading(start: int, end: int) -> range:
    """The lines on which a definition can state its name: decorators stand above it."""
    return range(start, min(end, start + 3) + 1)
