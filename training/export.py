"""Writes a trained table as the shipped model file: rows quantised to one byte per number, and a model card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def quantise(rows: NDArray[np.float32], weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """(int8 rows, each scaled by its largest absolute value; the factors that restore them, multiplied by the weights)."""
    largest = np.maximum(np.abs(rows).max(axis=1), 1e-12)
    table = np.rint(rows / largest[:, None] * 127).astype(np.int8)
    return table, (largest / 127 * weights).astype(np.float32)


def save(
    path: Path, table: NDArray[np.int8], scale: NDArray[np.float32], vocabulary: Sequence[str], card: Mapping[str, object]
) -> None:
    """Write a model file in the format that `indexers.encoders.static` reads, with a fingerprint of its arrays in the card."""
    entries = np.frombuffer("\n".join(vocabulary).encode(), dtype=np.uint8)
    state = hashlib.sha256()
    for array in (table, scale, entries):
        state.update(array.tobytes())
    full = {**card, "fingerprint": state.hexdigest()[:16]}
    described = np.frombuffer(json.dumps(full, sort_keys=True).encode(), dtype=np.uint8)
    np.savez(path, table=table, scale=scale, vocabulary=entries, card=described)
