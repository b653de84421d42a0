"""Making and opening the vector store of an index: the only place that chooses FAISS."""

from __future__ import annotations

from pathlib import Path

from indexers.types import VectorStore


def vectors_path(folder: Path, generation: int) -> Path:
    """The file of a generation's vectors."""
    return folder / f"vectors-{generation}.faiss"


def empty_vectors(dimension: int) -> VectorStore:
    """A store without vectors."""
    from indexers.stores.faiss import FaissStore

    return FaissStore(dimension)


def open_vectors(folder: Path, generation: int, dimension: int) -> VectorStore:
    """The stored vectors of a generation. Raises `IndexUnusableError` when they are missing, damaged or do not fit."""
    from indexers.stores.faiss import FaissStore

    return FaissStore.open(vectors_path(folder, generation), dimension)


def remove_other_generations(folder: Path, generation: int) -> None:
    """Remove the vector files of other generations; a reader that was about to open one starts again on the new state."""
    for path in folder.glob("vectors-*.faiss*"):
        if path.name != f"vectors-{generation}.faiss":
            try:
                path.unlink(missing_ok=True)
            except OSError:  # still open in a reader on Windows; the next writer tries again
                continue
