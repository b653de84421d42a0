"""Test doubles for programs that use the library."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from indexers.types import Vectors


class HashEncoder:
    """A deterministic encoder that needs no model and records what it encodes.

    Each text becomes a unit vector seeded by its hash: equal texts get equal vectors, different texts unrelated ones.
    `encoded` lists every passage that was encoded, so that a test can tell which vectors were reused.
    """

    def __init__(self, dimension: int = 16, name: str = "hash") -> None:
        """Create an encoder; `name` and `dimension` determine the fingerprint."""
        self.name = name
        self.dimension = dimension
        self.fingerprint = f"{name}-{dimension}"
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Encode to unit rows of shape (len(texts), dimension); queries are not recorded."""
        if not query:
            self.encoded.extend(texts)
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            seed = int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
            row[:] = np.random.default_rng(seed).normal(size=self.dimension)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return rows
