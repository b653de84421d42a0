"""Open, write and replace the files of an index folder: for the user alone, never through a link."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import zlib
from contextlib import suppress
from io import BufferedReader, FileIO
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_BLOCK = 1 << 18
_MOST_BYTES = 100_000
"""The most bytes of a file that is read as a whole: a mark, a seal, the number of a process."""

_NO_FOLLOW = (
    getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


def open_private(path: Path, flags: int) -> int:
    """A file descriptor of a regular file with one name, made with mode 0600; raises `OSError` for anything else."""
    descriptor = os.open(path, flags | _NO_FOLLOW, FILE_MODE)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        os.close(descriptor)
        raise OSError(f"{path} is not a regular file with one name")
    return descriptor


def read_private(path: Path) -> bytes:
    """The content of a small file. Raises `OSError`."""
    with os.fdopen(open_private(path, os.O_RDONLY), "rb") as handle:
        data = handle.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise OSError(errno.EFBIG, "Too large for a file of this program", str(path))
    return data


def checksum(path: Path) -> tuple[int, int]:
    """(size, CRC-32) of a file. Raises `OSError`."""
    with os.fdopen(open_private(path, os.O_RDONLY), "rb", buffering=0) as handle:
        return checksum_of(handle)


def checksum_of(handle: BufferedReader | FileIO, most: int = sys.maxsize) -> tuple[int, int]:
    """(size, CRC-32) of the next `most` bytes of an open file, or of all that follow. Raises `OSError`."""
    size = crc = 0
    buffer = memoryview(bytearray(_BLOCK))
    while count := handle.readinto(buffer[: min(_BLOCK, most - size)]):
        size, crc = size + count, zlib.crc32(buffer[:count], crc)
    return size, crc


def write_private(path: Path, data: bytes | memoryview) -> None:
    """Write a file in place; used where a half-written file does no harm. Raises `OSError`.

    Who reads it while the same content is written again sees this content.
    """
    with os.fdopen(open_private(path, os.O_WRONLY | os.O_CREAT), "wb") as handle:
        handle.write(data)
        handle.truncate()


def replace_private(path: Path, data: bytes | memoryview) -> None:
    """Write a temporary file, flush it to disk and move it into place; on an `OSError` the old file stays."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)
    try:
        with os.fdopen(open_private(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


_CLONE = 0x40049409
"""FICLONE of Linux: the copy shares the blocks of the original until one of them is changed."""


def clone_private(source: Path, target: Path) -> bool:
    """Copy a file to a new one; returns whether the file system shares the blocks of both. Raises `OSError`."""
    with (
        os.fdopen(open_private(source, os.O_RDONLY), "rb", buffering=0) as original,
        os.fdopen(open_private(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb", buffering=0) as copy,
    ):
        if sys.platform == "linux":
            import fcntl

            with suppress(OSError):
                fcntl.ioctl(copy.fileno(), _CLONE, original.fileno())
                return True
        shutil.copyfileobj(original, copy, _BLOCK)
    return False


def create_private(path: Path) -> None:
    """Create an empty file, unless it exists: SQLite gives its other files the mode of the first."""
    os.close(open_private(path, os.O_WRONLY | os.O_CREAT))


def append_private(path: Path, length: int, data: bytes) -> None:
    """Cut a file to `length` bytes, append to it and flush it to disk. Raises `OSError`."""
    with os.fdopen(open_private(path, os.O_WRONLY | os.O_CREAT), "wb") as handle:
        handle.truncate(length)
        handle.seek(length)
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def tighten(path: Path, mode: int) -> None:
    """Take rights of other users away; nothing is added, and errors are ignored (a file system without modes)."""
    with suppress(OSError):
        current = stat.S_IMODE(path.lstat().st_mode)
        if current & ~mode & 0o777:
            path.chmod(current & mode)
