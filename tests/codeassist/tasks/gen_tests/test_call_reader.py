"""Calls in code become inputs; calls that depend on their context are left out."""

from __future__ import annotations

import ast
import datetime as dt

import pytest

from codeassist.tasks.gen_tests.call_reader import CallElsewhere, Reader

READER = Reader({"slug", "Bag"}, {"Bag": {"add", "has", "of"}})


def uses(code):
    return READER.uses(ast.parse(code))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("slug('a b')", "slug('a b')"),
        ("import words\nwords.slug('a')", "slug('a')"),
        ("import pack.words as w\nassert w.slug('a', limit=3) == 'a'", "slug('a', limit=3)"),
        ("from words import slug as s\ns('a')", "slug('a')"),
        ("from datetime import date as d\nslug(d(2020, 1, 2))", "slug(datetime.date(2020, 1, 2))"),
        ("text = 'a' * 3\nslug(text)", "slug('a' * 3)"),
        ("def test():\n    text = 'x'\n    with pytest.raises(ValueError):\n        slug(text)", "slug('x')"),
        ("slug(key=lambda x: x + 1)", "slug(key=lambda x: x + 1)"),
    ],
)
def test_arguments_are_rebuilt_from_variables_and_aliases(code, text):
    assert CallElsewhere("slug", text) in uses(code)


@pytest.mark.parametrize(
    "code",
    [
        "def f(text):\n    slug(text)",
        "for text in open('x'):\n    slug(text)",
        "text = 'a'\ntext = read()\nslug(text)",
        "slug(*names)",
        "slug(**names)",
        "def slug_of(slug):\n    return other.slugs(slug)",
        "slug(os.environ['HOME'])",
        f"slug({'x' * 300!r})",
    ],
)
def test_calls_that_depend_on_their_context_are_left_out(code):
    assert uses(code) == []


def test_objects_are_constructed_and_earlier_calls_on_them_are_repeated():
    code = "def test_it():\n    b = Bag([1])\n    b.add(2)\n    assert b.has(2)\n    Bag().add(x)\n    slug(b)\n"
    assert uses(code) == [
        CallElsewhere("Bag", "Bag([1])"),
        CallElsewhere("Bag.add", "bag.add(2)", ("bag = Bag([1])",)),
        CallElsewhere("Bag.has", "bag.has(2)", ("bag = Bag([1])", "bag.add(2)")),
        CallElsewhere("Bag", "Bag()"),
    ]


def test_methods_are_found_on_objects_from_alternative_constructors():
    assert uses("import words\nwords.Bag.of('a').has('b')\n") == [
        CallElsewhere("Bag.has", "bag.has('b')", ("bag = Bag.of('a')",)),
        CallElsewhere("Bag.of", "Bag.of('a')"),
    ]


def test_rows_of_parametrised_tests_become_calls():
    code = (
        "@pytest.mark.parametrize(('text', 'expected'), [('A', 'a'), pytest.param('B', 'b'), ('C',)])\n"
        "def test_slug(text, expected):\n    assert slug(text) == expected\n\n"
        "@pytest.mark.parametrize('text', ['D'])\ndef test_more(text):\n    slug(text)\n"
    )
    assert [use.text for use in uses(code)] == ["slug('A')", "slug('B')", "slug('D')"]


def test_stacked_parametrize_decorators_are_read():
    code = (
        "@pytest.mark.parametrize('text', ['A', 'B'])\n@pytest.mark.parametrize('limit', [1, 2])\n"
        "def test_slug(text, limit):\n    slug(text, limit)\n"
    )
    assert {use.text for use in uses(code)} == {"slug('A', 1)", "slug('B', 1)", "slug('A', 2)"}


def test_an_object_changed_in_a_loop_is_not_used():
    assert [use.text for use in uses("bag = Bag(1)\nfor x in range(3):\n    bag.add(x)\nbag.has(2)\n")] == ["Bag(1)"]


def test_a_use_can_be_evaluated_outside_its_context():
    """Every use can be evaluated with only the names of the module and the standard library."""
    code = "import datetime as dt\nstart = dt.date(2020, 1, 1)\nbag = Bag([start, {'a': (1, 2)}])\nbag.add(slug('x'))\nbag.has(start)\n"

    class Bag:
        def __init__(self, items):
            self.items = items

        def add(self, item):
            self.items.append(item)

        def has(self, item):
            return item in self.items

    names = {"Bag": Bag, "slug": str.lower, "datetime": dt}
    for use in uses(code):
        namespace = dict(names)
        exec("\n".join(use.steps), namespace)
        result = eval(use.text, namespace)
        if use.target == "Bag.has":
            assert result is True
