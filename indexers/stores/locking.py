"""The writer lock: an operating-system lock, with the holder's process id in a second file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from indexers.errors import IndexBusyError
from indexers.files.reading import read_text


@contextmanager
def writer_lock(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the writer lock of an index folder.

    The operating system releases the lock when the process ends, so a killed writer needs no clean-up. With `wait`, wait
    for the lock; otherwise raise `IndexBusyError` with the holder's process id.
    """
    lock = FileLock(folder / "write.lock")
    pid_file = folder / "write.pid"
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout as error:
        pid = _read_pid(pid_file)
        holder = f"process {pid}" if pid else "another process"
        raise IndexBusyError(f"The index is being written by {holder}; try again later or add --wait.", pid) from error
    try:
        pid_file.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        pid_file.unlink(missing_ok=True)
        lock.release()


def _read_pid(pid_file: Path) -> int:
    try:
        return int(read_text(pid_file))
    except (OSError, ValueError):
        return 0
