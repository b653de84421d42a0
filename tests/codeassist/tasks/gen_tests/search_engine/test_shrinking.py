"""Candidates become shorter and keep their gains; redundant assertions are dropped."""

from __future__ import annotations

import importlib
import random
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.tasks.gen_tests.search_engine import execution
from codeassist.tasks.gen_tests.search_engine.assertions import trim
from codeassist.tasks.gen_tests.search_engine.execution import Bench, Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.selection import Chosen, Selection
from codeassist.tasks.gen_tests.search_engine.shrinking import shrink, smaller
from codeassist.tasks.gen_tests.search_engine.targets import Inventory

TEXT = """
class Bag:
    def __init__(self, items=()):
        self.items = list(items)
        self.name = "bag"

    def add(self, item):
        self.items.append(item)

    def has(self, item):
        return item in self.items


def longest(words, least=0):
    best = ""
    for word in words:
        if len(word) > len(best):
            best = word
    return best if len(best) >= least else None
"""


@pytest.fixture
def selection(tmp_path, monkeypatch):
    path = tmp_path / "shrinkable.py"
    path.write_text(TEXT)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    importlib.import_module("shrinkable")
    bench = Bench("shrinkable", str(path), TEXT)
    yield Selection(bench, Search(bench, Inventory(bench), 1))
    bench.restore()
    sys.modules.pop("shrinkable", None)


def chosen(selection, *candidates):
    until = time.monotonic() + 20
    for candidate in candidates:
        outcome = selection.bench.run(candidate)
        assert not outcome.bad
        selection.take(candidate, outcome, until)
    return selection.reduce(until)


def test_irrelevant_steps_and_values_are_removed(selection):
    candidate = Candidate(
        "Bag.has", ("bag = Bag([1, 2, 3, 4, 5, 6])", "bag.add('something long')", "bag.add(2)"), "bag.has(700)", ("bag",)
    )
    kept = chosen(selection, candidate)
    killed = {m for c in kept for m in c.kills}
    assert killed
    shrink(selection.bench, kept, time.monotonic() + 20)
    assert len(kept[0].candidate.text) < len(candidate.text) / 2
    for one in kept:
        for gain in one.gains:
            if isinstance(gain, tuple) and gain[0] == "mutant":
                assert selection.differs(one.candidate, one.outcome, gain[1])
            else:
                assert gain in one.outcome.lines | one.outcome.branches


def test_an_exception_while_iterating_still_needs_the_iteration(selection, monkeypatch):
    def pieces(size):
        if size < 1:
            raise ValueError("size must be positive")
        yield size

    monkeypatch.setattr(selection.bench.module, "pieces", pieces, raising=False)
    candidate = Candidate("pieces", (), "list(pieces(-500))")
    one = Chosen(candidate, selection.bench.run(candidate))
    shrink(selection.bench, [one], time.monotonic() + 20)
    assert one.candidate.final.startswith("list(pieces(")


def test_documented_calls_are_not_shrunk(selection):
    candidate = Candidate("longest", (), "longest(['a', 'long one', 'longer one'])", origin="documentation")
    kept = chosen(selection, candidate)
    shrink(selection.bench, kept, time.monotonic() + 20)
    assert [c.candidate for c in kept] == [candidate]


def test_redundant_assertions_are_dropped(selection):
    candidate = Candidate("Bag.add", ("bag = Bag([1])",), "bag.add(2)", ("bag",))
    kept = chosen(selection, candidate)
    before = {m for c in kept for m in c.kills}
    assert len(kept[0].outcome.checks) > 2  # None, the class, the items, the name
    trim(selection.bench, kept, time.monotonic() + 20)
    assert kept[0].checks == ("bag.items == [1, 2]", "bag.name == 'bag'") or kept[0].checks == ("bag.items == [1, 2]",)
    assert {m for c in kept for m in c.kills} == before


def test_a_mutant_and_a_line_with_the_same_number_are_different_gains(selection):
    """A gain must not be confused with a gain of another kind that has the same number."""
    lines = selection.bench.instrumenter.lines
    assert set(selection.mutants) & set(lines)
    kept = chosen(
        selection,
        Candidate("longest", (), "longest(['abc', 'd'])"),
        Candidate("longest", (), "longest(['abc', 'd'], 4)"),
        Candidate("longest", (), "longest(['a', 'b'])"),
        Candidate("longest", (), "longest(['ab', 'b'], 2)"),
    )
    assert {m for c in kept for m in c.kills} == set(selection.mutants) - selection.alive


def test_numbers_that_make_calls_too_slow_are_not_tried_again(selection, monkeypatch):
    monkeypatch.setattr(execution, "UNSTOPPED", 0.02)
    bench = selection.bench
    monkeypatch.setattr(
        bench.module, "count", lambda _, digits: sum(range(digits)), raising=False
    )  # runs in C, where no signal interrupts it
    calls = [
        Candidate("count", (), f"count({arguments})") for arguments in ("'a', 9000000", "'a', 8000000", "'a', 3", "90000000, 3")
    ]
    assert [bench.run(call).bad for call in calls] == ["", "too large", "", ""]


@pytest.mark.parametrize(
    "expression", ["99 ** 99 ** 99", "10 ** 99 ** 2", "1 << -1", "1.5 | 2", "1 // 0", "-(-(5))", "2 ** 3", "True + 1"]
)
def test_arithmetic_is_evaluated_only_where_that_is_safe(expression):
    for option in smaller(Candidate("f", (), f"f({expression})")):
        compile(option.text, "<test>", "exec")


LITERALS = st.recursive(
    st.one_of(st.integers(0, 99), st.text(max_size=12), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)


@given(st.lists(LITERALS, min_size=1, max_size=3), st.integers(0, 1000))
def test_smaller_forms_are_valid_and_shrinking_terminates(values, seed):
    candidate = Candidate("f", ("x = g(1)",), f"x.f({', '.join(map(repr, values))})", ("x",))
    chance = random.Random(seed)
    for _ in range(200):
        options = list(smaller(candidate))
        if not options:
            return
        candidate = chance.choice(options)
        compile(candidate.text, "<test>", "exec")
    pytest.fail("shrinking does not terminate")
