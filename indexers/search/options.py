"""How a search ranks: weights, retrieval steps, whether a file may appear more than once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexers.search import fusion


@dataclass(frozen=True, slots=True)
class Options:
    """Ranking options: weights by feature, whether a file may appear more than once, which retrieval steps are used.

    `share` and `chunks` say how much each of how many next best chunks adds to a file's score.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: fusion.WEIGHTS)
    all_chunks: bool = False
    lexical: bool = True
    dense: bool = True
    aggregate: bool = True
    demote: bool = True
    share: float = fusion.AGGREGATE_SHARE
    chunks: int = fusion.AGGREGATE_CHUNKS
