"""Names and types of functions imply properties; a property that fails is a suspicion with its counterexample."""

from __future__ import annotations

import ast

import pytest

from codeassist.sandbox.interpreter import Interpreter
from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests.writing.property_tests import broken, find, harder
from codeassist.tasks.gen_tests.writing.test_file import Test as GeneratedTest
from tests.codeassist.tasks.gen_tests.writing.conftest import observe
from tests.conftest import write

PYTHON = Interpreter("python", coverage=False, hypothesis=True)


def found(tmp_path, source, *entries, names="", taken=(), python=PYTHON):
    root = write(tmp_path, {"m.py": source})
    return find(find_target(str(root / "m.py") + names, root), python, entries, set(taken))


@pytest.mark.parametrize(
    ("source", "name", "strategy", "assertion"),
    [
        (
            "def to_hex(n: int): ...\ndef from_hex(text: str): ...\n",
            "test_from_hex_undoes_to_hex",
            "st.integers()",
            "assert from_hex(to_hex(n)) == n",
        ),
        ("def normalise_name(name: str): ...\n", "test_normalise_name_is_idempotent", "st.text()", "assert normalise_name(once) == once"),
        ("def gcd(pair: 'tuple[int, int]'): ...\n", "test_gcd_matches_math_gcd", "st.tuples(st.integers(), st.integers())", "assert gcd(pair) == math.gcd(pair)"),
        ("def median(xs: list[float]): ...\n", "test_median_matches_statistics_median", "st.lists(st.integers(), min_size=1)", "assert median(xs) == statistics.median(xs)"),
        ("def trim(d: 'dict[str, list[int]]'): ...\n", "test_trim_is_idempotent", "st.dictionaries(st.text(), st.lists(st.integers()))", "assert trim(once) == once"),
    ],
)  # fmt: skip
def test_properties_implied_by_names(tmp_path, source, name, strategy, assertion):
    (test,) = found(tmp_path, source)
    assert test.name == name
    assert test.text.splitlines()[0] == f"@given({strategy})"
    assert test.text.splitlines()[-1].strip() == assertion
    ast.parse("\n".join([*test.asks, test.text]))


@pytest.mark.parametrize(
    "source",
    [
        "def normalise(name: str, form: str): ...\n",
        "def normalise(name: Name): ...\n",
        "def normalise(name): ...\n",
        "def _normalise(name: str): ...\n",
        "@cache\ndef normalise(name: str): ...\n",
        "def abnormal(name: str): ...\n",
        "def encode(text: str): ...\n",
    ],
)
def test_other_functions_imply_nothing(tmp_path, source):
    assert found(tmp_path, source) == []


def test_the_type_of_an_argument_may_be_observed(tmp_path):
    source = "def sort(values): ...\n"
    (test,) = found(tmp_path, source, observe("sort", "sort([1])", "{v} == [1]"), observe("sort", "sort(value)", "{v} == 1"))
    assert test.name == "test_sort_matches_sorted"
    assert found(tmp_path, source, observe("sort", "sort([1])", raised=["TypeError", "builtins", ""])) == []


def test_selected_functions_existing_names_and_hypothesis_are_considered(tmp_path):
    source = "def clean(a: str): ...\ndef trim(a: str): ...\n"
    assert [t.name for t in found(tmp_path, source, names="::trim")] == ["test_trim_is_idempotent"]
    assert [t.name for t in found(tmp_path, source, taken={"test_trim_is_idempotent"})] == ["test_clean_is_idempotent"]
    assert found(tmp_path, source, python=Interpreter("python", coverage=False)) == []


def test_a_broken_property_is_a_suspicion_with_its_counterexample(tmp_path):
    (test,) = found(tmp_path, "def trim(text: str): ...\n")
    assert "max_examples=1000" in harder(test.text)
    report = "E   AssertionError: assert 'a' == 'ab'\nFalsifying example: test_trim(\ntext = 'abc'\n"
    (suspicion,) = broken(test, report)
    assert suspicion.target == "trim"
    assert suspicion.what == "violates the property its name implies: trim is idempotent"
    assert suspicion.code == "from m import trim\ntext = 'abc'\nonce = trim(text)\nassert trim(once) == once"


@pytest.mark.parametrize("report", ["", "E   ValueError: no\ntext = 'abc'\n", "E   AssertionError: assert 1 == 2\n"])
def test_other_failures_are_no_suspicion(report):
    test = GeneratedTest(
        "test_trim_is_idempotent",
        "@given(st.text())\n@settings()\ndef test_trim_is_idempotent(text):\n    assert trim(text) == text",
    )
    assert broken(test, report) == []
