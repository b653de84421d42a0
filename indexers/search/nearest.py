"""Nearest chunks of a text, and pairs of similar chunks, by vectors alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from indexers.stores.catalog import Catalog
from indexers.stores.chunks import places, places_of_symbols
from indexers.types import Encoder, VectorStore

BATCH = 512


class Near(NamedTuple):
    """A chunk with the cosine between its vector and the query's."""

    id: int
    path: str
    start_line: int
    end_line: int
    similarity: float


def similar(catalog: Catalog, vectors: VectorStore, encoder: Encoder, texts: Sequence[str], k: int) -> list[list[Near]]:
    """The `k` nearest chunks of each text, best first."""
    if not texts or not len(vectors):
        return [[] for _ in texts]
    ids, cosines = vectors.search_many(encoder.encode(texts), k)
    locations = places(catalog, {int(i) for row in ids for i in row if i >= 0})
    return [
        [Near(int(i), *locations[int(i)], float(c)) for i, c in zip(row, scores, strict=True) if int(i) in locations]
        for row, scores in zip(ids, cosines, strict=True)
    ]


def neighbours(catalog: Catalog, vectors: VectorStore, k: int, least: float) -> Iterator[tuple[Near, Near]]:
    """Pairs of definition chunks with a cosine of at least `least`; each pair once, as (smaller id, larger id)."""
    locations = places_of_symbols(catalog)
    ids = np.array(sorted(locations), dtype=np.int64)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        near_ids, cosines = vectors.search_many(vectors.get(batch), k + 1)
        for one, row, scores in zip(batch.tolist(), near_ids, cosines, strict=True):
            for other, cosine in zip(row.tolist(), scores.tolist(), strict=True):
                if one < other and other in locations and cosine >= least:
                    yield Near(one, *locations[one], cosine), Near(other, *locations[other], cosine)
