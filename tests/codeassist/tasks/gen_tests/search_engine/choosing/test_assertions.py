"""Redundant assertions are dropped; together the tests kill what they killed before."""

from __future__ import annotations

import time

from codeassist.tasks.gen_tests.search_engine.choosing.assertions import trim
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from tests.codeassist.tasks.gen_tests.search_engine.conftest import chosen


def test_redundant_assertions_are_dropped(selection):
    candidate = Candidate("Bag.add", ("bag = Bag([1])",), "bag.add(2)", ("bag",))
    kept = chosen(selection, candidate)
    before = {m for c in kept for m in c.kills}
    assert len(kept[0].outcome.checks) > 2  # None, the class, the items, the name
    trim(selection.bench, kept, time.monotonic() + 20)
    assert kept[0].checks == ("bag.items == [1, 2]", "bag.name == 'bag'") or kept[0].checks == ("bag.items == [1, 2]",)
    assert {m for c in kept for m in c.kills} == before


def test_the_whole_result_is_asserted_before_its_parts(selection):
    kept = chosen(selection, Candidate("longest", (), "longest(['abc', 'd'])"), Candidate("longest", (), "longest(['a'], 4)"))
    trim(selection.bench, kept, time.monotonic() + 20)
    assert {c.candidate.final: c.checks for c in kept} == {
        "longest(['abc', 'd'])": ("{v} == 'abc'",),
        "longest(['a'], 4)": ("{v} is None",),
    }


def test_variables_that_are_no_longer_asserted_are_no_longer_watched(selection):
    candidate = Candidate("Bag.has", ("bag = Bag([1])",), "bag.has(1)", ("bag",))
    kept = chosen(selection, candidate)
    assert any(check.startswith("bag.") for check in kept[0].outcome.checks)
    kept[0].kills = set()
    trim(selection.bench, kept, time.monotonic() + 20)
    assert (kept[0].checks, kept[0].candidate.watched) == (("{v} is True",), ())


def test_kills_that_a_shorter_candidate_has_lost_are_forgotten(selection):
    kept = chosen(selection, Candidate("longest", (), "longest(['abc', 'd'])"))
    alive = next(iter(selection.alive))
    kept[0].kills.add(alive)
    trim(selection.bench, kept, time.monotonic() + 20)
    assert alive not in kept[0].kills
    assert kept[0].kills
