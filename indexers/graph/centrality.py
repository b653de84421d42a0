"""Rank files by how much the rest of the repository depends on them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from indexers.graph.definitions import COMMON_METHODS
from indexers.graph.references import AMBIGUOUS
from indexers.stores import symbols
from indexers.stores.catalog import Catalog

DAMPING = 0.85
ITERATIONS = 30
"""PageRank with the usual damping (Brin and Page, 1998); after 30 iterations the order of the shown files is stable."""


def file_ranks(catalog: Catalog) -> dict[str, float]:
    """The PageRank of each file, where a file links to the files that define the names it uses; sums to 1."""
    paths = symbols.paths_by_id(catalog)
    position = {identifier: number for number, identifier in enumerate(paths)}
    references = symbols.file_references(catalog, AMBIGUOUS, sorted(COMMON_METHODS))
    edges = [(position[a], position[b], n) for a, b, n in references if a in position and b in position]
    ranks = page_rank(len(paths), edges)
    return {path: float(ranks[position[identifier]]) for identifier, path in paths.items()}


def page_rank(count: int, edges: Iterable[tuple[int, int, float]]) -> NDArray[np.float64]:
    """PageRank of `count` nodes, shape (count,); `edges` are (from, to, weight), and the square root of a weight counts."""
    listed = list(edges)
    ranks = np.full(count, 1.0 / max(1, count))
    if not listed or not count:
        return ranks
    source = np.array([edge[0] for edge in listed])
    target = np.array([edge[1] for edge in listed])
    weight = np.sqrt(np.array([edge[2] for edge in listed], dtype=np.float64))
    weight /= np.bincount(source, weights=weight, minlength=count)[source]
    dangling = np.bincount(source, minlength=count) == 0
    for _ in range(ITERATIONS):
        flow = np.bincount(target, weights=ranks[source] * weight, minlength=count)
        ranks = (1 - DAMPING) / count + DAMPING * (flow + ranks[dangling].sum() / count)
    return ranks
