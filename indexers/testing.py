"""Doubles that ship with the library, for tests of programs that use it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from indexers.types import Vectors


class HashEncoder:
    """A deterministic encoder that needs no model and counts what it encodes.

    Each text becomes a unit vector seeded by its hash: equal texts are equal, others unrelated. `encoded` lists every
    text that was really encoded, so that a test can see what was reused.
    """

    def __init__(self, dimension: int = 16, name: str = "hash") -> None:
        """Make an encoder of some dimension; another name gives another fingerprint."""
        self.name = name
        self.dimension = dimension
        self.fingerprint = f"{name}-{dimension}"
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Vectors of shape (len(texts), dimension)."""
        if not query:
            self.encoded.extend(texts)
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            seed = int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
            row[:] = np.random.default_rng(seed).normal(size=self.dimension)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return rows
