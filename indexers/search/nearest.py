"""Chunks that are near a text, or near each other, by their vectors alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from indexers.stores.catalog import Catalog
from indexers.stores.faiss import FaissStore
from indexers.types import Encoder

BATCH = 512


class Near(NamedTuple):
    """A chunk with the cosine between its vector and what was asked."""

    id: int
    path: str
    start_line: int
    end_line: int
    similarity: float


def similar(catalog: Catalog, vectors: FaissStore, encoder: Encoder, texts: Sequence[str], k: int) -> list[list[Near]]:
    """For each text the `k` nearest chunks, best first."""
    if not texts or not len(vectors):
        return [[] for _ in texts]
    ids, cosines = vectors.search_many(encoder.encode(texts), k)
    places = _places(catalog, {int(i) for row in ids for i in row if i >= 0})
    return [
        [Near(int(i), *places[int(i)], float(c)) for i, c in zip(row, found, strict=True) if int(i) in places]
        for row, found in zip(ids, cosines, strict=True)
    ]  # fmt: skip


def neighbours(catalog: Catalog, vectors: FaissStore, k: int, least: float) -> Iterator[tuple[Near, Near]]:
    """Pairs of chunks of code whose vectors are at least `least` alike; each pair once, (earlier id, later id)."""
    rows = catalog.connection.execute(
        "SELECT c.id, f.path, c.start, c.end FROM chunks c JOIN files f ON f.id = c.file WHERE c.symbol IS NOT NULL"
    ).fetchall()
    places: dict[int, tuple[str, int, int]] = {row[0]: (row[1], row[2], row[3]) for row in rows}
    wanted = np.array(sorted(places), dtype=np.int64)
    for at in range(0, len(wanted), BATCH):
        part = wanted[at : at + BATCH]
        ids, cosines = vectors.search_many(vectors.get(part), k + 1)
        for one, row, found in zip(part.tolist(), ids, cosines, strict=True):
            for other, cosine in zip(row.tolist(), found.tolist(), strict=True):
                if one < other and other in places and cosine >= least:
                    yield Near(one, *places[one], cosine), Near(other, *places[other], cosine)


def _places(catalog: Catalog, ids: set[int]) -> dict[int, tuple[str, int, int]]:
    marks = ",".join("?" * len(ids))
    sql = f"SELECT c.id, f.path, c.start, c.end FROM chunks c JOIN files f ON f.id = c.file WHERE c.id IN ({marks})"
    return {row[0]: (row[1], row[2], row[3]) for row in catalog.connection.execute(sql, sorted(ids))}
