"""How many processors this process may use, in a container too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from indexers.files.reading import SMALL_BYTES, read_text


def processors(system: Path = Path("/")) -> int:
    """The processors that this process may run on, but no more than its control groups are given time for; at least 1.

    `system` is the folder with `proc` and `sys`. The limits are those of Linux: `cpu.max` of version 2 ("quota period" in
    microseconds, or "max"), `cpu.cfs_quota_us` and `cpu.cfs_period_us` of version 1 (-1 for none).
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([allowed, *_limits(system)]))


def _limits(system: Path) -> Iterator[int]:
    """The limits of the control groups of this process and of those above them, rounded up."""
    for line in _text(system / "proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0":
            top, read = system / "sys/fs/cgroup", _limit
        elif "cpu" in controllers.split(","):
            top, read = system / "sys/fs/cgroup/cpu", _limit_of_version_1
        else:
            continue
        group = top / path.lstrip("/")
        for folder in (group, *group.parents):
            if top in (folder, *folder.parents) and (limit := read(folder)) is not None:
                yield limit


def _limit(folder: Path) -> int | None:
    quota, _, period = _text(folder / "cpu.max").strip().partition(" ")
    return _ratio(quota, period)


def _limit_of_version_1(folder: Path) -> int | None:
    return _ratio(_text(folder / "cpu.cfs_quota_us").strip(), _text(folder / "cpu.cfs_period_us").strip())


def _ratio(quota: str, period: str) -> int | None:
    """Quota by period rounded up; None if there is no limit."""
    return -(-int(quota) // int(period)) if quota.isdigit() and period.isdigit() and int(period) else None


def _text(path: Path) -> str:
    try:
        return read_text(path, limit=SMALL_BYTES)
    except (OSError, ValueError):
        return ""
