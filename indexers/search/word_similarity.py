"""What names mean: cosines between the static vectors of words, whatever encoder an index uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import numpy as np

from indexers.encoders.static import StaticEncoder
from indexers.search.name_features import own_name
from indexers.types import Encoder, Vectors

_CACHE_LIMIT = 50_000


class Meanings:
    """Compares words by a static table; remembers the vectors of file names."""

    def __init__(self, encoder: StaticEncoder) -> None:
        """Take the table to compare with."""
        self._encoder = encoder
        self._stems: dict[str, Vectors] = {}

    def knows(self, word: str) -> bool:
        """Whether the table has a lower-case word as a whole."""
        return self._encoder.has_word(word)

    def between(self, word: str, others: Sequence[str]) -> list[float]:
        """The cosine between a word and each of the others."""
        vectors = self._encoder.encode([word, *others])
        cosines: list[float] = (vectors[1:] @ vectors[0]).tolist()
        return cosines

    def to_stems(self, text: str, paths: Iterable[str]) -> dict[str, float]:
        """Path -> the cosine between a text and the file's own name, 0 where it is negative."""
        kept = self._stems
        if len(kept) > _CACHE_LIMIT:
            kept = self._stems = {}  # another thread may still read the old one
        vectors = {path: kept.get(path) for path in paths}
        fresh = [path for path, vector in vectors.items() if vector is None]
        if fresh:
            made = dict(zip(fresh, self._encoder.encode([own_name(path)[0] for path in fresh]), strict=True))
            kept.update(made)
            vectors.update(made)
        if not vectors:
            return {}
        vector = self._encoder.encode([text], query=True)[0]
        cosines = np.stack([row for row in vectors.values() if row is not None]) @ vector
        return dict(zip(vectors, np.maximum(cosines, 0.0).tolist(), strict=True))


@cache
def _bundled() -> Meanings:
    return Meanings(StaticEncoder.load())


@lru_cache(maxsize=4)
def _own(encoder: StaticEncoder) -> Meanings:
    return Meanings(encoder)


def meanings(encoder: Encoder) -> Meanings:
    """The meanings of an index's own static encoder, or of the shipped one when it has another kind."""
    return _own(encoder) if isinstance(encoder, StaticEncoder) else _bundled()
