"""Results of calls become values for other calls."""

from __future__ import annotations

import random

from codeassist.tasks.gen_tests.search_engine.inputs.results import LONGEST, Results
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate, Outcome


def known(*pairs: tuple[str, str]) -> dict[str, list[str]]:
    results = Results(random.Random(1))
    for call, check in pairs:
        results.note(Candidate("f", (), call), Outcome(checks=(check,)))
    return results.by_kind


def test_texts_and_containers_are_remembered_once():
    found = known(("f('a b')", "list({v}) == ['a', 'b']"), ("f('a  b')", "{v} == ['a', 'b']"), ("g(1)", "{v} == 'one'"))
    assert found == {"list": ["['a', 'b']"], "str": ["'one'"]}


def test_what_is_in_the_call_and_what_says_little_is_not_remembered():
    assert not known(("f('a')", "{v} == 'a'"), ("f(1)", "{v} == 2"), ("f(1)", "{v} == []"), ("f(1)", "{v} is None"))
    assert not known(("f(1)", f"{{v}} == {'x' * LONGEST!r}"), ("f(1)", "{v} == Point(1)"))


def test_a_result_is_given_sometimes():
    results = Results(random.Random(1))
    results.note(Candidate("f", (), "f(1)"), Outcome(checks=("{v} == 'one'",)))
    assert {results.of("str") for _ in range(100)} == {"", "'one'"}
    assert results.of("list") == ""
