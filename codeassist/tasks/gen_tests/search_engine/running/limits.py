"""Limits of one run of a candidate: steps, CPU time, time by the clock."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

import _codeassist_guard as guard  # type: ignore[import-not-found]

from .probe import Probe

try:  # without turning numbers into members of enumerations, which takes a tenth of the time of a short call
    from _signal import signal as _handle  # type: ignore[import-not-found]
except ImportError:
    from signal import signal as _handle

SECONDS = 0.5
"""CPU time that a candidate may take."""

LEAST = 0.1
"""CPU time that a candidate has where earlier calls of the same function did not end."""

WAITING = 6
"""Seconds by the clock for each second of CPU time: for candidates that wait instead of computing, also on a busy machine."""

COROUTINES_WAIT = 2
"""As above for coroutines: many calls and mutants of asynchronous code wait for ever, and none has to wait for long."""

MUTANTS_WAIT = 0.5
"""Seconds by the clock that a coroutine may take on a mutant."""


AGAIN = 0.2
"""Seconds of CPU time after which a candidate that caught `Late`, as a bare `except:` does, is interrupted again."""


def waiting_time(text: str, mutant: int, seconds: float) -> float:
    """How many seconds by the clock a call that has so many of CPU time may take."""
    if "asyncio.run(" not in text:
        return WAITING * seconds
    return MUTANTS_WAIT if mutant else COROUTINES_WAIT * seconds


class Late(BaseException):
    """The candidate exceeded its time limit."""


@contextlib.contextmanager
def limited(probe: Probe, steps: int, seconds: float = SECONDS, text: str = "", mutant: int = 0) -> Iterator[None]:
    """Run the block with a maximum number of steps (0: the default) and of CPU seconds; the guard reports what it tries.

    `text` is the call and `mutant` the mutant that it runs on, which decide how long it may wait.
    """
    probe.limit = steps or 150_000

    def late(*_: object) -> None:
        if guard.State.armed:
            probe.limit = 0  # where this is caught, the next step of the module raises `Endless`
            raise Late

    guard.State.armed = True
    timer = getattr(signal, "setitimer", None)
    main = threading.current_thread() is threading.main_thread()
    if timer and main:
        _handle(signal.SIGALRM, late)
        _handle(signal.SIGPROF, late)
        timer(signal.ITIMER_PROF, seconds, AGAIN)
        waiting = waiting_time(text, mutant, seconds)
        timer(signal.ITIMER_REAL, waiting, waiting)
    try:
        yield
    finally:
        guard.State.armed = False  # first: a signal from now on is late itself
        if timer and main:
            timer(signal.ITIMER_PROF, 0)
            timer(signal.ITIMER_REAL, 0)
