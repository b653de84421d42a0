"""Which folders around a folder may decide for it: never one of another user, of another file system, or the home folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

KERNEL_FOLDERS = ("/proc", "/sys", "/dev")


def enclosing(start: Path, markers: Sequence[str]) -> Path | None:
    """The nearest folder at or above `start`, which is absolute, that contains one of `markers`; None without one.

    Above `start` the search ends before the home folder, the root of the file system, another file system, a folder of
    another user, and a folder that everybody may write to; a marker of another user does not count.
    """
    if any((start / marker).exists() for marker in markers):
        return start
    try:
        first = start.stat()
    except OSError:
        return None
    owners = {first.st_uid, os.geteuid()} if hasattr(os, "geteuid") else {first.st_uid}
    for folder in _parents(start, first.st_dev, owners):
        if any(_belongs(folder / marker, owners) for marker in markers):
            return folder
    return None


def refusal(root: Path) -> str:
    """Why a folder, which is absolute, is too much to be indexed unless the user insists; "" for an ordinary one."""
    if root.parent == root:
        return "the root of a file system"
    home = _home()
    if home is not None and (root == home or root in home.parents):
        return "the home folder" if root == home else "a folder around the home folder"
    if os.name != "nt" and any(root.is_relative_to(folder) for folder in KERNEL_FOLDERS):
        return "a folder of the operating system"
    return ""


def _parents(start: Path, device: int, owners: set[int]) -> Iterator[Path]:
    home = _home()
    for folder in start.parents:
        if folder in (home, folder.parent):
            return
        try:
            status = folder.stat()
        except OSError:
            return
        anybody = status.st_mode & stat.S_IWOTH and status.st_mode & stat.S_ISVTX
        if status.st_dev != device or status.st_uid not in owners or anybody:
            return
        yield folder


def _belongs(path: Path, owners: set[int]) -> bool:
    try:
        return path.lstat().st_uid in owners
    except OSError:
        return False


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except (OSError, RuntimeError):
        return None
