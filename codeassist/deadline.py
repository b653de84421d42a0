"""Deadlines, cancellation and progress events of a task: `Deadline`, `Cancel` and `Events`.

An interface creates them: the command line sets a `Cancel` on Ctrl-C and SIGTERM and prints what `Events` receives; a server
sets it when the client disconnects. Tasks only read them; nothing below an interface prints or
exits. The sandbox alone handles signals, while a child runs, to end the child with the program.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from codeassist.errors import CancelledError

if TYPE_CHECKING:
    from indexers.build.report import Progress

Clock = Callable[[], float]
"""A monotonic clock in seconds; tests pass one that they control."""


class Cancel:
    """A request to stop, from a user or a server. Safe to use from any thread and from a signal handler."""

    def __init__(self) -> None:
        """No stop is requested."""
        self._requested = False

    def request(self) -> None:
        """Ask the running work to stop at its next check."""
        self._requested = True

    def clear(self) -> None:
        """Withdraw the request, for an interface that goes on after an interrupted answer."""
        self._requested = False

    @property
    def requested(self) -> bool:
        """Whether a stop was requested."""
        return self._requested

    def check(self) -> None:
        """Raise `CancelledError` if a stop was requested; every long loop calls this."""
        if self._requested:
            raise CancelledError


class Deadline:
    """The time by which work must end; never passes when created without a limit."""

    def __init__(self, seconds: float = math.inf, *, clock: Clock = time.monotonic) -> None:
        """Set the deadline to `seconds` from now on `clock`."""
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
        """Seconds since this deadline was created."""
        return self._clock() - self._start

    def at_least(self, seconds: float) -> float:
        """The seconds left, but at least `seconds`: for a step that needs them whatever the budget."""
        return max(seconds, self.left)

    def earlier(self, seconds: float) -> Self:
        """The deadline `seconds` before this one, to reserve time for later steps."""
        return self._ending(self._end - seconds)

    def extended(self, seconds: float) -> Self:
        """The later of this deadline and `seconds` from now."""
        return self._ending(max(self._end, self._clock() + seconds))

    def _ending(self, moment: float) -> Self:
        return type(self)(moment - self._clock(), clock=self._clock)


class Events:
    """Receives the events of a running task. The base class ignores them all; an interface overrides those it shows."""

    def step(self, words: str) -> None:
        """The task begins a step, such as "searching"."""

    def note(self, text: str) -> None:
        """A notice for the user that is not part of the result."""

    def text(self, piece: str) -> None:
        """A piece of an answer, as it is streamed."""

    def progress(self, done: int, total: int) -> None:
        """`done` of `total` units are complete."""

    def confirm(self, question: str) -> bool:
        """Whether the user agrees; False when nobody can be asked."""
        return False

    def indexing(self, state: Progress) -> None:
        """The progress of an index build or update."""


SILENT = Events()
"""Ignores every event."""
