"""What documentation promises is read as claims; what it does not promise is not."""

from __future__ import annotations

import pytest

from codeassist.tasks.gen_tests.search_engine.promises.documented import claims
from codeassist.tasks.gen_tests.search_engine.promises.documented_errors import raised


def found(name: str, documentation: str, *parameters: str, others: frozenset[str] = frozenset(), **kinds: str):
    return claims(name, parameters, (), kinds, documentation, set(others))


@pytest.mark.parametrize(
    ("documentation", "expected"),
    [
        (":raises ValueError: when the text is empty", ("ValueError", "when the text is empty")),
        ("Parse.\n\nRaises:\n    KeyError: If n is negative.\n", ("KeyError", "If n is negative.")),
        ("Parse.\n\nRaises\n------\nIndexError\n    If n is zero.\n", ("IndexError", "If n is zero.")),
        ("Raises a `TypeError` if x is None.", ("TypeError", "if x is None")),
    ],
)
def test_exceptions_are_read_in_every_style(documentation, expected):
    assert expected in list(raised(documentation))


@pytest.mark.parametrize(
    ("condition", "kind", "values"),
    [
        ("when the text is empty", "str", ["''"]),
        ("when the items are empty", "list", ["[]"]),
        ("outside 1 to 3999", "int", ["0", "4000"]),
        ("if n is negative", "int", ["-1"]),
        ("if n is not positive", "int", ["0", "-1"]),
        ("for n less than 2 or greater than 36", "int", ["1", "37"]),
        ("if n is non-negative", "int", []),
        ("if the text is not empty", "str", []),
        ("if the file is missing", "str", []),
        ("if the pair is invalid (empty, identical, or reserved)", "str", []),
        ("when the separator is empty", "str", []),
    ],
)
def test_described_inputs_are_at_the_boundaries(condition, kind, values):
    inputs = [dict(c.inputs)["n"] for c in found("f", f":raises ValueError: {condition}", "n", n=kind)]
    assert inputs == values


def test_parameters_in_a_documented_relation_are_inputs():
    (claim,) = found("f", ":raises ValueError: if low is greater than high", "low", "high", low="int", high="int")
    assert claim.inputs == (("low", "2"), ("high", "1"))


@pytest.mark.parametrize(
    ("name", "documentation", "parameters", "test"),
    [
        ("bound", "Limit `x` to the range from `a` to `b`.", {"x": "int", "a": "int", "b": "int"}, "bound(x, a, b) == max(a, min(x, b))"),
        ("cut", "Parts of `n`; the last one may be shorter.", {"items": "list", "n": "int"}, "[item for part in cut(items, n) for item in part] == list(items)"),
        ("best", "At most `n` items, best first.", {"items": "list", "n": "int"}, "list(best(items, n)) == sorted(best(items, n), reverse=True)"),
        ("median", "The middle.", {"numbers": "list"}, "median(numbers) == statistics.median(numbers)"),
        ("tidy", "Normal form; idempotent.", {"text": "str"}, "tidy(tidy(text)) == tidy(text)"),
        ("count", "0 for an empty list, else more.", {"items": "list"}, "count(items) == 0"),
        ("brief", "`aab` becomes `a2b`.", {"text": "str"}, "str(brief(text)) == 'a2b'"),
        ("once", "The items without duplicates.", {"items": "list"}, "len(list(once(items))) == len(set(once(items)))"),
    ],
)  # fmt: skip
def test_promises_become_expressions(name, documentation, parameters, test):
    assert test in [c.test for c in found(name, documentation, *parameters, **parameters)]


def test_inverses_are_read_from_documentation_and_names():
    others = frozenset({"unfold", "decode"})
    assert [c.test for c in found("fold", "`unfold` is its inverse.", "x", others=others, x="str")] == ["unfold(fold(x)) == x"]
    assert [c.test for c in found("encode", "", "x", others=others, x="str")] == ["decode(encode(x)) == x"]


def test_ordinary_prose_promises_nothing():
    documentation = "Read the settings from a file between two runs, and keep the order of the sections when there are many."
    assert found("read_settings", documentation, "path", path="str") == []
