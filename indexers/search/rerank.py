"""Rerankers: models that score a question and a hit together and reorder the best hits. Requires the extra `local`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from indexers.errors import EncoderError
from indexers.types import Hit

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

MAX_CHARS = 2_000
"""Characters of each hit that are scored; most cross-encoders read 512 tokens."""


class Reranker(Protocol):
    """Scores texts for a question; only the order of the scores counts."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score per text, larger for a better match."""
        ...


class CrossEncoderReranker:
    """A cross-encoder of sentence-transformers (Nogueira and Cho, 2019, arXiv:1901.04085), by hub name or folder."""

    def __init__(self, name: str, *, device: str = "auto", batch_size: int = 32, half: bool = True) -> None:
        """Load `cross-encoder/NAME` or `cross-encoder:PATH`; raises `EncoderError` or `MissingExtraError`."""
        from indexers.encoders.sentence_transformers import load_model

        if not name.startswith(("cross-encoder/", "cross-encoder:")):
            raise EncoderError(f"Unknown reranker '{name}': use 'cross-encoder/NAME' or 'cross-encoder:PATH'.")
        self._batch_size = batch_size
        target = name.partition(":")[2] if name.startswith("cross-encoder:") else name
        self._model: CrossEncoder = load_model("CrossEncoder", target, device, half)

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """The model's scores, one per text."""
        pairs = [(question, text[:MAX_CHARS]) for text in texts]
        scores = self._model.predict(pairs, batch_size=self._batch_size, show_progress_bar=False)
        return [float(score) for score in scores]


def rerank(reranker: Reranker, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Reorder hits by the reranker's scores, best first, and replace their scores; a score that is not finite is -inf."""
    if not hits:
        return []
    texts = [f"{hit.path} {hit.qualified_name}\n{hit.text}" for hit in hits]
    scores = [score if math.isfinite(score) else -math.inf for score in reranker.score(question, texts)]
    order = sorted(range(len(hits)), key=lambda i: (-scores[i], i))
    return [replace(hits[i], score=scores[i], reasons=hits[i].reasons | {"reranker": scores[i]}) for i in order]
