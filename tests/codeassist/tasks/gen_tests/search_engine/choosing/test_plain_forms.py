"""Forms of a candidate as people write it."""

from __future__ import annotations

import time

from codeassist.tasks.gen_tests.search_engine.choosing.plain_forms import as_plain_calls, as_usual, with_few_arguments
from codeassist.tasks.gen_tests.search_engine.choosing.set_cover import Chosen
from codeassist.tasks.gen_tests.search_engine.choosing.shrinking import READABLE, leave_out_unreadable, shrink
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from tests.codeassist.tasks.gen_tests.search_engine.conftest import chosen


def test_calls_before_the_own_one_are_left_out_together_first():
    steps = ("import os", "bag = Bag([1])", "bag.add(1)", "monkeypatch.setenv('A', '1')", "bag[2] = 3", "bag.has(2)")
    forms = [c.steps for c in as_plain_calls(Candidate("Bag.has", steps, "bag.has(1)"))]
    assert forms == [
        ("import os", "bag = Bag([1])", "monkeypatch.setenv('A', '1')"),
        ("import os", "bag = Bag([1])", "monkeypatch.setenv('A', '1')", "bag.has(2)"),
        ("import os", "bag = Bag([1])", "monkeypatch.setenv('A', '1')", "bag[2] = 3", "bag.has(2)"),
    ]


def test_texts_that_the_search_changed_become_usual_ones():
    candidate = Candidate("url", ("x = 'ttps://a'",), "url('ttps://a', 'ab', 'https://')")
    assert [c.text for c in as_usual(candidate, ["'https://'", "'Hello World'"])] == [
        "x = 'https://'\nurl('https://', 'ab', 'https://')"
    ]
    assert list(as_usual(Candidate("url", (), "url('ttps://a')", origin="documentation"), ["'https://'"])) == []


def test_a_shrunk_test_has_no_call_that_adds_nothing_and_usual_texts(selection):
    steps = ("bag = Bag([])", "bag.has(1)", "bag.add('hello wrld')", "bag.has(2)")
    kept = chosen(selection, Candidate("Bag.has", steps, "bag.has('hello wrld')", ("bag",)))
    shrink(selection.bench, kept, time.monotonic() + 20, usual=["'hello world'"])
    assert all("wrld" not in c.candidate.text and "bag.has(1)" not in c.candidate.text for c in kept)


def test_tests_that_nobody_would_read_are_left_out_where_a_target_has_others(selection):
    huge = Candidate("longest", (), f"longest({['abcdef'] * READABLE})")
    long = Candidate("longest", (), f"longest({['abcdef'] * (READABLE // 8)})")
    plain, lonely = Candidate("longest", (), "longest([])"), Candidate("Bag.has", (), f"Bag({[1] * READABLE}).has(1)")
    kept = [Chosen(c, selection.bench.run(c)) for c in (huge, long, plain, lonely)]
    assert kept[1].outcome.branches - kept[2].outcome.branches
    leave_out_unreadable(kept)
    assert [c.candidate for c in kept] == [long, plain, lonely]  # the long one alone reaches its branches


def test_objects_are_made_with_few_arguments_all_at_once():
    text = "read(State('a', Rules(1, 2, strict=True), [Span(1, 2), Span(3, 4)], (1,), order=None), 3)"
    forms = [c.final for c in with_few_arguments(Candidate("read", (f"x = {'0' * 200!r}",), text))]
    assert forms[:2] == ["read(State('a'), 3)", "read(State('a', Rules(1, 2)), 3)"]
    assert list(with_few_arguments(Candidate("read", (), text))) == []


def test_what_stands_between_two_texts_is_no_text():
    candidate = Candidate("url", (), "url(['a', 'b'], 'x    y')")
    assert [c.text for c in as_usual(candidate, ["''", "'x y'"])] == ["url(['a', 'b'], 'x y')"]
