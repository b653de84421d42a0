"""What a query names letter by letter: files by their path, definitions by their name, words of the text."""

from __future__ import annotations

import sys
from pathlib import Path

from indexers.files.decoding import read_lines
from indexers.search.lexical import chunks_with_phrases
from indexers.search.query import Query
from indexers.stores.catalog import Catalog
from indexers.stores.chunks import chunks_that_define, first_chunks_of_path, places
from indexers.syntax.words import terms
from indexers.types import Ids

CHUNKS_READ = 40
"""Chunks that are read for a word: the index has its terms, only the text has its spelling."""

PROPER_TRUST = 0.3
"""A capitalised word in a sentence is a name of the code less often than one written in camel case."""

OTHER_CASE = 0.8
MINOR_DEFINITION = 0.7
"""A prototype, field, variable or constructor of the name is rarely what is asked for when there is a definition too."""


def named_files(catalog: Catalog, query: Query, allowed: Ids | None) -> dict[int, float]:
    """The first chunk of each file whose path the query spells out."""
    found: dict[int, float] = {}
    permitted = set(allowed.tolist()) if allowed is not None else None
    for path in query.paths:
        for chunk, full in first_chunks_of_path(catalog, path.lstrip("./")):
            whole = full == path or full.endswith("/" + path)
            if whole and (permitted is None or chunk in permitted):
                found[chunk] = 1.0
    return found


def defining_chunks(catalog: Catalog, query: Query, allowed: Ids | None) -> dict[int, float]:
    """Chunks that define a name the query spells out: 1 for the exact spelling, less for another case."""
    found: dict[int, float] = {}
    permitted = set(allowed.tolist()) if allowed is not None else None
    for symbol in (*query.symbols, *query.proper):
        trust = 1.0 if symbol in query.symbols else PROPER_TRUST
        for chunk, name, qualified, kind in chunks_that_define(catalog, symbol, any_case=symbol in query.symbols):
            value = trust if name == symbol else OTHER_CASE * trust
            if kind in ("declaration", "field", "variable", "constructor"):
                value *= MINOR_DEFINITION
            if any(qualified.endswith(full) for full in query.qualified):
                value = 1.0
            if permitted is None or chunk in permitted:
                found[chunk] = max(found.get(chunk, 0.0), value)
    return found


def text_contains(catalog: Catalog, root: Path, word: str) -> bool:
    """Whether a word is in the text of a chunk, letter by letter."""
    wanted = terms(word)
    if not wanted:
        return False
    chunks = chunks_with_phrases(catalog, [" ".join(wanted)], sys.maxsize, CHUNKS_READ)
    found = places(catalog, chunks)
    return any(word in read_lines(root, *found[chunk]) for chunk in chunks)
