"""Values as source text: all of them evaluate, variations stay literals, generated strings match their pattern."""

from __future__ import annotations

import ast
import importlib
import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassist.tasks.gen_tests.search_engine.inputs.patterns import matching
from codeassist.tasks.gen_tests.search_engine.inputs.pools import CALLABLES, MODULES, POOLS
from codeassist.tasks.gen_tests.search_engine.inputs.values import (
    Literals,
    oddness,
    variable_name,
    vary,
    without_negative_zero,
    words_in,
)

NAMES = {name: importlib.import_module(name) for name in MODULES}


@pytest.mark.parametrize("kind", sorted(POOLS))
def test_every_value_of_a_pool_evaluates(kind):
    values = [eval(text, dict(NAMES)) for text in POOLS[kind]]
    builtin = {"int": int, "float": float, "str": str, "bytes": bytes, "bool": bool, "list": list, "tuple": tuple, "dict": dict}
    assert all(type(value) is builtin.get(kind, type(value)) for value in values)
    assert len(values) == len(set(POOLS[kind]))


@pytest.mark.parametrize("arity", sorted(CALLABLES))
def test_functions_of_a_pool_are_callable(arity):
    assert all(callable(eval(text)) for text in CALLABLES[arity])


LITERALS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.binary()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.tuples(inner), st.dictionaries(st.text(max_size=2), inner, max_size=2), st.sets(st.integers())
    ),
    max_leaves=4,
)  # fmt: skip


@settings(deadline=None)
@given(LITERALS, st.integers(0, 999))
def test_a_variation_is_a_literal_of_the_same_type(value, seed):
    text = vary(repr(value), random.Random(seed), ["word"])
    assert type(ast.literal_eval(text.replace("inf", "1e999")) if text != "set()" else set()) is type(value)
    assert vary(repr(value), random.Random(seed), ["word"]) == text


def test_variations_of_a_number_are_different_and_of_other_code_unchanged():
    assert len({vary("3", random.Random(n), []) for n in range(40)}) > 5
    assert vary("len(x)", random.Random(1), []) == "len(x)"


@settings(deadline=None)
@given(
    st.sampled_from(
        [r"\d{2,4}-[a-c]+", r"^(a|b)\1?$", r"[^x]?\w*\s", r"(?:ab|cd){2}", r"(?P<year>\d+)/(?P=year)", r"x*?y+?", r"[A-Z]\S"]
    ),
    st.integers(0, 99),
)
def test_generated_strings_match_their_pattern(pattern, seed):
    text = matching(pattern, random.Random(seed))
    assert text is not None
    assert re.fullmatch(pattern, text)


@pytest.mark.parametrize("pattern", ["(", "[", "*"])
def test_an_invalid_pattern_gives_no_string(pattern):
    assert matching(pattern, random.Random(1)) is None


def test_constants_are_collected_with_nearby_values_but_docstrings_are_not():
    source = (
        '"""Words."""\n\ndef f(x):\n    """Doc."""\n    return x == 7 or x == "seven" or x == 0.5 or x is None or x == b"b"\n'
    )
    literals = Literals([ast.parse(source)], [("z{3}", 0)], random.Random(1))
    assert literals.by_kind["int"] == ["7", "6", "8", "-7"]
    assert literals.by_kind["float"] == ["0.5", "0.25", "1.0"]
    assert literals.by_kind["str"] == ["'seven'", "'zzz'"]
    assert literals.by_kind["bytes"] == ["b'b'"]
    assert "NoneType" not in literals.by_kind


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("SemanticVersion", "semantic_version"),
        ("HTTPServer", "http_server"),
        ("List", "list_"),
        ("_Bag", "bag"),
        ("Bag2", "bag2"),
        ("wait_fixed", "instance"),
    ],
)
def test_names_of_classes_as_variables(name, variable):
    assert variable_name(name) == variable


def test_a_long_text_on_one_line_takes_no_time():
    tree = ast.parse(f"TEXT = {'Word ' * 20_000!r}\nNAME = 'short'")
    started = time.process_time()
    assert Literals([tree], [], random.Random(0)).by_kind["str"] == ["'short'"]
    assert time.process_time() - started < 10.0  # in cubic time it takes hours


@pytest.mark.parametrize(
    ("documentation", "examples"),
    [
        ("Read a rate such as '10/m': (events, seconds).", ["10/m"]),
        ('Durations: "2h 30m" or ``45s``.', ["2h 30m", "45s"]),
        ("A version, `1.2.3`, of `package` (see `parse()` and :class:`Version`).", ["1.2.3"]),
        ("The user's name isn't the users' names.", []),
        ("With `limit=3` or ``['a']``, and `name`.", ["a"]),
    ],
)
def test_examples_that_documentation_quotes_are_inputs(documentation, examples):
    tree = ast.parse(f"def read(text):\n    {documentation!r}\n    return text\n")
    found = Literals([tree], [], random.Random(0)).by_kind.get("str", [])
    assert [ast.literal_eval(text) for text in found] == examples


def test_values_that_a_person_would_not_choose_cost_more_and_documented_ones_less():
    assert oddness("f('10/m')", ["'10/m'"]) < oddness("f('abc')", ["'10/m'"]) < oddness("f('hELLO', 1234567.891)", ["'10/m'"])


def test_short_texts_of_a_modules_variables_are_words():
    module = type("module", (), {"NAMES": ["left", "right"], "TABLE": {"up": 1}, "SIZES": {3, "x" * 40}})
    assert words_in(module) == ["left", "right", "up"]


def test_metadata_of_a_module_is_no_input():
    source = "__author__ = 'Ann'\n__license__ = ('MIT',)\nNAME = 'left'\n"
    assert "'Ann'" not in Literals([ast.parse(source)], [], random.Random(0)).by_kind["str"]
    assert "'MIT'" not in Literals([ast.parse(source)], [], random.Random(0)).by_kind["str"]
    assert "'left'" in Literals([ast.parse(source)], [], random.Random(0)).by_kind["str"]


def test_texts_of_a_licence_a_layout_or_a_list_of_attributes_are_no_inputs():
    source = (
        '"""Shapes. Licensed under the "Sample" terms, on an "AS IS" basis."""\n\n'
        "class Shape:\n    __slots__ = ('x_centre',)\n\n    def text(self):\n        return '    ' + 'round'\n"
    )
    assert Literals([ast.parse(source)], (), random.Random(1)).by_kind["str"] == ["'round'"]


def test_a_text_with_a_number_is_varied_by_its_number_too():
    chance = random.Random(1)
    varied = {vary("'10-20'", chance, []) for _ in range(400)}
    assert {"'11-20'", "'10-19'", "'10-21'"} <= varied


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("f(-0)", "f(0)"),
        ("[-0, 1]", "[0, 1]"),
        ("f(n=-0)", "f(n=0)"),
        ("f(-0.5)", "f(-0.5)"),
        ("f(1-0)", "f(1-0)"),
    ],
)
def test_no_zero_has_a_sign(written, expected):
    assert without_negative_zero(written) == expected
