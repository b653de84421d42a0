"""What a call leaves besides its value: threads, output, something that can be called."""

from __future__ import annotations

import functools
import io
import threading
import types
from collections import Counter
from collections.abc import Sequence

from .messages import has_address
from .outcome import Outcome

ENDING = 0.1
"""Seconds that a thread which a call has told to end may take for it."""

PATIENCE = 3
"""How often threads of one target that do not end are waited for."""


class Threads:
    """Tells whether the threads that calls start have ended after them."""

    def __init__(self) -> None:
        """Nothing is known about any target."""
        self._waited: Counter[str] = Counter()
        """How often threads of a target's calls did not end."""

    def end(self, target: str, known: Sequence[threading.Thread]) -> bool:
        """Whether all other threads than the `known` ones end now or very soon; no waiting where earlier ones did not."""
        for thread in (t for t in threading.enumerate() if t not in known):
            if not thread.daemon and self._waited[target] < PATIENCE:
                thread.join(ENDING)
            if thread.is_alive():
                self._waited[target] += 1
                return False
        return True


def is_product(value: object) -> bool:
    """Whether a result is a function, a bound method or a partial application, which a test should call."""
    return isinstance(value, (types.FunctionType, types.MethodType, functools.partial))


def note_printed(outcome: Outcome, printed: io.StringIO, folder: str) -> None:
    """Record what was printed, and why it cannot be asserted: it contains a path or an address, or its stream was closed."""
    outcome.printed = "" if printed.closed else printed.getvalue()[:2_000]
    if printed.closed:
        outcome.bad = outcome.bad or "closes the standard output"
    if folder and folder in outcome.printed:
        outcome.bad = outcome.bad or "prints a temporary path"
    if has_address(outcome.printed):
        outcome.bad = outcome.bad or "prints an address"
