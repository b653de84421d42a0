"""Observations become readable tests: parametrised tests for similar calls, one behaviour per test."""

from __future__ import annotations

from codeassist.tasks.gen_tests.writing.test_file import write_file
from tests.codeassist.tasks.gen_tests.writing.conftest import observe, write_all


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


def test_fixtures_of_the_project_become_parameters():
    entries = [observe("total", f"total(store, {n})", f"{{v}} == {n}") for n in (1, 2)]
    for entry in entries:
        entry.fixtures = ["store"]
    texts = [test.text for test in write_all(*entries, total=["store", "n"])]
    assert all("(store):\n    assert total(store, " in text for text in texts)
    assert len(texts) == 2


def test_what_django_needs_stands_before_the_imports_of_the_project():
    (test,) = write_all(observe("f", "f(1)", "{v} == 1"), f=["n"])
    text = write_file("shop.part", [test], ["f"], {}, setup='os.environ.setdefault("A", "b")\ndjango.setup()')
    assert text.splitlines()[2:9] == [
        "import os",
        "",
        "import django",
        "",
        'os.environ.setdefault("A", "b")',
        "django.setup()",
        "",
    ]
    assert "\nfrom shop.part import f  # noqa: E402\n" in text


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
    assert [test.name for test in tests] == ["test_f", f"test_f_of_{chr(120) * 24}"]


def test_an_operation_stands_in_parentheses_where_a_part_of_its_result_is_asserted():
    (test,) = write_all(observe("Bag.__radd__", "1 + bag", "len({v}.items) == 2", steps=["bag = Bag()"]))
    assert test.text.splitlines()[-1] == "    assert len((1 + Bag()).items) == 2"
