"""Deadlines on a clock that the test moves, and requests to stop."""

from __future__ import annotations

import math
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.deadline import Cancel, Deadline
from codeassist.errors import CancelledError


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_passes_only_on_its_clock() -> None:
    clock = MovableClock()
    deadline = Deadline(10, clock=clock)
    assert (deadline.left, deadline.elapsed, deadline.passed) == (10, 0, False)
    clock.now += 4
    assert (deadline.left, deadline.elapsed, deadline.passed) == (6, 4, False)
    clock.now += 6
    assert deadline.passed
    clock.now += 1
    assert deadline.left == -1


def test_shares_of_a_deadline() -> None:
    clock = MovableClock()
    deadline = Deadline(10, clock=clock)
    assert deadline.earlier(3).left == 7
    assert deadline.extended(40).left == 40
    assert deadline.at_least(15) == 15
    share = deadline.earlier(6)
    clock.now += 5
    assert share.passed
    assert not deadline.passed


def test_without_a_limit_it_never_passes() -> None:
    clock = MovableClock()
    deadline = Deadline(clock=clock)
    clock.now += 1e12
    assert not deadline.passed
    assert deadline.left == math.inf


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_share_never_ends_after_its_deadline(seconds: float, share: float, moved: float) -> None:
    clock = MovableClock()
    deadline = Deadline(seconds, clock=clock)
    clock.now += moved
    assert deadline.earlier(share).left <= deadline.left + 1e-6
    assert deadline.extended(share).left >= deadline.left - 1e-6


def test_cancel_is_seen_by_other_threads() -> None:
    cancel = Cancel()
    cancel.check()
    stopped = threading.Event()

    def work() -> None:
        with pytest.raises(CancelledError):
            while True:
                cancel.check()
        stopped.set()

    worker = threading.Thread(target=work)
    worker.start()
    cancel.request()
    worker.join(60)
    assert stopped.is_set()
    assert cancel.requested
    cancel.clear()
    cancel.check()
