"""What names mean: cosines between the static vectors of words, whatever encoder an index uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from indexers.encoders.static import StaticEncoder
from indexers.features import own_name
from indexers.types import Encoder, Vectors

_CACHE_LIMIT = 50_000


class Meanings:
    """Compares words by a static table; remembers the vectors of file names."""

    def __init__(self, encoder: StaticEncoder) -> None:
        """Take the table to compare with."""
        self._encoder = encoder
        self._stems: dict[str, Vectors] = {}

    def between(self, word: str, others: Sequence[str]) -> list[float]:
        """The cosine between a word and each of the others."""
        vectors = self._encoder.encode([word, *others])
        cosines: list[float] = (vectors[1:] @ vectors[0]).tolist()
        return cosines

    def to_stems(self, text: str, paths: Iterable[str]) -> dict[str, float]:
        """Path -> the cosine between a text and the file's own name, 0 where it is negative."""
        wanted = list(paths)
        if len(self._stems) > _CACHE_LIMIT:
            self._stems.clear()
        fresh = [path for path in wanted if path not in self._stems]
        if fresh:
            self._stems.update(zip(fresh, self._encoder.encode([own_name(path)[0] for path in fresh]), strict=True))
        vector = self._encoder.encode([text], query=True)[0]
        return {path: max(0.0, float(self._stems[path] @ vector)) for path in wanted}


@cache
def _bundled() -> Meanings:
    return Meanings(StaticEncoder.load())


@lru_cache(maxsize=4)
def _own(encoder: StaticEncoder) -> Meanings:
    return Meanings(encoder)


def meanings(encoder: Encoder) -> Meanings:
    """The meanings of an index's own static encoder, or of the shipped one when it has another kind."""
    return _own(encoder) if isinstance(encoder, StaticEncoder) else _bundled()
