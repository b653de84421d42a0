"""The shape of a question."""

from __future__ import annotations

import time

import pytest

from indexers.search.shapes import asks_for_mechanism, shape_of


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("where is auth handled", "where"),
        ("which file parses the configuration", "where"),
        ("how does checkout work", "how"),
        ("what is Gateway", "what"),
        ("explain the gateway", "what"),
        ("who calls charge", "who"),
        ("what uses authenticate", "who"),
        ("which functions call charge", "who"),
        ("where is authenticate called", "who"),
        ("where is a template called index.html looked up", "where"),
        ("callers of charge", "who"),
        ("why are retries limited", "why"),
        ("what is the reason for the salt", "why"),
        ("password hashing", "where"),
        ("how many retries are there by default", "default"),
        ("After how many ms is a load reported as slow?", "default"),
        ("can the time limit be lifted", "can"),
        ("is there an operator that merges objects", "can"),
        ("what happens when the server is unreachable", "flow"),
        ("ValueError: no such locale", "error"),
        ("what would break if I rename charge", "breaks"),
        ("what else is affected when charge changes", "breaks"),
        ("which tests cover checkout", "tests"),
        ("and where is ZshComplete tested?", "tests"),
        ("what is the difference between connect and attach", "compare"),
        ("charge vs. refund", "compare"),
        ("what does this project do", "overview"),
        ("where do I start?", "overview"),
        ("how do I run the tests", "overview"),
        ("which version is this", "overview"),
        ("give me an overview", "overview"),
        ("where do I start the worker process", "where"),
        ("how do I run the tests in parallel", "how"),
        ("what does this program option do", "what"),
        ("On a slow disk, what does the writer do with full pages?", "what"),
        ("I renamed a gate. Which fields are printed then?", "what"),
        ("the harbour is closed, how do I open it?", "how"),
        ("A boat is too long for the lock. Can it be refused?", "can"),
        ("am I allowed to open two gates", "can"),
        ("The tide turns while a boat is in the lock. What becomes of it?", "flow"),
        ("two boats arrive at once, which one wins and where is that decided", "flow"),
        ("The queue is full. Then what?", "flow"),
        ("Which code picks a gate when I pass none?", "where"),
        ("A boat comes from the sea, which function lets it in when I configured nothing?", "where"),
        ("which gate is used when I pass none", "default"),
        ("My notes get cut off. What's the limit if I never configured one?", "default"),
        ("Boats wait at night. Is there a reason for that?", "why"),
        ("loading boats: where are the error texts made", "where"),
        ("FAILED: Can't find the gate 'north'", "error"),
        ("[harbour] Unable to open the gate, the water is too low.", "error"),
        ("harbour: error (at line 12): no gate", "error"),
        ("which gate does the harbour use at night", "where"),
        ("`Gate` default height cannot be set twice for 'north'. Set it once.", "error"),
        ("Gates and tides of the harbour", "where"),
        ("terminate called after throwing an instance of 'E'\n  what():  logger already there", "error"),
        ("thread 'main' panicked at src/main.rs:3:5", "error"),
    ],
)
def test_shapes(question, shape):
    assert shape_of(question) == shape


@pytest.mark.parametrize("opening", ["and ", "But, ", "so then ", "ok and "])
def test_the_opening_of_a_follow_up_does_not_change_its_shape(opening):
    assert shape_of(f"{opening}which tests cover it") == "tests"
    assert shape_of(f"{opening}where is it tested") == "tests"


@pytest.mark.parametrize("part", ["if i ", "q when you ", "reason ", "which a ", "x. "])
def test_a_question_of_many_words_takes_linear_time(part):
    started = time.process_time()
    shape_of(part * 20_000)
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how does it follow redirects", True),
        ("how are cookies signed", True),
        ("how do I follow redirects", False),
        ("how is my handler called", False),
        ("how to sign a cookie", False),
    ],
)
def test_a_mechanism_is_what_the_program_does_and_not_what_somebody_does(question, expected):
    assert asks_for_mechanism(question) is expected
