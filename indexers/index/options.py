"""How an index is built and searched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from indexers import encoders
from indexers.files.walker import WalkRules
from indexers.types import Encoder

if TYPE_CHECKING:
    from indexers.search.rerank import Reranker


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """How a folder is indexed and searched.

    `encoder` is a name that `load_encoder` accepts; `jobs` is the number of processes (0: one per core, at most 8);
    `history` is the number of commits to index (0: none). `seed_from` is the index folder of another working tree, with a copy
    of which a first index begins if it can be used. `load_reranker`, if set, creates the reranker for searches.
    """

    rules: WalkRules = field(default_factory=WalkRules)
    encoder: str = encoders.DEFAULT
    jobs: int = 0
    history: int = 0
    load_encoder: Callable[[str], Encoder] = encoders.load
    load_reranker: Callable[[], Reranker] | None = None
    seed_from: Path | None = None


def with_encoder(options: IndexOptions, encoder: Encoder | str | None) -> IndexOptions:
    """The options with the name of an encoder in them, if `encoder` is a name."""
    if isinstance(encoder, str):
        return replace(options, encoder=encoder)
    return options
