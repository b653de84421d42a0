"""Watch the processes of a run from outside: their number, their memory, what they write; end them all."""

from __future__ import annotations

import os
import signal
import time

MEMORY = 8 << 30
PROCESSES = 512
DISK = 2 << 30
SECONDS_TO_END = 10.0
MEASURE_SECONDS = 2.0
"""What was written is measured so often, whatever the free space is: others may free as much as the program writes."""

MEASURE_SHARE = 20
"""Measuring takes at most one part in so many of the time."""

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4_096


def descendants(pid: int) -> list[int]:
    """The ids of all descendants of a process, ended ones included."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if name.isdigit():
            fields = _read(f"/proc/{name}/stat").rpartition(")")[2].split()
            if len(fields) > 1:
                children.setdefault(int(fields[1]), []).append(int(name))
    found: list[int] = []
    todo = [pid]
    while todo:
        found += children.get(todo[-1], ())
        todo += children.pop(todo.pop(), ())
    return found


def _read(path: str) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return os.read(handle, 8_192).decode("utf-8", "replace")
        finally:
            os.close(handle)
    except OSError:
        return ""


def end_all(parent: int) -> None:
    """Kill every descendant and wait for those that are children of this process, until none is left or the time is over."""
    deadline = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < deadline:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:  # orphans become children of this process, so none is left
            return
        for pid in descendants(parent):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
        time.sleep(0.002)


class Watch:
    """The bounds of one run, checked every now and then; `folders` are those that it may write to."""

    def __init__(self, parent: int, folders: list[str], *, memory: int, processes: int, disk: int) -> None:
        """`memory` and `disk` are in bytes, for all processes together; `disk` counts what was written since the start."""
        self._parent, self._folders = parent, folders
        self._memory, self._processes, self._disk = memory, processes, disk
        self._free = self._free_bytes()
        self._measured = time.monotonic()
        self._initial = _used(folders)  # before the program can write: all that comes later is its own
        self._pause = max(MEASURE_SECONDS, MEASURE_SHARE * (time.monotonic() - self._measured))

    def exceeded(self) -> str:
        """The bound that is exceeded, in words; "" if none is."""
        running = descendants(self._parent)
        if len(running) > self._processes:
            return f"more than {self._processes} processes"
        if sum(map(_resident, running)) > self._memory and sum(map(_proportional, running)) > self._memory:
            return f"more than {self._memory >> 20} MB of memory"
        if self._is_time_to_measure() and self._written(running) > self._disk:
            return f"more than {self._disk >> 20} MB written"
        return ""

    def _is_time_to_measure(self) -> bool:
        """Whether the free space fell since the last measurement, or that was long ago."""
        free = self._free_bytes()
        if self._free - free > min(self._disk, 2 << 30) // 8 or time.monotonic() > self._measured + self._pause:
            self._free = free
            return True
        return False

    def _written(self, running: list[int]) -> int:
        """Bytes that were written since the start."""
        began = time.monotonic()
        written = _used(self._folders) + _deleted(running) - self._initial
        self._measured = time.monotonic()
        self._pause = max(MEASURE_SECONDS, MEASURE_SHARE * (self._measured - began))
        return written

    def _free_bytes(self) -> int:
        """Free space where the folders are; it tells cheaply when measuring them may be worth it."""
        try:
            state = os.statvfs(self._folders[0])
        except (OSError, IndexError):
            return 0
        return state.f_bavail * state.f_frsize


def _resident(pid: int) -> int:
    fields = _read(f"/proc/{pid}/statm").split()
    return int(fields[1]) * _PAGE if len(fields) > 1 else 0


def _proportional(pid: int) -> int:
    """The memory of a process, with shared pages divided among those that share them; slow."""
    for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10
    return 0


def _used(folders: list[str]) -> int:
    """Bytes on disk below folders, each file once."""
    seen: set[tuple[int, int]] = set()
    total = 0
    todo = list(folders)
    while todo:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
                        continue
                    state = entry.stat(follow_symlinks=False)
                    if state.st_nlink == 1 or (state.st_dev, state.st_ino) not in seen:
                        seen.add((state.st_dev, state.st_ino))
                        total += state.st_blocks * 512
        except OSError:
            continue
    return total


def _deleted(pids: list[int]) -> int:
    """Bytes of deleted files that processes still hold open."""
    files: dict[tuple[int, int], int] = {}
    for pid in pids:
        try:
            handles = os.listdir(f"/proc/{pid}/fd")
        except OSError:
            continue
        for handle in handles:
            try:
                state = os.stat(f"/proc/{pid}/fd/{handle}")
            except OSError:
                continue
            if state.st_nlink == 0:
                files[state.st_dev, state.st_ino] = state.st_blocks * 512
    return sum(files.values())
