"""Candidates become shorter and keep their gains."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassist.tasks.gen_tests.search_engine.choosing.set_cover import Chosen
from codeassist.tasks.gen_tests.search_engine.choosing.shrinking import shrink, smaller
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from tests.codeassist.tasks.gen_tests.search_engine.conftest import chosen


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
    selection.bench.keep_state()
    candidate = Candidate("pieces", (), "list(pieces(-500))")
    one = Chosen(candidate, selection.bench.run(candidate))
    shrink(selection.bench, [one], time.monotonic() + 20)
    assert one.candidate.final.startswith("list(pieces(")


def test_documented_calls_are_not_shrunk(selection):
    candidate = Candidate("longest", (), "longest(['a', 'long one', 'longer one'])", origin="documentation")
    kept = chosen(selection, candidate)
    shrink(selection.bench, kept, time.monotonic() + 20)
    assert [c.candidate for c in kept] == [candidate]


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


@settings(deadline=None)
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


def test_a_text_of_the_documentation_replaces_one_of_the_same_form(bench_of):
    bench = bench_of("def unit(rate):\n    number, name = rate.split('/')\n    return name * 2\n")
    candidate = Candidate("unit", (), "unit('0/m')")
    kept = [Chosen(candidate, bench.run(candidate))]
    shrink(bench, kept, time.monotonic() + 9, ["'10/m'", "'of another form'"])
    assert kept[0].candidate.final == "unit('10/m')"


def test_a_smaller_form_still_calls_what_the_test_is_about(bench_of):
    bench = bench_of("def inner(n):\n    return n + 1\n\n\ndef outer(n):\n    return n\n")
    candidate = Candidate("outer", (), "outer(inner(3))")
    one = Chosen(candidate, bench.run(candidate))
    one.gains = {2}  # the line of `inner`
    shrink(bench, [one], time.monotonic() + 9)
    assert one.candidate.final.startswith("outer(")


def test_a_step_whose_gains_another_test_has_is_dropped_and_nothing_is_lost(selection):
    until = time.monotonic() + 20
    alone = Candidate("Bag.add", ("bag = Bag()",), "bag.add(1)", ("bag",))
    with_step = Candidate("Bag.has", ("bag = Bag([1])", "bag.add(2)"), "bag.has(1)")
    for candidate in (with_step, alone):
        selection.take(candidate, selection.bench.run(candidate), until)
    kept = list(selection.pool)
    for one in kept:
        one.kills = {m for m in selection.mutants if selection.differs(one.candidate, one.outcome, m)}
        one.gains = {("mutant", m) for m in one.kills} | set(one.outcome.lines) | set(one.outcome.branches)
    everything = {gain for one in kept for gain in one.gains}
    shrink(selection.bench, kept, until)
    assert "add" not in kept[0].candidate.text
    left = {gain for one in kept for gain in ({("mutant", m) for m in one.kills} | one.outcome.lines | one.outcome.branches)}
    assert left >= everything
