"""What the tests of a repository call is recorded by a process of its own, so that no commit waits for it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from codeassist.workspace import contexts_file
from indexers.files.reading import read_text

NOT_RECORDED = "what the tests of {count} call is being recorded in the background; the next commits have it."

AGAIN_SECONDS = 86_400.0
"""After a recording that left something out, no commit starts another one for so long; `hook install` does."""


@contextmanager
def recording(root: Path) -> Iterator[None]:
    """Hold the lock of the process that records; waits for another one."""
    with _lock(root).acquire():
        yield


def record_in_background(root: Path) -> bool:
    """Start recording unless it is going on already; returns whether a process was started."""
    try:
        with _lock(root).acquire(timeout=0):
            pass
    except Timeout:
        return False
    command = [sys.executable, "-P", "-m", "codeassist", "hook", "run", "record", "--repo", str(root)]
    hooked = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}  # git sets them for its hook
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        command, cwd=root, env=hooked, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
    )
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves nothing when it ends first
    return True


def keep_failure(root: Path, why: str) -> None:
    """Keep why recording left something out, for the next commits; "" forgets it."""
    file = _failure(root)
    with suppress(OSError):  # it only spares work
        file.unlink(missing_ok=True)
        if why:
            file.touch(mode=0o600, exist_ok=False)
            file.write_text(why, encoding="utf-8", errors="replace")


def failure(root: Path) -> str:
    """Why the last recording left something out; "" if it did not, or if that is a day ago."""
    file = _failure(root)
    try:
        recent = time.time() - file.stat().st_mtime < AGAIN_SECONDS
        return read_text(file, errors="replace").strip() if recent else ""
    except OSError:
        return ""


def _failure(root: Path) -> Path:
    return contexts_file(root).with_suffix(".failure")


def _lock(root: Path) -> FileLock:
    file = contexts_file(root)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileLock(file.with_suffix(".recording"), mode=0o600)
