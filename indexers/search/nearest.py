"""The chunks nearest to a text, and pairs of chunks that are near each other, by their vectors alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from indexers.stores.catalog import Catalog
from indexers.stores.chunks import places, places_of_symbols
from indexers.types import Encoder, VectorStore

BATCH = 512


class Near(NamedTuple):
    """A chunk with the cosine between its vector and what was asked."""

    id: int
    path: str
    start_line: int
    end_line: int
    similarity: float


def similar(catalog: Catalog, vectors: VectorStore, encoder: Encoder, texts: Sequence[str], k: int) -> list[list[Near]]:
    """For each text the `k` nearest chunks, best first."""
    if not texts or not len(vectors):
        return [[] for _ in texts]
    ids, cosines = vectors.search_many(encoder.encode(texts), k)
    found = places(catalog, {int(i) for row in ids for i in row if i >= 0})
    return [
        [Near(int(i), *found[int(i)], float(c)) for i, c in zip(row, scores, strict=True) if int(i) in found]
        for row, scores in zip(ids, cosines, strict=True)
    ]


def neighbours(catalog: Catalog, vectors: VectorStore, k: int, least: float) -> Iterator[tuple[Near, Near]]:
    """Pairs of chunks of code whose vectors are at least `least` alike; each pair once, (earlier id, later id)."""
    known = places_of_symbols(catalog)
    wanted = np.array(sorted(known), dtype=np.int64)
    for at in range(0, len(wanted), BATCH):
        part = wanted[at : at + BATCH]
        ids, cosines = vectors.search_many(vectors.get(part), k + 1)
        for one, row, scores in zip(part.tolist(), ids, cosines, strict=True):
            for other, cosine in zip(row.tolist(), scores.tolist(), strict=True):
                if one < other and other in known and cosine >= least:
                    yield Near(one, *known[one], cosine), Near(other, *known[other], cosine)
