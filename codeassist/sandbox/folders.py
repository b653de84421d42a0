"""Scratch folders: made for one run, locked while it lasts, removed at its end or, if it was killed, by the next run."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "codeassist-tests-"
LOCK = "in-use.lock"
SECONDS_WITHOUT_LOCK = 3_600.0
"""Age after which a folder without a lock counts as left behind: a new one is locked at once."""

_LEVELS = 10


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder that is removed at the end. Removes the folders that killed runs of the same user left behind."""
    remove_abandoned(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")).resolve()
    lock = FileLock(folder / LOCK, thread_local=False)
    try:
        with contextlib.suppress(OSError, NotImplementedError):  # a file system without locks
            lock.acquire(timeout=0)
        yield folder
    finally:
        lock.release()
        remove(folder)


def remove_abandoned(parent: Path) -> int:
    """Remove scratch folders in `parent` whose process has ended; returns how many."""
    removed = 0
    with contextlib.suppress(OSError):
        for path in parent.glob(f"{PREFIX}*"):
            if _is_abandoned(path):
                remove(path)
                removed += not path.exists()
    return removed


def _is_abandoned(folder: Path) -> bool:
    """Whether a path is a folder of this user, no link, that nobody uses."""
    try:
        state = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(state.st_mode) or (hasattr(os, "getuid") and state.st_uid != os.getuid()):
        return False
    file = folder / LOCK
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            return True
        with FileLock(file, timeout=0):
            return True
    except Timeout:
        return False
    except FileNotFoundError:  # it is not locked yet, and empty, or a killed run was removing it
        return _holds_something(folder) or _is_old(state)
    except (OSError, NotImplementedError):
        return _is_old(state)


def _holds_something(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return False


def _is_old(state: os.stat_result) -> bool:
    return time.time() - state.st_mtime > SECONDS_WITHOUT_LOCK


def remove(folder: Path) -> None:
    """Remove a folder without following links, also with protected or very deep folders in it; gives up without an error."""
    for _ in range(3):
        try:
            shutil.rmtree(folder, ignore_errors=True)
        except RecursionError:
            _flatten(folder)
        if not folder.exists():
            return
        _unprotect(folder)
        time.sleep(0.05)


def _unprotect(folder: Path) -> None:
    """Give the user back the right to change the folders below."""
    with contextlib.suppress(OSError, RecursionError):
        folder.chmod(0o700)
        for path, names, _ in os.walk(folder):
            for name in names:
                inside = Path(path, name)
                if not inside.is_symlink():
                    inside.chmod(0o700)


def _flatten(folder: Path) -> None:
    """Move folders from deep below to the top, `_LEVELS` at a time, because paths and recursion have limits."""
    todo = [folder]
    moved = 0
    while todo:
        top = todo.pop()
        level = [top]
        for _ in range(_LEVELS):
            level = [p for parent in level for p in _folders_in(parent)]
        for path in level:
            moved += 1
            target = folder / f"{LOCK}-{moved}"
            with contextlib.suppress(OSError):
                path.rename(target)
                todo.append(target)


def _folders_in(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return [p for p in folder.iterdir() if p.is_dir() and not p.is_symlink()]
    return []
