"""Queries on the lexical index: document frequencies, BM25 scores of an FTS5 expression, terms by first letter."""

from __future__ import annotations

from collections.abc import Sequence

from indexers.stores.catalog import Catalog
from indexers.stores.chunks import among, places
from indexers.types import Ids

BATCH = 500
WIDER = 4
"""With a filter, this many times the wanted rows are read first, then more: a condition on the rows would make SQLite search
the index once for each permitted row."""

FEW = 4
"""Less than the limit divided by this is few."""


def document_frequencies(catalog: Catalog, terms: Sequence[str]) -> dict[str, int]:
    """The number of chunks that contain each term, 0 included."""
    frequencies = dict.fromkeys(terms, 0)
    for start in range(0, len(terms), BATCH):
        batch = tuple(terms[start : start + BATCH])
        marks = ",".join("?" * len(batch))
        frequencies.update(catalog.connection.execute(f"SELECT term, doc FROM vocabulary WHERE term IN ({marks})", batch))
    return frequencies


def best_chunks(
    catalog: Catalog, match: str, column_weights: Sequence[float], limit: int, allowed: Ids | None = None
) -> dict[int, float]:
    """BM25 scores (positive, larger is better) of about the best `limit` chunks for an FTS5 expression, by chunk id.

    `column_weights` are for path, names, documentation and body; `allowed` restricts the chunks before the limit applies.
    Chunks that tie at the limit are all left out, since an order by id would depend on the history of the index; where that
    leaves few, the tied ones are taken in the order of their places.
    """
    weights = ",".join(map(str, column_weights))
    sql = f"SELECT rowid, bm25(lexicon, {weights}) AS score FROM lexicon WHERE lexicon MATCH ? ORDER BY score LIMIT ?"
    fetched = limit + 1 if allowed is None else WIDER * limit
    while True:
        rows = catalog.connection.execute(sql, (match, fetched)).fetchall()
        scores = {rowid: -score for rowid, score in rows}
        best = {rowid: scores[rowid] for rowid in among(list(scores), allowed)}
        if len(best) <= limit and len(rows) < fetched:
            return best
        if len(best) > limit:
            edge = list(best.values())[limit]
            better = {chunk: score for chunk, score in best.items() if score > edge}
            if len(better) * FEW >= limit:
                return better
            if len(rows) < fetched:
                return better | _first_places(catalog, [c for c, s in best.items() if s == edge], edge, limit - len(better))
        fetched *= WIDER * WIDER


def _first_places(catalog: Catalog, tied: Sequence[int], score: float, count: int) -> dict[int, float]:
    """The first `count` of chunks with the same score, by path and line."""
    at = places(catalog, tied)
    return dict.fromkeys(sorted(at, key=lambda chunk: at[chunk])[:count], score)


def terms_of_letter(catalog: Catalog, letter: str) -> list[str]:
    """Every term of the index that begins with `letter`."""
    sql = "SELECT term FROM vocabulary WHERE term >= ? AND term < ?"
    return [term for (term,) in catalog.connection.execute(sql, (letter, chr(ord(letter) + 1)))]
