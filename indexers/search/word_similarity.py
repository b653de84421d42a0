"""Similarity of words and names: cosines between static word vectors, independent of the encoder of an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import numpy as np

from indexers.encoders.static import StaticEncoder
from indexers.search.name_features import own_name
from indexers.types import Encoder, Vectors

_CACHE_LIMIT = 50_000


class Meanings:
    """Compares words by their static vectors; caches the vectors of file names."""

    def __init__(self, encoder: StaticEncoder) -> None:
        """Compare with the vectors of `encoder`."""
        self._encoder = encoder
        self._stems: dict[str, Vectors] = {}

    @property
    def encoder(self) -> StaticEncoder:
        """The encoder whose word vectors are compared."""
        return self._encoder

    def knows(self, word: str) -> bool:
        """Whether the encoder's table contains a lower-case word."""
        return self._encoder.has_word(word)

    def between(self, word: str, others: Sequence[str]) -> list[float]:
        """The cosine between a word and each of the others."""
        vectors = self._encoder.encode([word, *others])
        cosines: list[float] = (vectors[1:] @ vectors[0]).tolist()
        return cosines

    def to_stems(self, text: str, paths: Iterable[str]) -> dict[str, float]:
        """The cosine between a text and each path's file name, by path; negative cosines become 0."""
        stem_vectors = self._stems
        if len(stem_vectors) > _CACHE_LIMIT:
            stem_vectors = self._stems = {}  # another thread may still be reading the old dictionary
        vectors = {path: stem_vectors.get(path) for path in paths}
        missing = [path for path, vector in vectors.items() if vector is None]
        if missing:
            encoded = dict(zip(missing, self._encoder.encode([own_name(path)[0] for path in missing]), strict=True))
            stem_vectors.update(encoded)
            vectors.update(encoded)
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
    """Word similarity by the index's encoder if it is static, else by the bundled static encoder."""
    return _own(encoder) if isinstance(encoder, StaticEncoder) else _bundled()
