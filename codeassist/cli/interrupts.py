"""Ctrl-C and SIGTERM request a stop; work that cannot stop anywhere may first reach a safe point."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from codeassist.cli.output import note
from codeassist.deadline import Cancel
from codeassist.errors import CancelledError

CANCEL = Cancel()
"""The stop request of this process: signal handlers set it, tasks check it."""


_received: list[int] = []
"""The signals that requested a stop, in the order of their arrival."""


def install() -> None:
    """Make Ctrl-C and SIGTERM request a stop and raise `CancelledError` in the main thread, so that resources are closed."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) != signal.SIG_IGN:  # a background job of a shell ignores Ctrl-C
                signal.signal(number, _stop)


def exit_code() -> int:
    """The exit code after a stop: 128 + the first signal received."""
    return 128 + (_received[0] if _received else signal.SIGINT)


def _stop(number: int, _: FrameType | None) -> None:
    _received.append(number)
    CANCEL.request()
    raise CancelledError(number)


@contextmanager
def patiently(message: str) -> Iterator[None]:
    """Within this block the first signal only requests a stop and prints `message`; the second raises `CancelledError`."""

    def request_stop(number: int, frame: FrameType | None) -> None:
        if CANCEL.requested:
            _stop(number, frame)
        _received.append(number)
        CANCEL.request()
        note(message)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {
        number: signal.signal(number, request_stop)
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) != signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
