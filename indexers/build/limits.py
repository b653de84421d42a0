"""Limits of a worker process, set by itself and enforced by the kernel: time and memory for each file, no core dump.

A grammar is native code: an endless loop in one cannot be interrupted from Python, only ended. On Windows there are no such
limits, and the parent ends a worker that takes too long.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path

BASE_SECONDS = 4.0
"""CPU time that any file may take; loading a grammar and compiling its queries takes up to 0.3 s of it."""

SECONDS_PER_BYTE = 1e-5
"""CPU time that each byte adds: 10 s for 1 MB, about ten times what the slowest grammar takes."""

WALL_SECONDS = 120.0
"""Time that any file may take, for a read that blocks."""

MEMORY_BYTES = 1_000_000_000
"""Memory that a worker may use beyond what it uses when it starts; a syntax tree takes about 30 times its source."""

CAN_LIMIT_TIME = hasattr(signal, "setitimer")

CRASHED = "its parser crashed"
TIMED_OUT = "its parser took too long"
KILLED = "its parser was stopped"
NO_MEMORY = "its parser needed too much memory"


def limit_process() -> None:
    """Set the limits that hold until this process ends. Systems that do not know one of them go without it."""
    if not CAN_LIMIT_TIME:
        return
    import resource

    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)  # which ends the process
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def limit_file(size: int) -> None:
    """End this process when the file of `size` bytes that it now reads takes too long."""
    if CAN_LIMIT_TIME:
        signal.setitimer(signal.ITIMER_PROF, BASE_SECONDS + size * SECONDS_PER_BYTE)
        signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)


def end_limit() -> None:
    """Remove the time limits until the next `limit_file`."""
    if CAN_LIMIT_TIME:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def failed_with(error: Exception) -> str:
    """The cause for an exception, in words."""
    return f"its parser failed ({type(error).__name__})"


def cause_of(code: int | None) -> str:
    """Why a worker ended, by its exit code as `subprocess` gives it, in words."""
    if CAN_LIMIT_TIME and code in (-signal.SIGPROF, -signal.SIGALRM):
        return TIMED_OUT
    return KILLED if CAN_LIMIT_TIME and code in (-signal.SIGKILL, -signal.SIGTERM) else CRASHED
