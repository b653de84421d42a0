"""Create, open and save the vector store of an index. The choice of FAISS is made only here.

The store is one file, written as a whole now and then, and a log to which each commit in between appends what it added and
removed. The catalog says which file and how many bytes of the log belong to it, with their checksums. The file is written
anew when the log has grown to a share of it; where that is its whole size, all that is written is at most about three times
the final size.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np

from indexers.errors import IndexUnusableError
from indexers.stores.names import is_own, log_name, vectors_name
from indexers.stores.private_files import append_private, checksum, read_private, replace_private
from indexers.types import Ids, Vectors, VectorStore

_HEADER = struct.Struct("<QQQ")
"""Before each entry of the log: the numbers of removed ids, of added ids and of bytes of added vectors."""

_LOG_SHARE = 0.1
"""The store is written as a whole when the log would exceed this share of it: a log is slower to read."""

_LONG_LOG_SHARE = 1.0
"""The same where an update commits often, as with a slow encoder."""


@dataclass(frozen=True, slots=True)
class SavedVectors:
    """What is on disk: the generation of the file (-1: none), and sizes and checksums of the file and of its log."""

    base: int = -1
    size: int = 0
    crc: int = 0
    log_size: int = 0
    log_crc: int = 0

    @classmethod
    def of(cls, stored: Any) -> Self:
        """From its JSON form; None is a store that was never saved. Raises `IndexUnusableError`."""
        try:
            return cls(**{name: int(value) for name, value in (stored or {}).items()})
        except (TypeError, ValueError, AttributeError) as error:
            raise IndexUnusableError("The index is damaged; run 'codeassist index --rebuild'.") from error

    def as_json(self) -> dict[str, int]:
        """The form stored in the catalog."""
        return asdict(self)


def _no_ids() -> Ids:
    return np.empty(0, dtype=np.int64)


@dataclass(slots=True)
class VectorChanges:
    """What one commit changed: removed ids, then added ids with their vectors of shape (n, dimension)."""

    removed: Ids = field(default_factory=_no_ids)
    added: Ids = field(default_factory=_no_ids)
    vectors: Vectors = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))


def empty_vectors(dimension: int) -> VectorStore:
    """An empty vector store."""
    from indexers.stores.faiss import FaissStore

    return FaissStore(dimension)


def save_vectors(
    folder: Path,
    store: VectorStore,
    generation: int,
    saved: SavedVectors,
    changes: VectorChanges,
    *,
    often: bool = False,
) -> SavedVectors:
    """Write what the store has gained and lost, or all of it; returns what the catalog must store. Raises `OSError`.

    `often` says that commits are frequent, and lets the log grow longer. What `saved` describes stays
    readable until `remove_other_vectors`.
    """
    if saved.base >= 0 and not store.is_adapted:
        entry = _entry(store, changes)
        if saved.log_size + len(entry) <= (_LONG_LOG_SHARE if often else _LOG_SHARE) * saved.size:
            append_private(folder / log_name(saved.base), saved.log_size, entry)
            log_crc = zlib.crc32(entry, saved.log_crc)
            return SavedVectors(saved.base, saved.size, saved.crc, saved.log_size + len(entry), log_crc)
    data = store.to_bytes()
    replace_private(folder / vectors_name(generation), data)
    store.is_adapted = False
    return SavedVectors(generation, len(data), zlib.crc32(data))


def open_vectors(folder: Path, saved: SavedVectors, dimension: int) -> VectorStore:
    """The saved vectors. Raises `IndexUnusableError` when they are missing, damaged or of another dimension."""
    from indexers.stores.faiss import FaissStore

    if saved.base < 0:
        return empty_vectors(dimension)
    path = folder / vectors_name(saved.base)
    try:
        _check(path, saved)
        store = FaissStore.open(path, dimension)
        if saved.log_size:
            _replay(store, _checked(folder / log_name(saved.base), saved.log_size, saved.log_crc))
    except (OSError, ValueError, struct.error) as error:
        reason = "" if isinstance(error, FileNotFoundError) else f": {error}"
        raise IndexUnusableError(f"The vectors at {path} cannot be read{reason}; run 'codeassist index --rebuild'.") from error
    return store


def remove_other_vectors(folder: Path, base: int) -> None:
    """Remove every vector file but those of `base`; a reader about to open one retries with the new generation."""
    kept = (vectors_name(base), log_name(base))
    for path in folder.glob("vectors-*"):
        if path.name not in kept and is_own(path.name):
            try:
                path.unlink(missing_ok=True)
            except OSError:  # still open in a reader on Windows; the next commit tries again
                continue


def _check(path: Path, saved: SavedVectors) -> None:
    if checksum(path) != (saved.size, saved.crc):
        raise ValueError("they are damaged")


def _checked(path: Path, size: int, crc: int) -> bytes:
    """The first `size` bytes of a file; raises `ValueError` when they do not have this checksum."""
    data = read_private(path)[:size]
    if len(data) != size or zlib.crc32(data) != crc:
        raise ValueError("they are damaged")
    return data


def _entry(store: VectorStore, changes: VectorChanges) -> bytes:
    added = store.added_bytes(changes.vectors) if len(changes.added) else b""
    header = _HEADER.pack(len(changes.removed), len(changes.added), len(added))
    return b"".join((header, changes.removed.astype("<i8").tobytes(), changes.added.astype("<i8").tobytes(), added))


def _replay(store: VectorStore, log: bytes) -> None:
    """Apply a log. An id is never used again, so all removals can come last."""
    removed: list[Ids] = []
    position = 0
    while position < len(log):
        removed_count, added_count, size = _HEADER.unpack_from(log, position)
        position += _HEADER.size
        ids = np.frombuffer(log, dtype="<i8", count=removed_count + added_count, offset=position)
        position += ids.nbytes
        removed.append(ids[:removed_count])
        if added_count:
            store.add_bytes(ids[removed_count:], log[position : position + size])
        position += size
    if removed:
        store.remove(np.concatenate(removed))
