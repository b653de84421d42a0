"""Subjects for small edits: conditions, values and calls in Python, definitions and lines in other languages, documents, tests."""

from __future__ import annotations

import pytest

from codeassist.changes import kinds
from codeassist.changes.change import Change, ChangedFile, Hunk
from codeassist.changes.commit_subject import python_subject
from codeassist.changes.kinds import documents_subject
from codeassist.changes.summary import Style, plain_message
from tests.codeassist.changes.test_commit_subject import subject

SHOP = """def total(items, limit):
    if len(items) >= limit:
        return 0
    wait(3)
    return compute(items)


class Cart:
    def add(self, item):
        self.items.append(item)

    def drop(self, item):
        self.items.remove(item)
"""


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (SHOP.replace(">= limit", "> limit"), "compare items by > instead of >= in total()"),
        (SHOP.replace(">= limit:", ">= limit and limit.open:"), "check limit.open too in total()"),
        (SHOP.replace("len(items) >= limit", "len(items) < limit"), "invert the condition on items in total()"),
        (SHOP.replace("if len(items) >= limit", "if not len(items) >= limit"), "invert the condition on items in total()"),
        (SHOP.replace("wait(3)", "wait(5)"), "use 5 instead of 3 in total()"),
        (SHOP.replace("compute(items)", "estimate(items)"), "call estimate() instead of compute() in total()"),
        (SHOP.replace("    wait(3)\n", ""), "do not call wait() in total()"),
        (
            SHOP.replace("compute(items)", "priced(items)") + "\n\ndef priced(items):\n    return 1\n",
            "add priced() and use it in total()",
        ),
        (
            SHOP.replace("self.items.append(item)", "self.put(item)").replace("self.items.remove(item)", "self.put(item)")
            + "\n    def put(self, item):\n        pass\n",
            "add Cart.put() and use it in Cart.add() and Cart.drop()",
        ),
    ],
)
def test_what_a_small_edit_of_python_does(after, expected):
    assert subject(after, SHOP) == expected


def changed(path, old, new):
    """A change in which the lines that differ are one hunk."""
    before, after = old.split("\n"), new.split("\n")
    removed = {n: t for n, t in enumerate(before, 1) if t not in after}
    added = {n: t for n, t in enumerate(after, 1) if t not in before}
    lines = [*removed, *added] or [1]
    hunk = Hunk(min(lines), len(removed), min(lines), len(added), removed, added)
    return ChangedFile(path, path, "modified", hunks=[hunk], old=old, new=new)


SCRIPT = "function area(shape) {\n  if (shape.open) {\n    return 0;\n  }\n  return shape.width * 2;\n}\n"


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("a.js", SCRIPT, SCRIPT.replace("shape.open", "shape.closed"), "Change the condition on shape.closed in area"),
        ("a.js", SCRIPT, SCRIPT.replace("shape.open", "!shape.open"), "Invert the condition on shape.open in area"),
        ("a.js", SCRIPT, SCRIPT.replace("* 2", "* 3"), "Use 3 instead of 2 in area"),
        (
            "a.js",
            SCRIPT,
            SCRIPT.replace("return shape.width", "if (!shape.width) {\n}\n  return shape.width"),
            "Check shape.width in area",
        ),
        ("a.js", SCRIPT, SCRIPT.replace("function area", "function surface"), "Rename area to surface"),
        ("a.js", SCRIPT, SCRIPT + "function round(x) {\n  return x;\n}\n", "Add round"),
    ],
)
def test_what_changed_lines_of_other_languages_do(path, old, new, expected):
    change = Change("", [changed(path, old, new)], lambda _: None, lambda *_: [])
    assert plain_message(change, Style()) == expected


README = "# Shop\n\nIt sells.\n\n## Limits\n\nAt most ten.\n"


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (README + "\n## Timeouts\n\nAfter ten seconds.\n", "document Timeouts in README.md"),
        (README + "\nThey can be raised in the settings.\n", "say more about Limits in README.md"),
        (README.replace("ten", "six"), "correct Limits in README.md"),
        (README.replace("\n## Limits\n\nAt most ten.\n", ""), "remove Limits from README.md"),
    ],
)
def test_what_changed_in_a_document(new, expected):
    assert documents_subject([changed("README.md", README, new)]) == expected


def test_the_only_new_test_says_what_is_tested():
    old = "def test_one():\n    assert 1\n"
    new = f"{old}\n\ndef test_an_empty_cart_costs_nothing():\n    assert 2\n"
    assert kinds.tests_subject([changed("tests/test_cart.py", old, new)]) == "test an empty cart costs nothing"
    assert python_subject(changed("cart.py", SHOP, SHOP)) == ""


def test_one_replacement_in_many_places_is_said_once():
    old = "".join(f'func f{n}() error {{\n\treturn fmt.Errorf("no {n}: %v", err)\n}}\n' for n in range(4))
    change = Change("", [changed("a.go", old, old.replace("%v", "%w"))], lambda _: None, lambda *_: [])
    assert plain_message(change, Style()) == "Replace %v by %w in 4 places"


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("cart", "not cart", "invert the condition on cart in f()"),
        ("not cart", "cart", "invert the condition on cart in f()"),
        ("cart is None", "cart is not None", "invert the condition on cart in f()"),
        ("cart and full", "not cart and full", "invert the condition on cart in f()"),
        ("cart.open", "cart.closed", "change the condition on cart.closed in f()"),
        ("full", "cart is None", "handle a missing cart in f()"),
    ],
)
def test_an_inverted_condition_is_no_correction(was, now, expected):
    text = "def f(cart, full):\n    if {}:\n        return 1\n    return 2\n"
    assert subject(text.format(now), text.format(was)) == expected
