"""Few candidates are selected that together kill every mutant that any of them kills."""

from __future__ import annotations

import time

import pytest

from codeassist.tasks.gen_tests.search_engine.choosing.selection import Selection
from codeassist.tasks.gen_tests.search_engine.protocol import Reached
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory
from tests.codeassist.tasks.gen_tests.search_engine.conftest import chosen


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


def independently_chosen(selection, *candidates):
    """The needed candidates, each tried on all mutants."""
    for candidate in candidates:
        alive, selection.alive = selection.alive, set(selection.mutants)
        selection.take(candidate, selection.bench.run(candidate), time.monotonic() + 20)
        selection.alive &= alive
    return [c.candidate for c in selection.reduce(time.monotonic() + 20)]


def test_the_shorter_of_two_equal_candidates_is_selected(selection):
    short, long = Candidate("longest", (), "longest(['ab', 'b'])"), Candidate("longest", (), "longest(['ab', 'b', 'b', 'b'])")
    assert independently_chosen(selection, long, short) == [short]


def test_documented_calls_are_preferred(selection):
    searched = Candidate("longest", (), "longest(['ab', 'b'])")
    documented = Candidate("longest", (), "longest(['ac', 'b'])", origin="documentation")
    assert independently_chosen(selection, searched, documented) == [documented]


def test_what_existing_tests_cover_and_kill_is_not_selected_again(selection):
    bench, candidate = selection.bench, Candidate("Bag.has", (), "Bag([1]).has(1)")
    outcome = bench.run(candidate)
    have = Reached(sorted(outcome.lines), sorted(outcome.branches), sorted(selection.mutants))
    assert chosen(Selection(bench, selection.search, have), candidate) == []
    assert chosen(selection, candidate) != []


def test_only_the_wanted_lines_count(selection):
    bench = selection.bench
    lines = next(t.lines for t in selection.search.inventory.targets if t.qualname == "longest")
    wanted = Selection(bench, selection.search, Reached(only=sorted(lines)))
    assert {wanted.mutants[m].line for m in wanted.alive} <= set(lines)
    kept = chosen(wanted, Candidate("Bag.has", (), "Bag([1]).has(1)"), Candidate("longest", (), "longest(['ab'])"))
    assert [c.candidate.target for c in kept] == ["longest"]


def test_changed_arguments_are_watched_and_unchanged_ones_are_not(bench_of, selection):
    bench = bench_of("def move(source, target):\n    target.extend(source)\n")
    watching = Selection(bench, selection.search).watching
    candidate = Candidate("move", (), "move([1], [2])")
    named, outcome = watching(candidate, bench.run(candidate))
    assert (named.steps, named.final) == (("items = [1]", "items_1 = [2]"), "move(items, items_1)")
    assert (named.watched, outcome.checks) == (("items_1",), ("{v} is None", "items_1 == [2, 1]"))
    unchanged = Candidate("move", (), "move([], [2])")
    assert watching(unchanged, bench.run(unchanged))[0] == unchanged


@pytest.mark.parametrize("seconds", [0, 20])
def test_the_hunt_ends_at_its_deadline_or_when_nothing_is_left(selection, seconds):
    if seconds:
        selection.alive = {min(m for m in selection.mutants if selection.mutants[m].function == "Bag.has")}
    alive = set(selection.alive)
    selection.search.explore(time.monotonic() + 0.3)
    selection.hunt(time.monotonic() + seconds)
    assert selection.alive == (set() if seconds else alive)


def test_the_kind_of_a_result_alone_is_not_asserted(bench_of):
    source = "def make(n):\n    if n > 2:\n        return lambda: n\n    return len\n"
    bench = bench_of(source)
    made = Selection(bench, Search(bench, Inventory(bench), 1))
    kept = chosen(made, Candidate("make", (), "make(3)"), Candidate("make", (), "make(1)"))
    assert [c.candidate.final for c in kept] == ["make(1)"]
    assert kept[0].outcome.checks == ("{v} == len",)


def test_what_reaches_everything_is_taken_although_the_time_is_over(selection):
    bench = selection.bench
    texts = ("longest(['a'])", "longest(['b'])", "longest(['abc', 'd'], 4)", "longest([])")
    kept = [(c, bench.run(c)) for c in (Candidate("longest", (), text) for text in texts)]
    selection.take_steady(kept, time.monotonic() - 1)
    taken = [c.candidate.final for c in selection.pool]
    assert "longest(['b'])" not in taken
    assert {b for c in selection.pool for b in c.outcome.branches} == {b for _, o in kept for b in o.branches}
    selection.pool.clear()
    selection.take_steady(kept, time.monotonic() + 20)
    assert {c.candidate.final for c in selection.pool} == set(texts)
