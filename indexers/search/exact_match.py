"""Exact matches of a query: files by path or stack frame, definitions by name, words in the text."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from indexers.files.decoding import read_lines
from indexers.search.lexical import chunks_with_phrases
from indexers.search.query import Query
from indexers.stores.catalog import Catalog
from indexers.stores.chunks import (
    among,
    chunk_at,
    chunks_that_define,
    files_named,
    first_chunks_of_path,
    places,
    symbols_in_chunk,
)
from indexers.syntax.words import STOP_WORDS, terms, words
from indexers.types import Hit, Ids

_STARTS = re.compile(r"^(?:\.{0,2}/)+")
"""What a path begins with that names a folder around the repository: `./`, `../`, `/`."""

CHUNKS_READ = 40
"""The most chunks to read when checking a word: the index stores stemmed terms, only the text has the spelling."""

PROPER_TRUST = 0.3
"""The score of a capitalised word in a sentence, which is less often a name in the code than a camel-case word."""

OTHER_CASE = 0.8
QUALIFIED, OTHER_QUALIFIER = 1.5, 0.5
"""The score of the member that a qualified name means, and the factor of the rest: `Cache.clear` means neither the class
`Cache` nor the `clear` of another class, if it is defined."""

IN_BODY = 0.5
"""The score of a name in the body of an issue relative to one in its title; examples use many names that are not meant."""

MINOR_DEFINITION = 0.7
"""A query for a name rarely means a prototype, field, variable or constructor when there is another definition."""

OUTER_FRAME = 0.7
"""The score of a stack frame relative to the next inner one: errors are raised where they are found, near their cause."""

MOST_FRAMES = 12
LEAST_WORDS, MOST_WORDS = 2, 6
RARE = 3
"""A name that is spelled out in words means its definitions if there are at most so many."""

_INSTALLED = re.compile(r".*/(?:site|dist)-packages/")


def framed_chunks(catalog: Catalog, query: Query, allowed: Ids | None) -> dict[int, float]:
    """The chunks in the stack frames of a query, the innermost frame inside the repository with score 1."""
    files = files_named(catalog, list(dict.fromkeys(frame.path.rpartition("/")[2] for frame in query.frames)))
    chunks: dict[int, None] = {}
    for frame in query.frames:
        file = _file_of_frame(frame.path, files)
        chunk = chunk_at(catalog, file, frame.line, frame.name) if file is not None else None
        if chunk is not None:
            chunks.setdefault(chunk)
    inside = among(list(chunks), allowed)[:MOST_FRAMES]
    return {chunk: OUTER_FRAME**rank for rank, chunk in enumerate(inside)}


def _file_of_frame(path: str, files: Sequence[tuple[int, str]]) -> int | None:
    """The file that shares the longest end with a path of another machine; one shared name is enough only for a bare name.

    What is installed by Python's package manager must match from its package on: `site-packages/x/core.py` is not `core.py`.
    """
    installed = _INSTALLED.sub("", path)
    parts = installed.strip("/").split("/")[::-1]
    least = len(parts) if installed != path else min(2, len(parts))

    def shared(other: str) -> int:
        count = 0
        for mine, theirs in zip(parts, other.split("/")[::-1], strict=False):
            if mine != theirs:
                break
            count += 1
        return count

    best = max(files, key=lambda file: (shared(file[1]), -len(file[1])), default=None)
    return best[0] if best is not None and shared(best[1]) >= least else None


def named_files(catalog: Catalog, query: Query, allowed: Ids | None) -> dict[int, float]:
    """The first chunk of each file whose path is in the query, with score 1."""
    scores: dict[int, float] = {}
    for written in query.paths:
        path = _STARTS.sub("", written)
        for chunk, full in first_chunks_of_path(catalog, path):
            is_match = full == path or full.endswith("/" + path)
            if is_match:
                scores[chunk] = 1.0
    return {chunk: scores[chunk] for chunk in among(list(scores), allowed)}


def defining_chunks(catalog: Catalog, query: Query, allowed: Ids | None, factor: float = 1.0) -> dict[int, float]:
    """The chunks that define a name in the query, with a score: 1 for the exact spelling, less for another case.

    The score of what is meant is multiplied by `factor`; a definition in another case is meant only by a query in lower case,
    as people type names: `Router` does not mean a function `router`.
    """
    scores: dict[int, float] = {}
    other_case = OTHER_CASE * (factor if query.text.strip().islower() else 1.0)
    for symbol in (*query.symbols, *query.proper):
        weight = 1.0 if symbol in query.symbols else PROPER_TRUST
        any_case = symbol in query.symbols and not query.is_pasted
        definitions = chunks_that_define(catalog, symbol, any_case=any_case)
        if query.is_pasted:
            weight *= (1.0 if symbol in query.subject else IN_BODY) / math.sqrt(max(1, len(definitions)))
        for chunk, name, qualified, kind in definitions:
            score = weight * (factor if name == symbol else other_case)
            if kind in ("declaration", "field", "variable", "constructor"):
                score *= MINOR_DEFINITION
            if query.qualified and not query.is_pasted:
                score = factor * QUALIFIED if _is_meant(qualified, query.qualified) else OTHER_QUALIFIER * score
            scores[chunk] = max(scores.get(chunk, 0.0), score)
    return {chunk: scores[chunk] for chunk in among(list(scores), allowed)}


def _is_meant(qualified: str, endings: Iterable[str]) -> bool:
    """Whether a qualified name ends with one of those in a query."""
    return any(f".{qualified}".endswith(f".{ending}") for ending in endings)


def called_as_asked(catalog: Catalog, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """Hits in which the query's name is defined, with that name; a chunk of small definitions is called after its first."""
    return [_called(catalog, query, hit) if hit.reasons.get("exact_symbol") else hit for hit in hits]


def _called(catalog: Catalog, query: Query, hit: Hit) -> Hit:
    names = {name.lower() for name in (*query.symbols, *query.proper)}
    inside = symbols_in_chunk(catalog, hit.chunk_id)
    meant = [symbol for symbol in inside if _is_meant(symbol.qualified_name, query.qualified)]
    if not meant and hit.name.lower() not in names:
        meant = [symbol for symbol in inside if symbol.name.lower() in names]
    if not meant:
        return hit
    named = meant[0]
    return replace(
        hit,
        name=named.name,
        kind=named.kind,
        qualified_name=named.qualified_name,
        signature=named.signature,
        documentation=named.documentation,
    )


def spelled_out(catalog: Catalog, query: Query, allowed: Ids | None) -> dict[int, float]:
    """The chunks that define the name which a query spells out in words, with score 1, unless it has many definitions.

    "validate queue name" is `ValidateQueueName`, `validateQueueName` and `validate_queue_name`.
    """
    if query.is_pasted or query.symbols or query.paths:
        return {}
    every = words(query.text)
    chosen = dict.fromkeys((tuple(every), tuple(word for word in every if word not in STOP_WORDS)))
    forms = dict.fromkeys(form for some in chosen if LEAST_WORDS <= len(some) <= MOST_WORDS for form in _forms(some))
    found = [found for form in forms for found in chunks_that_define(catalog, form, any_case=False)]
    minor = ("declaration", "field", "variable", "constructor")
    chunks = dict.fromkeys(chunk for chunk, _, _, kind in found if kind not in minor) or dict.fromkeys(c for c, *_ in found)
    return dict.fromkeys(among(list(chunks), allowed), 1.0) if len(chunks) <= RARE else {}


def _forms(parts: Sequence[str]) -> Iterator[str]:
    """The ways in which languages write some words as one name."""
    pascal = "".join(part[:1].upper() + part[1:] for part in parts)
    yield from (pascal, parts[0] + pascal[len(parts[0]) :], "_".join(parts), "_".join(parts).upper(), "-".join(parts))


def text_contains(catalog: Catalog, root: Path, word: str) -> bool:
    """Whether the text of a chunk contains a word in exactly this spelling; reads at most `CHUNKS_READ` chunks."""
    word_terms = terms(word)
    if not word_terms:
        return False
    chunks = chunks_with_phrases(catalog, [" ".join(word_terms)], sys.maxsize, CHUNKS_READ)
    locations = places(catalog, chunks)
    return any(word in read_lines(root, *locations[chunk]) for chunk in chunks)
