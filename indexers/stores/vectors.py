"""Create and open the vector store of an index. The choice of FAISS is made only here."""

from __future__ import annotations

from pathlib import Path

from indexers.types import VectorStore


def vectors_path(folder: Path, generation: int) -> Path:
    """The path of a generation's vector file."""
    return folder / f"vectors-{generation}.faiss"


def empty_vectors(dimension: int) -> VectorStore:
    """An empty vector store."""
    from indexers.stores.faiss import FaissStore

    return FaissStore(dimension)


def open_vectors(folder: Path, generation: int, dimension: int) -> VectorStore:
    """The vectors of a generation. Raises `IndexUnusableError` when missing, damaged or of another dimension."""
    from indexers.stores.faiss import FaissStore

    return FaissStore.open(vectors_path(folder, generation), dimension)


def remove_other_generations(folder: Path, generation: int) -> None:
    """Remove the vector files of other generations; a reader about to open one retries with the new generation."""
    for path in folder.glob("vectors-*.faiss*"):
        if path.name != f"vectors-{generation}.faiss":
            try:
                path.unlink(missing_ok=True)
            except OSError:  # still open in a reader on Windows; the next commit tries again
                continue
