"""Assertions about an answer: combined, weighted, and about the files that it cites."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.prompts import parse
from codeassist.prompts.assertions import Checks, Verdict, assess, fault, passed
from tests.codeassist.prompts.conftest import greet

CHECKS = Checks(parse(greet(), Path("greet.prompty")), files={1: "shop/auth.py", 2: "shop/pay.py"})


def judged(assertion, answer, checks=CHECKS):
    [verdict] = assess([assertion], answer, checks)
    return verdict


@pytest.mark.parametrize(
    ("assertion", "good", "bad"),
    [
        ({"not": {"contains": "bye"}}, "hello", "good bye"),
        ({"not": {"not": {"contains": "a"}}}, "a", "b"),
        ({"any": [{"contains": "a"}, {"matches": "^b$"}]}, "b", "c"),
        ({"all": [{"contains": "a"}, {"lacks": "b"}]}, "a", "ab"),
        ({"equals": "yes"}, " yes ", "yes!"),
        ({"cites_file": "shop/auth.py"}, "there [1]", "there [2]"),
        ({"cites_file": "auth.py"}, "there [2][1]", "shop/auth.py"),
        ({"context_has": "pay.py"}, "", None),
    ],
)
def test_each_can_hold_and_fail(assertion, good, bad):
    assert fault(assertion) == ""
    assert judged(assertion, good).ok is True
    if bad is not None:
        assert judged(assertion, bad).ok is False
    else:
        assert judged({"context_has": "other.py"}, good).ok is False


def test_the_numbers_of_a_recorded_answer_mean_the_blocks_of_its_time():
    then = Checks(CHECKS.prompt, files=CHECKS.files, cited={1: "shop/pay.py"})
    assert judged({"cites_file": "shop/auth.py"}, "[1]", then).ok is False
    assert judged({"cites_file": "shop/pay.py"}, "[1]", then).ok is True


def test_similarity_has_a_threshold_and_needs_an_encoder():
    near = Checks(CHECKS.prompt, similarity=lambda _one, _other: 0.7)
    assert judged({"similar": "the same"}, "x", near).ok is True
    assert judged({"similar": {"to": "the same", "at_least": 0.8}}, "x", near).ok is False
    assert "0.70, at least 0.8" in judged({"similar": {"to": "the same", "at_least": 0.8}}, "x", near).words
    assert judged({"similar": "the same"}, "x").ok is None


def test_what_cannot_be_decided_here_stays_open_in_a_group():
    assert judged({"any": [{"judge": "polite"}, {"contains": "a"}]}, "a").ok is True
    assert judged({"any": [{"judge": "polite"}, {"contains": "a"}]}, "b").ok is None
    assert judged({"all": [{"judge": "polite"}, {"contains": "a"}]}, "b").ok is False
    assert judged({"all": [{"judge": "polite"}, {"contains": "a"}]}, "a").ok is None
    assert judged({"not": {"script": "x.py"}}, "a").ok is None


@pytest.mark.parametrize(
    ("assertion", "reason"),
    [
        ({"not": {"matches": "("}}, "'matches' cannot be used"),
        ({"not": "contains"}, "an assertion is one of"),
        ({"any": []}, "'any' needs a list"),
        ({"all": [{"contains": "a"}, {"is": 1}]}, "an assertion is one of"),
        ({"similar": {"to": "x", "at_least": 2}}, "'similar' is a text, or"),
        ({"similar": 3}, "'similar' is a text, or"),
        ({"contains": "a", "weight": 0}, "'weight' must be a number above 0"),
        ({"contains": "a", "weight": True}, "'weight' must be a number above 0"),
        ({"weight": 2}, "an assertion is one of"),
    ],
)
def test_an_invalid_assertion_has_its_reason(assertion, reason):
    assert reason in fault(assertion)


def verdicts(*pairs):
    return [Verdict("x", ok, "", weight) for ok, weight in pairs]


def test_weights_count_with_a_threshold():
    assert passed(verdicts((True, 3), (False, 1))) is False
    assert passed(verdicts((True, 3), (False, 1)), 0.75) is True
    assert passed(verdicts((True, 3), (False, 1)), 0.8) is False
    assert passed(verdicts((True, 2), (None, 1), (False, 1)), 0.75) is None
    assert passed(verdicts((True, 3), (None, 1)), 0.75) is True


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.floats(0.1, 9)), min_size=1), st.floats(0.01, 1))
def test_deciding_an_open_assertion_never_contradicts_what_was_decided(pairs, threshold):
    before = passed(verdicts(*pairs), threshold)
    after = passed(verdicts(*((bool(ok), weight) for ok, weight in pairs)), threshold)
    assert before is None or before == after
