"""Arrays, and the protocols that other implementations can satisfy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Ids = NDArray[np.int64]
else:  # importing NumPy takes 50 ms, and listing files does not need it
    Vectors = Ids = Any


@runtime_checkable
class Encoder(Protocol):
    """Converts text to vectors. A custom encoder implements these four members.

    `name` and `fingerprint` are stored in the index: an index built with another fingerprint is rejected, so the
    fingerprint must change whenever the vectors change.
    """

    name: str
    fingerprint: str
    dimension: int

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Encode `texts` to an array of shape (len(texts), dimension), float32, rows of unit length or zero.

        `query` marks texts as queries rather than passages, for models that treat the two differently.
        """
        ...


FIRST_VECTORS = 4_096
"""The first commit of an index has at least this many vectors, unless the index is smaller: many small commits cost time."""


class VectorStore(Protocol):
    """A set of vectors with integer ids, searched by inner product."""

    dimension: int

    def __len__(self) -> int:
        """The number of stored vectors."""
        ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add `vectors` of shape (n, dimension) under `ids` of shape (n,); ids must be new."""
        ...

    def remove(self, ids: Ids) -> None:
        """Delete `ids`; unknown ids are ignored."""
        ...

    def get(self, ids: Ids) -> Vectors:
        """The stored vectors of `ids`, shape (len(ids), dimension); unknown ids give zero rows."""
        ...

    def search(self, query: Vectors, k: int, *, only: Ids | None = None) -> tuple[Ids, Vectors]:
        """The `k` best ids for one query of shape (dimension,), and their inner products, best first.

        `only`, not empty, restricts the search to these ids before the top k are selected.
        """
        ...

    def search_many(self, queries: Vectors, k: int) -> tuple[Ids, Vectors]:
        """The k best ids and inner products for each of n queries, shapes (n, k); missing results have id -1."""
        ...

    is_adapted: bool
    """Whether the stored form of vectors has changed since it was opened, so that the whole store must be written."""

    @property
    def is_slow_to_add(self) -> bool:
        """Whether `add_bytes` takes much longer than reading as many vectors from a file."""
        ...

    @property
    def stored_bytes(self) -> int:
        """About the size of `to_bytes`."""
        ...

    def to_bytes(self) -> bytes:
        """The whole store, as its class reads it."""
        ...

    def added_bytes(self, vectors: Vectors) -> bytes:
        """What is stored for `vectors`, the last that were added."""
        ...

    def add_bytes(self, ids: Ids, data: bytes) -> None:
        """Add vectors in the form of `added_bytes`; raises `ValueError` when the number does not match."""
        ...
