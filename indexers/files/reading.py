"""Open a file of a repository: never blocking, never endless, only regular files, at most a given size.

A repository may contain a pipe, a device or a link to one under any name. Everything that reads a file of a repository uses
these functions; their errors are `OSError`s, so that callers treat such a file like one that cannot be read.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from functools import lru_cache
from pathlib import Path

MOST_BYTES = 64_000_000
"""The largest file that is read unless the caller states another limit."""

SMALL_BYTES = 1_000_000
"""The limit for configuration, ignore files and prompts, which people write by hand."""


UNSETTLED = -1
"""A change time that no file has: what was read is compared with the file's content before it is believed."""

TICK = 20_000_000
"""Nanoseconds by which the time that a kernel gives a change may lag behind the clock: two ticks of its timer."""

COARSE = 2_000_000_000
"""The same for file systems that keep whole seconds; FAT keeps every other one."""

_SKEW = 3_600_000_000_000
"""A change time further in the future does not come from another clock that is a little ahead."""


class NotRegularError(OSError):
    """The path is a folder, a pipe, a socket, a device, or a file that the kernel produces."""


class TooLargeError(OSError):
    """The file is larger than the limit."""


def read_bytes(path: str | os.PathLike[str], *, limit: int = MOST_BYTES, follow: bool = True) -> bytes:
    """The content of a regular file of at most `limit` bytes.

    Without `follow` a symbolic link is refused. Raises `NotRegularError`, `TooLargeError` or another `OSError`.
    """
    return read_with_status(path, limit=limit, follow=follow)[0]


def read_with_status(
    path: str | os.PathLike[str], *, limit: int = MOST_BYTES, follow: bool = True
) -> tuple[bytes, os.stat_result]:
    """(content, status when it was opened) of a file; see `read_bytes`."""
    return _opened(os.fspath(path), limit, limit, follow=follow)


def _opened(name: str, limit: int | None, count: int, *, follow: bool) -> tuple[bytes, os.stat_result]:
    """(at most `count` bytes, status when it was opened) of a file of at most `limit` bytes."""
    before = os.stat(name, follow_symlinks=follow)  # noqa: PTH116 - much faster
    _require_regular(name, before, limit)  # opening some devices already has an effect
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    with open(os.open(name, flags), "rb", buffering=0) as handle:  # noqa: PTH123 - opened by its descriptor
        status = os.fstat(handle.fileno())
        _require_regular(name, status, limit)
        return _read(handle, min(status.st_size, count)), status


def read_start(path: str | os.PathLike[str], count: int, *, follow: bool = True) -> bytes:
    """The first `count` bytes of a regular file of any size; see `read_bytes`."""
    return _opened(os.fspath(path), None, count, follow=follow)[0]


def read_text(
    path: str | os.PathLike[str],
    encoding: str = "utf-8",
    errors: str = "strict",
    *,
    limit: int = MOST_BYTES,
    follow: bool = True,
) -> str:
    """The text of a file with each line ending as a newline, like `Path.read_text`; see `read_bytes`."""
    data = io.BytesIO(read_bytes(path, limit=limit, follow=follow))
    return io.TextIOWrapper(data, encoding=encoding, errors=errors).read()


def text_or_empty(path: str | os.PathLike[str], *, limit: int = MOST_BYTES, follow: bool = True) -> str:
    """The text of a file with undecodable bytes replaced; "" when it cannot be read (see `read_bytes`)."""
    try:
        return read_text(path, errors="replace", limit=limit, follow=follow)
    except OSError:
        return ""


def settled_change_time(status: os.stat_result, now: int) -> int:
    """The change time of a file that was opened at `now`, or `UNSETTLED`. Both are in nanoseconds.

    A file that changes again within the same tick of its file system's clock keeps its times, and its size may be the same.
    So the times of a file that had just changed when it was read say nothing about what happens later (git calls such an
    entry of its index "racily clean").
    """
    changed = status.st_ctime_ns if os.name == "posix" else status.st_mtime_ns
    tick = TICK if changed % 1_000_000_000 else COARSE
    return UNSETTLED if now - tick <= changed < now + _SKEW else status.st_ctime_ns


def inode_of(status: os.stat_result) -> int:
    """The inode of a file as a number that a database can store."""
    return status.st_ino & 0x7FFF_FFFF_FFFF_FFFF


def _require_regular(name: str, status: os.stat_result, limit: int | None) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = errno.EISDIR if stat.S_ISDIR(status.st_mode) else errno.EINVAL
        raise NotRegularError(kind, "Not a regular file", name)
    if status.st_dev in _kernel_devices():
        raise NotRegularError(errno.EINVAL, "Not a regular file but one of the kernel's", name)
    if limit is not None and status.st_size > limit:
        raise TooLargeError(errno.EFBIG, f"Larger than {limit:,} bytes", name)


def _read(handle: io.FileIO, size: int) -> bytes:
    """At most `size` bytes: a file that grows while it is read must not be read for ever."""
    parts = []
    while size > 0:
        part = handle.read(size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


@lru_cache(maxsize=1)
def _kernel_devices() -> frozenset[int]:
    """The devices of /proc and /sys: their regular files may block, change when read, or have no end."""
    found = set()
    for folder in ("/proc", "/sys"):
        try:
            if os.path.ismount(folder):
                found.add(Path(folder).stat().st_dev)
        except OSError:
            continue
    return frozenset(found)
