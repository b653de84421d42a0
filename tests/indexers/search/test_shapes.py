"""The shape of a question."""

from __future__ import annotations

import pytest

from indexers.search.shapes import shape_of


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
    ],
)
def test_shapes(question, shape):
    assert shape_of(question) == shape


@pytest.mark.parametrize("opening", ["and ", "But, ", "so then ", "ok and "])
def test_the_opening_of_a_follow_up_does_not_change_its_shape(opening):
    assert shape_of(f"{opening}which tests cover it") == "tests"
    assert shape_of(f"{opening}where is it tested") == "tests"
