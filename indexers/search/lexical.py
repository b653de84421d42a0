"""The lexical side: BM25 over the FTS5 table of terms."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from indexers.search.fusion import LEXICAL_WEIGHTS
from indexers.types import Ids

COMMON_SHARE = 0.06
"""A term in more than this share of all chunks tells them apart too little to pay for reading its list ..."""

ALWAYS_KEPT = 3
"""... but this many of the rarest terms are kept, unless they are in more than TOO_COMMON_SHARE of all chunks."""

TOO_COMMON_SHARE = 0.25


PHRASE = 3
"""Terms in a row that count as a phrase."""

MOST_PHRASES = 10
"""Of a question; those with the rarest words."""


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
    return _best(sql, " OR ".join(f'"{term}"' for term in kept), LEXICAL_WEIGHTS, limit, allowed)


def phrases(terms: Sequence[str]) -> list[str]:
    """Every row of `PHRASE` terms, joined by spaces."""
    return list(dict.fromkeys(" ".join(terms[i : i + PHRASE]) for i in range(len(terms) - PHRASE + 1)))


def chunks_saying(
    sql: sqlite3.Connection, wanted: Sequence[str], total: int, limit: int, allowed: Ids | None = None
) -> list[int]:
    """The chunks that say most of some phrases, best first.

    Phrases of words that are all common are not looked for: reading their lists would cost more than they tell.
    """
    frequencies = document_frequencies(sql, tuple({term for phrase in wanted for term in phrase.split()}))
    rarest = {phrase: min(frequencies[term] for term in phrase.split()) for phrase in wanted}
    telling = [phrase for phrase in wanted if 0 < rarest[phrase] <= COMMON_SHARE * total]
    if not telling:
        return []
    telling.sort(key=rarest.__getitem__)
    match = " OR ".join(f'"{phrase}"' for phrase in telling[:MOST_PHRASES])
    return list(_best(sql, match, (0.0, 0.0, 1.0, 1.0), limit, allowed))


def share_said(wanted: Sequence[str], terms: Sequence[str]) -> float:
    """The share of the phrases that stand in a text, given by its terms in order."""
    text = f" {' '.join(terms)} "
    return sum(f" {phrase} " in text for phrase in wanted) / len(wanted) if wanted else 0.0


def _best(
    sql: sqlite3.Connection, match: str, column_weights: Sequence[float], limit: int, allowed: Ids | None
) -> dict[int, float]:
    """BM25 scores of the best `limit` chunks for an FTS5 expression, by chunk id."""
    weights = ",".join(map(str, column_weights))
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
