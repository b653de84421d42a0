"""Syntax errors, swallowed exceptions and jumps in complexity."""

from __future__ import annotations

import ast

import pytest

from codeassist.tasks.review.analysers.quality import HIGH, JUMP, mccabe
from tests.codeassist.conftest import rules


@pytest.mark.parametrize(
    ("name", "text", "rule", "line"),
    [
        ("a.py", "def f(:\n", "syntax-error", 1),
        ("a.py", "try:\n    x = 1\nexcept Exception:\n    pass\n", "swallowed-exception", 3),
    ],
)
def test_mistakes_are_reported(findings, name, text, rule, line):
    result = findings({"readme.md": "x\n"}, {name: text})
    assert (rule, line) in [(r, n) for r, _, n in rules(result)], rules(result)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "try:\n    x = 1\nexcept KeyError:\n    pass\n"),
        ("a.py", "try:\n    x = 1\nexcept Exception:  # the plugin may be missing\n    pass\n"),
    ],
)
def test_handlers_that_are_specific_or_explained_are_not_reported(findings, name, text):
    result = findings({"readme.md": "x\n"}, {name: text})
    reported = {"swallowed-exception"}
    assert not [r for r, *_ in rules(result) if r in reported], rules(result)


def test_a_file_that_did_not_parse_before_either_is_not_reported(findings):
    result = findings({"a.py": "def f(:\n"}, {"a.py": "def f(:\n    x = 1\n"})
    assert "syntax-error" not in [r for r, *_ in rules(result)]


def branches(count: int) -> str:
    return "def f(x):\n" + "".join(f"    if x == {n}:\n        return {n}\n" for n in range(count)) + "    return x\n"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (2, HIGH - 1, f"'f' rose from 3 to {HIGH};"),
        (0, HIGH - 2, ""),  # still low
        (HIGH - JUMP, HIGH - 1, ""),  # rose by one less than a jump
        (HIGH + 5, HIGH + 5 + JUMP, f"'f' rose from {HIGH + 6} to {HIGH + 6 + JUMP};"),
    ],
)
def test_a_sharp_rise_in_complexity_is_reported(findings, before, after, message):
    result = findings({"a.py": branches(before)}, {"a.py": branches(after)})
    reported = [f.message for f in result.every if f.rule == "complexity-jump"]
    assert len(reported) == bool(message)
    assert all(message in text for text in reported)


@pytest.mark.parametrize(
    ("body", "complexity"),
    [
        ("pass", 1),
        ("if a: pass\n elif b: pass\n else: pass", 3),
        ("if a and b or c: pass", 4),
        ("return [x for x in y if x if z]", 4),
        ("return a if b else c", 2),
        ("try: pass\n except A: pass\n except B: pass", 3),
        ("while a:\n  assert b", 3),
        ("match a:\n  case 1: pass\n  case _: pass", 3),
    ],
)
def test_the_cyclomatic_complexity_is_the_number_of_decisions_plus_one(body, complexity):
    assert mccabe(ast.parse(f"def f():\n {body}\n").body[0]) == complexity
