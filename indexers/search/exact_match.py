"""What a query spells out: files by their path, definitions by their name -> the chunks that are meant."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from indexers.files.decoding import read_lines
from indexers.search.lexical import chunks_saying
from indexers.search.query import Query
from indexers.syntax.words import terms
from indexers.types import Ids

STANDS_IN = 40
"""Chunks that are read for a word; the index has its terms, and only the text its spelling."""

PROPER_TRUST = 0.3
"""A capitalised word in a sentence is a name of the code less often than one written in camel case."""

OTHER_CASE = 0.8
MINOR_DEFINITION = 0.7
"""A prototype, field, variable or constructor of the name is rarely what is asked for when there is a definition too."""


def named_files(sql: sqlite3.Connection, query: Query, allowed: Ids | None) -> dict[int, float]:
    """The first chunk of each file whose path the query spells out."""
    found: dict[int, float] = {}
    permitted = set(allowed.tolist()) if allowed is not None else None
    for path in query.paths:
        escaped = path.lstrip("./").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = sql.execute(
            "SELECT min(chunks.id), files.path FROM files JOIN chunks ON chunks.file = files.id "
            "WHERE files.path LIKE ? ESCAPE '\\' GROUP BY files.id LIMIT 50",
            ("%" + escaped,),
        )
        for chunk, full in rows:
            whole = full == path or full.endswith("/" + path)
            if whole and (permitted is None or chunk in permitted):
                found[chunk] = 1.0
    return found


def defining_chunks(sql: sqlite3.Connection, query: Query, allowed: Ids | None) -> dict[int, float]:
    """Chunks that define a name the query spells out: 1 for the exact spelling, less for another case."""
    found: dict[int, float] = {}
    permitted = set(allowed.tolist()) if allowed is not None else None
    for symbol in (*query.symbols, *query.proper):
        trust = 1.0 if symbol in query.symbols else PROPER_TRUST
        for chunk, name, qualified, kind in _definitions(sql, symbol, any_case=symbol in query.symbols):
            value = trust if name == symbol else OTHER_CASE * trust
            if kind in ("declaration", "field", "variable", "constructor"):
                value *= MINOR_DEFINITION
            if any(qualified.endswith(full) for full in query.qualified):
                value = 1.0
            if permitted is None or chunk in permitted:
                found[chunk] = max(found.get(chunk, 0.0), value)
    return found


def stands(sql: sqlite3.Connection, root: Path, word: str) -> bool:
    """Whether a word stands in the text of a chunk, letter by letter."""
    wanted = terms(word)
    if not wanted:
        return False
    for chunk in chunks_saying(sql, [" ".join(wanted)], sys.maxsize, STANDS_IN):
        path, start, end = sql.execute(
            "SELECT files.path, chunks.start, chunks.end FROM chunks JOIN files ON files.id = chunks.file WHERE chunks.id = ?",
            (chunk,),
        ).fetchone()
        if word in read_lines(root, path, start, end):
            return True
    return False


def _definitions(sql: sqlite3.Connection, name: str, *, any_case: bool) -> list[tuple[int, str, str, str]]:
    """(chunk, name, qualified name, kind) of the definitions of a name, in another case when there is none in this."""
    # The second condition reads every name, 3 ms for 50,000; it is tried only for what is written like a name.
    for condition in ("names.name = ?", "names.name = ? COLLATE NOCASE")[: 1 + any_case]:
        rows = sql.execute(
            "SELECT chunks.id, names.name, symbols.qualified, symbols.kind FROM names "
            "JOIN symbols ON symbols.name = names.id "
            "JOIN chunks ON chunks.file = symbols.file AND symbols.start BETWEEN chunks.start AND chunks.end "
            f"WHERE {condition} AND names.definitions > 0 LIMIT 200",
            (name,),
        ).fetchall()
        if rows:
            return rows
    return []
