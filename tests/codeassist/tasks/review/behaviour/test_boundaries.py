"""Comparisons and slices that change at their boundary."""

from __future__ import annotations

import pytest

STOP = """import time


class State:
    def __init__(self, name):
        self.started = time.monotonic()
        self.number = 1


class Stop:
    def __init__(self, most: int):
        self.most = most

    def __call__(self, state: State) -> bool:
        return state.number >= self.most
"""
BULK = "def bulk(price, count):\n    total = price * count + 7\n    if total >= 2501:\n        return 'bulk'\n    return 'single'\n"
SHORT = "def short(text):\n    return text[:145]\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [(STOP, STOP.replace(">=", ">")), (BULK, BULK.replace(">=", ">")), (SHORT, SHORT.replace("145", "144"))],
    ids=["an argument with a time", "something computed", "a slice"],
)
def test_the_boundary_is_tried(compare, before, after):
    result, _ = compare({"shop.py": before}, {"shop.py": after}, seconds=15.0)
    (finding,) = [f for f in result.every if f.rule == "behaviour-changed"]
    assert ": before " in finding.message
