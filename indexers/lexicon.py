"""The lexical side: BM25 over the FTS5 table of terms."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from indexers.fusion import LEXICAL_WEIGHTS
from indexers.types import Ids

COMMON_SHARE = 0.06
"""A term in more than this share of all chunks tells them apart too little to pay for reading its list ..."""

ALWAYS_KEPT = 3
"""... but this many of the rarest terms are kept, unless they are in more than TOO_COMMON_SHARE of all chunks."""

TOO_COMMON_SHARE = 0.25


def document_frequencies(sql: sqlite3.Connection, terms: Sequence[str]) -> dict[str, int]:
    """In how many chunks each term occurs; terms that occur nowhere have 0."""
    found = dict.fromkeys(terms, 0)
    if terms:
        marks = ",".join("?" * len(terms))
        found.update(sql.execute(f"SELECT term, doc FROM vocabulary WHERE term IN ({marks})", tuple(terms)))
    return found


def lexical_scores(
    sql: sqlite3.Connection, frequencies: Mapping[str, int], total: int, limit: int, allowed: Ids | None = None
) -> dict[int, float]:
    """BM25 scores (positive, larger is better) of the best `limit` chunks for the terms, by chunk id.

    Terms are joined by OR. `allowed` restricts the chunks before the limit is taken.
    """
    present = sorted((n, term) for term, n in frequencies.items() if n)
    kept = [
        term
        for rank, (n, term) in enumerate(present)
        if n <= COMMON_SHARE * total or (rank < ALWAYS_KEPT and n <= TOO_COMMON_SHARE * total) or rank == 0
    ]
    if not kept:
        return {}
    match = " OR ".join(f'"{term}"' for term in kept)
    weights = ",".join(map(str, LEXICAL_WEIGHTS))
    restriction = ""
    if allowed is not None:
        sql.execute("CREATE TEMP TABLE IF NOT EXISTS allowed(id INTEGER PRIMARY KEY)")
        sql.execute("DELETE FROM allowed")
        sql.executemany("INSERT INTO allowed VALUES(?)", ((int(i),) for i in allowed))
        restriction = "AND rowid IN (SELECT id FROM temp.allowed)"
    rows = sql.execute(
        f"SELECT rowid, bm25(lexicon, {weights}) AS score FROM lexicon WHERE lexicon MATCH ? {restriction} "
        "ORDER BY score LIMIT ?",
        (match, limit),
    )
    return {rowid: -score for rowid, score in rows}
