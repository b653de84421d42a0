"""Observations become readable tests: parametrised tests for similar calls, one behaviour per test, plain assertions."""

from __future__ import annotations

import ast

from codeassist.tasks.gen_tests.search_engine.protocol import Observation, Raised
from codeassist.tasks.gen_tests.writing.parametrize import shape, table
from codeassist.tasks.gen_tests.writing.test_file import write_file, write_tests


def observe(target, final, *checks, steps=(), raised=None, watched=()):
    error = Raised(*raised) if raised else None
    return Observation(target, list(steps), final, list(watched), checks=list(checks), raised=error)


def write_all(*entries, **parameters):
    tests = write_tests(entries, parameters, set())
    for test in tests:
        ast.parse(test.text)
    return tests


def test_calls_of_one_function_share_a_parametrised_test():
    (test,) = write_all(
        *(observe("slug", f"slug({argument!r})", f"{{v}} == {argument.lower()!r}") for argument in ("A", "Bc", "DEF")),
        slug=["text"],
    )
    assert test.name == "test_slug"
    assert test.text.splitlines() == [
        "@pytest.mark.parametrize((\"text\", \"expected\"), [('A', 'a'), ('Bc', 'bc'), ('DEF', 'def')])",
        "def test_slug(text, expected):",
        "    assert slug(text) == expected",
    ]


def test_constant_arguments_do_not_become_columns():
    (test,) = write_all(*(observe("f", f"f({n}, 'x', key=None)", "{v} is True") for n in (1, 2, 3)), f=["number", "text"])
    assert test.text.splitlines()[1:] == ["def test_f(number):", "    assert f(number, 'x', key=None) is True"]


def test_tests_with_more_arguments_are_named_after_them():
    tests = write_all(
        *(observe("f", f"f({n})", f"{{v}} == {n}") for n in (1, 2)),
        *(observe("f", f"f({n}, {n + 1})", f"{{v}} == {n}") for n in (1, 2)),
        f=["number", "size"],
    )
    assert [test.name for test in tests] == ["test_f", "test_f_with_size"]


def test_objects_constructed_in_the_same_way_are_constructed_in_the_test():
    (test,) = write_all(
        *(
            observe("Bag.add", "bag.add('a')", f"len(bag) == {n + 1}", steps=[f"bag = Bag({n})"], watched=["bag"])
            for n in range(9)
        ),
        Bag=["size"],
    )
    assert test.text.splitlines()[-4:] == [
        "def test_bag_add(size, expected):",
        "    bag = Bag(size)",
        "    bag.add('a')",
        "    assert len(bag) == expected",
    ]


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


def test_exceptions_and_their_messages_share_a_parametrised_test():
    tests = write_all(
        *(
            observe("f", f"f({n})", raised=[kind, "builtins", message])
            for n, kind, message in ((1, "ValueError", "a b"), (2, "KeyError", "c.d"))
        ),
        *(observe("f", f"f({n})", raised=["TypeError", "builtins", ""]) for n in range(3, 40)),
        f=["n"],
    )
    assert {test.name for test in tests} >= {"test_f_raises_type_error"}
    text = write_file("m", tests, ["f"], {})
    assert "match=''" not in text
    assert "re.escape('c.d')" in text
    assert "import re\n" in text


def test_separate_tests_are_written_when_a_parametrised_test_would_be_longer():
    long = "x" * 45
    tests = write_all(*(observe("f", f"f('{long}{n}')", f"{{v}} == '{long}{n}'") for n in (1, 2)), f=["text"])
    assert [test.name for test in tests] == ["test_f", "test_f_2"]


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
