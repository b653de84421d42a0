"""Observations of the same shape share a table whose columns are the values that differ."""

from __future__ import annotations

import re

import pytest

from codeassist.tasks.gen_tests.writing.parametrize import pattern, shape
from codeassist.tasks.gen_tests.writing.table import plainly, table
from tests.codeassist.tasks.gen_tests.writing.conftest import observe, write_all


def test_constant_arguments_do_not_become_columns():
    (test,) = write_all(*(observe("f", f"f({n}, 'x', key=None)", "{v} is True") for n in (1, 2, 3)), f=["number", "text"])
    assert test.text.splitlines()[1:] == ["def test_f(number):", "    assert f(number, 'x', key=None) is True"]


def test_objects_constructed_in_different_ways_become_columns():
    (test,) = write_all(
        *(
            observe("Bag.__lt__", f"{left} < {right}", "{v} is False")
            for left, right in (("Bag(1)", "Bag(2)"), ("full()", "Bag(3)"), ("full()", "4"))
        )
    )
    assert "(full(), Bag(3))" in test.text
    assert test.text.endswith("def test_bag_less_than(left, right):\n    assert (left < right) is False")


def test_columns_for_a_result_and_for_object_state_have_distinct_names():
    for constructor in ("Bag(1)", "full(2)"):
        (test,) = write_all(
            *(
                observe(
                    "Bag.add", f"bag.add({n})", f"{{v}} == {n}", f"bag.n == {n + 1}", steps=[f"bag = {value}"], watched=["bag"]
                )
                for n, value in ((1, "Bag(1)"), (2, constructor), (3, constructor), (4, "Bag(1)"))
            )
        )
        assert "_hole" not in test.text
        assert "expected_n" in test.text


def test_an_object_that_is_the_same_in_every_row_is_constructed_once():
    entries = [
        observe("Bag.add", f"bag.add({n})", f"{{v}} == {n}", f"bag.n == {n + 1}", steps=["bag = Bag(1)"], watched=["bag"])
        for n in (1, 2, 3)
    ]
    combined = table([s for entry in entries if (s := shape(entry, {}, fresh=False))])
    assert combined is not None
    text = combined.text("test_it")
    assert text.count("Bag(1)") == 1
    assert "    bag = Bag(1)\n    assert bag.add(value) == expected_add\n    assert bag.n == expected_n" in text


def test_statements_share_a_parametrised_test():
    (test,) = write_all(
        *(
            observe("Bag.__ior__", f"bag |= {{{n}, 2, 3}}", f"list(bag) == [{n}, 2, 3]", steps=["bag = Bag()"], watched=["bag"])
            for n in (4, 5, 6)
        )
    )
    assert test.text.splitlines()[-4:] == [
        "def test_bag_in_place_union(other, expected):",
        "    bag = Bag()",
        "    bag |= other",
        "    assert list(bag) == expected",
    ]


def test_columns_do_not_shadow_names_that_the_test_uses():
    (test,) = write_all(*(observe("text", f"text({n}, request={n})", f"{{v}} == {n}") for n in (1, 2, 3)), text=["text"])
    assert "def test_text(text_, request_, expected):\n    assert text(text_, request=request_) == expected" in test.text


def test_comparisons_are_asserted_directly():
    tests = write_all(
        observe("a", "f(1) is None", "{v} is True"),
        observe("b", "1 in f(2)", "{v} is False"),
        observe("c", "f(3) < 2", "{v} is False"),
    )
    assert [test.text.splitlines()[-1].strip() for test in tests] == [
        "assert f(1) is None",
        "assert 1 not in f(2)",
        "assert (f(3) < 2) is False",
    ]


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("assert (a in b) is True", "assert a in b"),
        ("assert (a in b) is False", "assert a not in b"),
        ("assert (a is b) is False", "assert a is not b"),
        ("assert (a < b) is False", "assert (a < b) is False"),
        ("assert (a + b) is True", "assert (a + b) is True"),
        ("assert (a in b) == 1", "assert (a in b) == 1"),
        ("assert (a) and (b) is True", "assert (a) and (b) is True"),
    ],
)
def test_comparisons_are_simplified_only_where_the_meaning_stays(line, plain):
    assert plainly(line) == plain


@pytest.mark.parametrize("message", ["plain words", "f(x) failed", "a.b", "100%", "it's [1]"])
def test_the_pattern_of_a_message_matches_it_and_nothing_else(message):
    expression = eval(pattern(message), {"re": re})
    assert re.fullmatch(expression, message)
    assert not re.search(expression, message.replace(message[1], "~"))


@pytest.mark.parametrize("final", ["f(*names)", "f(**options)", "[f(1)]", "f(1); f(2)"])
def test_calls_without_a_shape_get_a_test_of_their_own(final):
    assert shape(observe("f", final, "{v} == 1"), {}, fresh=False) is None


def test_equal_observations_make_no_table():
    one = shape(observe("f", "f(1)", "{v} == 2"), {"f": ["n"]}, fresh=False)
    assert table([one, one]) is None
    other = shape(observe("f", "f(2)", "{v} == 2"), {"f": ["n"]}, fresh=False)
    assert (table([one, other]).header, table([one, other, one]).rows) == (["n"], [["1"], ["2"]])


def test_a_result_that_is_a_variable_of_the_test_is_no_value_of_a_table():
    (test, *others) = write_all(
        *(
            observe("Bag.add", f"bag.add({n})", "{v} is bag", f"bag.n == {n}", steps=[f"bag = Bag({n})"], watched=["bag"])
            for n in (1, 2, 3)
        ),
        *(observe("Bag.add", f"bag.add({n})", "{v} is None", steps=[f"bag = Bag({n})"], watched=["bag"]) for n in (4, 5)),
    )
    assert "bag" not in test.text.partition("def ")[0].replace("Bag", "").replace('"bag"', "")
    assert "is bag" in test.text
    assert not any("is bag" in other.text for other in others)
