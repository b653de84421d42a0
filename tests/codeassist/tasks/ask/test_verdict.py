"""No before an answer to "can it ..."."""

from __future__ import annotations

import pytest

from codeassist.tasks.ask.verdict import SURE, verdict

DENIED = ["    raise NotImplementedError", "Streaming is not supported by this backend.", "-- this cannot be allowed"]


def test_lines_that_may_be_about_something_else_are_no_yes():
    assert verdict("can it retry a connection", ["# a connection is retried three times"], 1.0) == ""


@pytest.mark.parametrize("line", DENIED)
def test_lines_that_deny_it_say_no(line):
    assert verdict("can it stream", [line], 1.0) == "It seems not:"


def test_an_answer_that_is_less_sure_says_nothing():
    assert verdict("can it stream", [DENIED[1]], SURE - 0.01) == ""


def test_a_question_about_what_it_does_not_do_has_no_verdict():
    assert verdict("does it not follow links", ["links are not followed"], 1.0) == ""


def test_a_negation_of_something_else_is_no_denial():
    assert verdict("can it retry", ["do not call this twice; it retries"], 1.0) == ""


def test_what_was_removed_is_said_to_be():
    line = "Graph support was deprecated in version 0.15, and removed in version 0.17."
    assert verdict("does it support graphs", [line], 1.0) == "It seems to have been removed:"
    assert verdict("does it support templates", [line], 1.0) == ""
    assert verdict("can it remove expired keys", ["# expired keys are removed in a thread"], 1.0) == ""
