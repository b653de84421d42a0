"""The writer lock: an operating-system lock, with the holder's process id in a second file."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from indexers.errors import IndexBusyError
from indexers.stores.names import LOCK, PID
from indexers.stores.ownership import check_folder
from indexers.stores.private_files import FILE_MODE, read_private, write_private


@contextmanager
def writer_lock(folder: Path, *, wait: bool = False, made_elsewhere: bool = False) -> Iterator[None]:
    """Hold the writer lock of an index folder.

    The operating system releases the lock when the process ends, so a killed writer needs no clean-up. With `wait`, wait
    for the lock; otherwise raise `IndexBusyError` with the holder's process id. A lock whose file was removed while waiting
    counts for nothing, and the new file is locked; raises `FileNotFoundError` when the folder is gone too, and
    `UntrustedFolderError`.
    """
    check_folder(folder, made_elsewhere=made_elsewhere)
    if not folder.is_dir():  # the lock would make it, with the rights that the umask allows
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    lock = FileLock(folder / LOCK, mode=FILE_MODE)
    pid_file = folder / PID
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout as error:
        pid = _read_pid(pid_file)
        holder = f"process {pid}" if pid else "another process"
        raise IndexBusyError(f"The index is being written by {holder}; try again later or add --wait.", pid) from error
    except FileExistsError as error:  # of making the folder, which was removed before it was looked at
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder)) from error
    try:
        with suppress(OSError):  # a full disk: the id only makes a message better
            write_private(pid_file, str(os.getpid()).encode())
        yield
    finally:
        with suppress(OSError):
            pid_file.unlink(missing_ok=True)
        lock.release()


def _read_pid(pid_file: Path) -> int:
    try:
        return int(read_private(pid_file))
    except (OSError, ValueError):
        return 0
