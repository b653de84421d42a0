"""Definitions in source text of several languages, and broken text."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.evidence.parsed_source import enclosing, functions_of, is_broken, symbols_of, syntax_tree
from tests.conftest import SHOP

PAYMENTS = SHOP["shop/payments.py"]


def test_functions_have_their_qualified_name_and_lines():
    assert functions_of("shop/payments.py", PAYMENTS) == [
        ("Gateway.charge", 11, 17),
        ("Gateway.send", 19, 20),
        ("checkout", 23, 27),
    ]
    assert [name for name, _, _ in functions_of("a.go", SHOP["stock/inventory.go"])] == ["Inventory.Reserve"]
    assert ("Gateway", "class", 8, 20) in [row[:4] for row in symbols_of("shop/payments.py", PAYMENTS)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [(13, ("Gateway.charge", 11, 17)), (9, ("Gateway", 8, 20)), (24, ("checkout", 23, 27)), (2, None), (999, None)],
)
def test_the_smallest_definition_around_a_line(line, expected):
    assert enclosing("shop/payments.py", PAYMENTS, line) == expected


def test_a_file_without_a_grammar_has_no_definitions_and_is_never_broken():
    assert symbols_of("notes.unknown", "def f(:") == ()
    assert not is_broken("notes.unknown", "def f(:")


@pytest.mark.parametrize(
    ("path", "text", "broken"),
    [("a.py", "x = 1\n", False), ("a.py", "def f(:\n", True), ("a.js", "f(", True), ("a.go", "package a\n", False)],
)
def test_syntax_errors_are_reported(path, text, broken):
    assert is_broken(path, text) is broken


def test_the_tree_of_a_python_text():
    assert isinstance(syntax_tree("\ufeffx = 1").body[0], ast.Assign)
    for text in (None, "def f(:", "x = '\0'", "(" * 5_000):
        assert syntax_tree(text) is None


@given(st.text(alphabet="def f():\n x=1\t#'\"\0é", max_size=60))
def test_any_text_is_parsed_and_lines_are_inside_it(text):
    for _, start, end in functions_of("a.py", text):
        assert 1 <= start <= end <= text.count("\n") + 1
    tree = syntax_tree(text)
    assert tree is None or isinstance(tree, ast.Module)
