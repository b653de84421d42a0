"""Time, interruption and progress of a task: `Deadline`, `Cancel` and `Events`, passed down instead of floats and callbacks.

An interface makes them: the command line sets a `Cancel` on Ctrl-C and SIGTERM and prints what `Events` receives; a server
sets it when its client is gone. Tasks only read them; nothing below an interface prints, exits or installs a signal handler.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from codeassist.errors import CancelledError

if TYPE_CHECKING:
    from indexers.build.update import Progress

Clock = Callable[[], float]
"""Seconds from some fixed moment, never going backwards; tests pass one that they move themselves."""


class Cancel:
    """A request to stop, from a person or a server. Safe from any thread and from a signal handler."""

    def __init__(self) -> None:
        """Nothing is requested yet."""
        self._event = threading.Event()

    def request(self) -> None:
        """Ask whatever runs to stop at its next check."""
        self._event.set()

    @property
    def requested(self) -> bool:
        """Whether a stop was requested."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `CancelledError` when a stop was requested; called by every long loop."""
        if self._event.is_set():
            raise CancelledError

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds` for a request; returns whether there is one."""
        return self._event.wait(seconds)


class Deadline:
    """A moment by which work must end, in seconds from now; without a limit it never passes."""

    def __init__(self, seconds: float = math.inf, *, clock: Clock = time.monotonic) -> None:
        """The moment `seconds` from now on `clock`."""
        self._clock = clock
        self._start = clock()
        self._end = self._start + seconds

    @property
    def left(self) -> float:
        """Seconds until the deadline; negative when it has passed, infinite without a limit."""
        return self._end - self._clock()

    @property
    def passed(self) -> bool:
        """Whether the deadline has passed."""
        return self.left <= 0

    @property
    def elapsed(self) -> float:
        """Seconds since this deadline was made."""
        return self._clock() - self._start

    def at_least(self, seconds: float) -> float:
        """The seconds left, but at least so many: for a step that needs them whatever the budget."""
        return max(seconds, self.left)

    def earlier(self, seconds: float) -> Self:
        """The deadline that comes `seconds` before this one, so that time is kept back for what follows."""
        return self._ending(self._end - seconds)

    def within(self, seconds: float) -> Self:
        """The earlier of this deadline and `seconds` from now."""
        return self._ending(min(self._end, self._clock() + seconds))

    def extended(self, seconds: float) -> Self:
        """The later of this deadline and `seconds` from now."""
        return self._ending(max(self._end, self._clock() + seconds))

    def _ending(self, moment: float) -> Self:
        return type(self)(moment - self._clock(), clock=self._clock)


class Events:
    """What a task reports while it runs. The base class ignores everything; an interface overrides what it shows."""

    def step(self, words: str) -> None:
        """The task begins a step, such as "searching"."""

    def note(self, text: str) -> None:
        """Something a person should know that is not part of the result."""

    def text(self, piece: str) -> None:
        """A piece of an answer, as it is produced."""

    def progress(self, done: int, total: int) -> None:
        """So many of so many units are done."""

    def indexing(self, state: Progress) -> None:
        """How far an index that is being built or updated is."""


SILENT = Events()
"""Ignores every event."""
