"""Create, open and save the vector store of an index. The choice of FAISS is made only here.

The store is one file, written as a whole now and then, and a log to which each commit in between appends what it added and
removed. The catalog says which file and how many bytes of the log belong to it, with their checksums. The file of an exact
store is written anew when half of what is on disk is no longer used, so that all that is written is at most about twice what
was added: an initial build writes its vectors once. With inverted lists a log is slow to read, and its size is the limit.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self

from indexers.errors import IndexUnusableError
from indexers.stores.names import is_own, log_name, vectors_name
from indexers.stores.private_files import append_private, checksum, checksum_of, open_private, replace_private
from indexers.types import Ids, Vectors, VectorStore

_HEADER = struct.Struct("<QQQ")
"""Before each entry of the log: the numbers of removed ids, of added ids and of bytes of added vectors."""

_MOST_STORED = 2.0
"""An exact store is written as a whole when the file and its log would exceed this many times the size of its vectors."""

_LOG_SHARE = 0.1
"""A store with inverted lists is written as a whole when the log would exceed this share of the file."""

_LONG_LOG_SHARE = 1.0
"""The same where an update commits often, as with a slow encoder."""

_REPLAY_BYTES = 1 << 22
"""Entries of the log are added together up to this size: many small additions take longer."""


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
    import numpy as np  # takes 150 ms, and what reads only names and uses from an index does not need it

    return np.empty(0, dtype=np.int64)


def _no_vectors() -> Vectors:
    import numpy as np

    return np.empty((0, 0), dtype=np.float32)


@dataclass(slots=True)
class VectorChanges:
    """What one commit changed: removed ids, then added ids with their vectors of shape (n, dimension)."""

    removed: Ids = field(default_factory=_no_ids)
    added: Ids = field(default_factory=_no_ids)
    vectors: Vectors = field(default_factory=_no_vectors)


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

    `often` says that commits are frequent, and lets the log of inverted lists grow longer. What `saved` describes stays
    readable until `remove_other_vectors`.
    """
    if saved.base >= 0 and not store.is_adapted:
        entry = _entry(store, changes)
        log_size = saved.log_size + len(entry)
        if _continues(store, saved, log_size, often=often):
            append_private(folder / log_name(saved.base), saved.log_size, entry)
            return SavedVectors(saved.base, saved.size, saved.crc, log_size, zlib.crc32(entry, saved.log_crc))
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
        _check(checksum(path), (saved.size, saved.crc))
        store = FaissStore.open(path, dimension)
        if saved.log_size:
            with os.fdopen(open_private(folder / log_name(saved.base), os.O_RDONLY), "rb") as log:
                _check(checksum_of(log, saved.log_size), (saved.log_size, saved.log_crc))
                log.seek(0)
                _replay(store, _entries(log, saved.log_size))
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


def _check(found: tuple[int, int], expected: tuple[int, int]) -> None:
    """Compare sizes and checksums; raises `ValueError` when they differ."""
    if found != expected:
        raise ValueError("they are damaged")


def _continues(store: VectorStore, saved: SavedVectors, log_size: int, *, often: bool) -> bool:
    """Whether a log may grow to this size."""
    if store.is_slow_to_add:
        return log_size <= (_LONG_LOG_SHARE if often else _LOG_SHARE) * saved.size
    return saved.size + log_size <= _MOST_STORED * store.stored_bytes


def _entry(store: VectorStore, changes: VectorChanges) -> bytes:
    added = store.added_bytes(changes.vectors) if len(changes.added) else b""
    header = _HEADER.pack(len(changes.removed), len(changes.added), len(added))
    return b"".join((header, changes.removed.astype("<i8").tobytes(), changes.added.astype("<i8").tobytes(), added))


def _entries(log: BinaryIO, size: int) -> Iterator[tuple[Ids, Ids, bytes]]:
    """(removed ids, added ids, bytes of added vectors) of each entry in the first `size` bytes of a log."""
    import numpy as np

    while size > 0:
        removed, added, length = _HEADER.unpack(log.read(_HEADER.size))
        ids = np.frombuffer(log.read(8 * (removed + added)), dtype="<i8")
        yield ids[:removed], ids[removed:], log.read(length)
        size -= _HEADER.size + ids.nbytes + length


def _replay(store: VectorStore, entries: Iterator[tuple[Ids, Ids, bytes]]) -> None:
    """Apply a log. An id is never used again, so all removals can come last."""
    import numpy as np

    gone: list[Ids] = []
    ids: list[Ids] = []
    parts: list[bytes] = []
    size = 0
    for removed, added, data in entries:
        gone.append(removed)
        ids.append(added)
        parts.append(data)
        size += len(data)
        if size >= _REPLAY_BYTES:
            store.add_bytes(np.concatenate(ids), b"".join(parts))
            ids, parts, size = [], [], 0
    if size:
        store.add_bytes(np.concatenate(ids), b"".join(parts))
    if gone:
        store.remove(np.concatenate(gone))
