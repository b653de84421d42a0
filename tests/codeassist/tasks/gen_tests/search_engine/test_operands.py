"""Inputs get the values that conditions need, where they have the value of an operand."""

from __future__ import annotations

import random
import re

import pytest

from codeassist.tasks.gen_tests.search_engine.operands import constants, toward
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.running.probe import Other


def aimed(text, operands, wanted=True):
    """The calls that are tried so that a condition with these operands gets a value."""
    return [c.final for c in toward(Candidate("f", (), text), operands, wanted, random.Random(1))]


@pytest.mark.parametrize(
    ("text", "operands", "wanted", "among"),
    [
        ("f('abc')", ("Eq", "abc", "xyz"), True, "f('xyz')"),
        ("f('key=abc')", ("Eq", "abc", "xyz"), True, "f('key=xyz')"),
        ("f(' ABC ')", ("Eq", "abc", "xyz"), True, "f('xyz')"),
        ("f('7')", ("Eq", 7, 90), True, "f('90')"),
        ("f('abc')", ("NotEq", "abc", "abc"), True, "f('abca')"),
        ("f(5)", ("Lt", 5, 3), True, "f(2)"),
        ("f([1, 2])", ("Gt", 2, 4), True, "f([1, 2, 1, 2, 1])"),
        ("f('ab')", ("GtE", 2, 5), True, "f('ababa')"),
        ("f('a')", ("In", "a", ["red", "green"]), True, "f('red')"),
        ("f('a')", ("In", "-", "a"), True, "f('a-')"),
        ("f({'a': 1})", ("In", "size", {"a": None}), True, "f({'a': 1, 'size': 'a'})"),
        ("f('abc')", ("startswith", "abc", "--"), True, "f('--abc')"),
        ("f('--abc')", ("startswith", "--abc", "--"), False, "f('abc')"),
        ("f('abc')", ("endswith", "abc", (".txt", ".md")), True, "f('abc.md')"),
        ("f('')", ("Truth", "", None), True, "f('abc')"),
        ("f([1])", ("Truth", [1], None), False, "f([])"),
        ("f(None)", ("Is", None, None), False, "f('abc')"),
        ("f([])", ("Loop", [], None), True, "f([1])"),
    ],
)
def test_a_literal_that_corresponds_to_an_operand_is_changed(text, operands, wanted, among):
    assert among in aimed(text, operands, wanted)


def test_a_text_that_a_pattern_matches_is_made():
    pattern = re.compile(r"[a-c]{2}-\d")
    made = [re.fullmatch(r"f\('(.*)'\)", text)[1] for text in aimed("f('x')", ("match", pattern, "x"))]
    assert made
    assert all(pattern.match(text) for text in made)


def test_what_a_mock_returned_is_set_at_the_mock():
    operands = ("Truth", Other("Mock", "read()"), None)
    assert "f(mock.Mock(read=mock.Mock(return_value='')))" in aimed("f(mock.Mock())", operands, False)
    assert "f(mock.Mock(size=''))" in aimed("f(mock.Mock())", ("Truth", Other("Mock", "size"), None), False)


@pytest.mark.parametrize("text", ["f(x)", "f('other')", "for"])
def test_nothing_is_changed_where_nothing_corresponds(text):
    assert aimed(text, ("Eq", "abc", "xyz")) == []


def test_constants_are_what_an_operand_needs():
    assert "'xyz'" in constants(("Eq", None, "xyz"), True, random.Random(1))
    assert constants(("Eq", Other("Thing"), Other("Thing")), True, random.Random(1)) == []
