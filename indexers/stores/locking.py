"""One writer at a time: an operating-system lock with the holder's process id beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from indexers.errors import IndexBusyError


@contextmanager
def writer_lock(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the writer's lock of an index folder.

    The lock goes with the process, so a killed writer leaves nothing to clean up. Raises `IndexBusyError` at once,
    naming the holder, unless `wait` is set.
    """
    lock = FileLock(folder / "write.lock")
    note = folder / "write.pid"
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout as error:
        pid = _read_pid(note)
        who = f"process {pid}" if pid else "another process"
        raise IndexBusyError(f"The index is being written by {who}; try again later or add --wait.", pid) from error
    try:
        note.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _read_pid(note: Path) -> int:
    try:
        return int(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
