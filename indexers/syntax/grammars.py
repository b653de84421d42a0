"""Parsers and compiled queries of each language, created on first use."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tree_sitter import Parser, Query, Tree

from indexers.syntax.languages import Language, by_name

if TYPE_CHECKING:
    from tree_sitter_language_pack import SupportedLanguage

INHERITS = "; inherits:"
_PATTERN = re.compile(r"^(?=[(\[])", re.MULTILINE)


@cache
def _parser(grammar: str) -> Parser:
    from tree_sitter_language_pack import get_language

    return Parser(get_language(cast("SupportedLanguage", grammar)))


def parse(language: Language, source: bytes) -> Tree | None:
    """Parse UTF-8 `source`; None when the language has no grammar."""
    if not language.grammar:
        return None
    return _parser(language.grammar).parse(source)


@cache
def queries(name: str) -> tuple[Query, Query] | None:
    """The (definitions, uses) queries of a language, or None if it has none.

    Both are compiled from `queries/<name>.scm` and the files that its first line names (`; inherits: A, B`): the first
    contains the patterns that capture `@definition.*`, the second all others (references, comments, documentation).
    """
    from tree_sitter_language_pack import get_language

    language = by_name(name)
    if not (language.grammar and language.queries):
        return None
    definitions, uses = _split(query_text(name))
    grammar = get_language(cast("SupportedLanguage", language.grammar))
    return Query(grammar, definitions), Query(grammar, uses)


def _split(text: str) -> tuple[str, str]:
    """The patterns of a query file that capture `@definition.*`, and the others: each begins at the start of a line."""
    definitions: list[str] = []
    uses: list[str] = []
    for pattern in _PATTERN.split(text):
        (definitions if "@definition." in pattern else uses).append(pattern)
    return "".join(definitions), "".join(uses)


def query_text(name: str) -> str:
    """The text of a query file, after that of the files it inherits."""
    text = Path(__file__).with_name("queries").joinpath(f"{name}.scm").read_text(encoding="utf-8")
    first = text.partition("\n")[0]
    if not first.startswith(INHERITS):
        return text
    return "\n".join([*(query_text(part.strip()) for part in first.removeprefix(INHERITS).split(",")), text])
