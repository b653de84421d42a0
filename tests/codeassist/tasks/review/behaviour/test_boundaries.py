"""Comparisons and slices that change at their boundary."""

from __future__ import annotations

import ast
import importlib
import random
import sys
from types import SimpleNamespace

import pytest

from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate, Outcome

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


def test_numbers_too_large_for_floating_point_are_not_aimed_at(monkeypatch):
    """The module runs beside the search engine, under the name that this has there."""
    for name in ("", ".operands", ".running", ".running.outcome"):
        engine = importlib.import_module(f"codeassist.tasks.gen_tests.search_engine{name}")
        monkeypatch.setitem(sys.modules, f"_codeassist_search{name}", engine)
    worker = importlib.import_module("codeassist.tasks.review.behaviour.worker.boundaries")
    instrumenter = SimpleNamespace(conditions={1: 3}, parts={})
    bench = SimpleNamespace(instrumenter=instrumenter, tree=ast.parse(BULK))
    candidate = Candidate("bulk", (), "bulk(1.5, 3)")
    for left, right, some in ((1, 10**400, False), (float("inf"), 5, False), (11.5, 2501, True)):
        boundaries = worker.Boundaries(bench, frozenset({3}), [2501], random.Random(1))
        found = list(boundaries.around(candidate, Outcome(operands={(1, True): ("GtE", left, right)})))
        assert bool(found) is some
