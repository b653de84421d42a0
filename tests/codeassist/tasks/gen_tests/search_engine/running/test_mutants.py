"""Mutation operators make small changes that tests can detect, and leave declarations and log messages alone."""

from __future__ import annotations

import ast

import pytest

from codeassist.tasks.gen_tests.search_engine.running.mutants import (
    is_declaration,
    is_quiet,
    of_condition,
    of_expression,
    of_statement,
)


def expression(text):
    return ast.parse(text, mode="eval").body


def statement(text):
    return ast.parse(text).body[0]


@pytest.mark.parametrize(
    ("text", "mutants"),
    [
        ("a < b", ["a <= b", "a >= b"]),
        ("a == b", ["a != b"]),
        ("a is not b", ["a is b"]),
        ("a in b", ["a not in b"]),
        ("a < b < c", ["a <= b < c", "a >= b < c", "a < b <= c", "a < b >= c"]),
        ("a + b", ["a - b"]),
        ("a * b", ["a + b", "a // b"]),
        ("'%s' % a", []),
        ("a % b", ["a * b", "a // b"]),
        ("a and b", ["a or b", "b", "a"]),
        ("not a", ["a"]),
        ("-a", ["a"]),
        ("~a", []),
        ("a if b else c", ["a if not b else c"]),
        ("f(1, key=2)", ["f(1)"]),
        ("f(**a)", []),
        ("log.info('x', extra=1)", []),
        ("3", ["4", "2"]),
        ("0", ["1", "-1"]),
        ("True", ["False"]),
        ("'a'", ["'XXa'"]),
        ("b''", ["b'XX'"]),
        ("None", []),
        ("a.b", []),
    ],
)
def test_mutants_of_an_expression(text, mutants):
    node = expression(text)
    assert [ast.unparse(mutant) for _, mutant in of_expression(node)] == mutants
    assert ast.unparse(node) == text


@pytest.mark.parametrize(
    ("text", "mutants"),
    [
        ("a", ["not a"]),
        ("a < b", ["not a < b"]),
        ("a == b", []),  # its own mutant `a != b` is the negation
        ("not a", []),
        ("a and b", ["not (a and b)"]),
    ],
)
def test_conditions_are_negated_once(text, mutants):
    assert [ast.unparse(mutant) for _, mutant in of_condition(expression(text))] == mutants


@pytest.mark.parametrize(
    ("text", "in_function", "mutants"),
    [
        ("return a", True, ["return None"]),
        ("return None", True, []),
        ("return", True, []),
        ("raise ValueError", True, ["pass"]),
        ("raise NotImplementedError", True, []),
        ("f(a)", True, ["pass"]),
        ("f(a)", False, []),
        ("log.debug(a)", True, []),
        ("del a[0]", True, ["pass"]),
        ("a.b = 1", True, ["pass"]),
        ("a = 1", True, []),
        ("a += 1", True, ["pass", "a -= 1"]),
        ("a += 1", False, ["a -= 1"]),
        ("break", True, ["continue"]),
        ("continue", True, ["break"]),
    ],
)
def test_mutants_of_a_statement(text, in_function, mutants):
    found = [ast.unparse(ast.Module(body, [])) for _, body in of_statement(statement(text), in_function)]
    assert found == mutants


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os", True),
        ("__all__ = ['a']", True),
        ("T = TypeVar('T')", True),
        ("log = logging.getLogger(__name__)", True),
        ("if TYPE_CHECKING:\n    import a", True),
        ("if __name__ == '__main__':\n    main()", True),
        ("'A docstring.'", True),
        ("assert a", True),
        ("Alias: TypeAlias = int", True),
        ("x = 1", False),
        ("x = build()", False),
        ("if a:\n    pass", False),
    ],
)
def test_declarations(text, expected):
    assert is_declaration(statement(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("warnings.warn(a)", True), ("log.exception(a)", True), ("log(a)", True), ("login(a)", False), ("log", False)],
)
def test_only_calls_that_log_or_warn_are_quiet(text, expected):
    assert is_quiet(expression(text)) is expected
