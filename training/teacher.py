"""Initial rows of the table: the embedding of each entry by all-MiniLM-L6-v2 (Apache-2.0)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def embed(folder: str, entries: Sequence[str]) -> NDArray[np.float32]:
    """The teacher's mean-pooled vectors of the entries, shape (n, 384)."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(folder, device="cpu")
    bare = [entry.removeprefix("##") for entry in entries]
    return np.asarray(model.encode(bare, batch_size=512, show_progress_bar=False), dtype=np.float32)


def pieces(folder: str) -> list[str]:
    """The teacher's word pieces, in the order of their ids."""
    from transformers import AutoTokenizer

    ids = AutoTokenizer.from_pretrained(folder).get_vocab()
    return sorted(ids, key=ids.__getitem__)


def start_rows(folder: str, entries: Sequence[str], dimension: int) -> NDArray[np.float32]:
    """The vectors of the entries, centred, projected on their `dimension` principal axes and scaled to a mean length of 1."""
    rows = embed(folder, entries)
    rows = rows - rows.mean(axis=0)
    _, axes = np.linalg.eigh(rows.T @ rows)
    rows = rows @ axes[:, ::-1][:, :dimension]
    return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=1).mean())
