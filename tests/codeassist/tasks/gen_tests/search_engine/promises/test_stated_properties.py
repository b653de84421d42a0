"""Properties, limits, examples and exceptions that sentences of documentation state: broken ones are reported, kept ones not."""

from __future__ import annotations

import pytest

from codeassist.tasks.gen_tests.search_engine.promises.prose_examples import example_calls
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate

WINDOW = '''def window(items, size):
    """All windows of `size` items, e.g. window([1, 2, 3], 2) == [(1, 2), (2, 3)]."""
    return [tuple(items[i : i + size]) for i in range(len(items) - size {more})]
'''
FLAG = '''def flag(text):
    """True for "yes" and False for "no", ignoring case. Raises ValueError for anything else."""
    text = text{lower}
    if text == "yes":
        return True
    if text == "no":
        return False
    raise ValueError(text)
'''
MONTH = '''def days(year, month):
    """Days of a month. Raises ValueError when the month is not between 1 and 12."""
    if month < 1 or month > 12:
        raise {error}(month)
    return 29 if month == 2 and year % 4 == 0 else 30
'''
SHARES = '''def normalise(weights):
    """Scale positive weights so that they sum to 1."""
    total = sum(weights) {more}
    return [w / total for w in weights] if total else []
'''
OTHER = '''def other(n, most):
    """A number below `most`, never `n` itself."""
    return {result}
'''
STACK = '''class Stack:
    """Holds at most `limit` items; the oldest one is discarded."""

    def __init__(self, limit):
        self.limit = limit
        self.items = []

    def push(self, item):
        """Add an item."""
        self.items.append(item)
        if len(self.items) > self.limit {more}:
            self.items.pop(0)
'''

LINES = '''def lines(text, width):
    """Split text into lines of at most `width` characters."""
    return [text[i : i + width {more}] for i in range(0, len(text), width {more})]
'''
PERCENT = '''def reduced(price, percent):
    """The price after a discount.

    Raises
    ------
    ValueError
        If percent is negative or above 100.
    """
    if percent < 0 {more}:
        raise ValueError("no discount")
    return price * (100 - percent) / 100
'''
INDEX = '''def place(index, length):
    """The index within a length.

    :returns: 0 for a negative index
    """
    return {result}
'''
CACHE = '''class Cache:
    """Never holds more than `size` entries."""

    def __init__(self, size=3):
        self.size = size
        self.entries = {{}}

    def put(self, key, value=None):
        """Store a value."""
        if len(self.entries) {more} self.size:
            self.entries.pop(next(iter(self.entries)))
        self.entries[key] = value
'''

CASES = [
    ("window", WINDOW.format(more=""), WINDOW.format(more="+ 1"), "window", "documented to give [(1, 2), (2, 3)]"),
    ("case", FLAG.format(lower=""), FLAG.format(lower=".lower()"), "flag", "does not ignore case"),
    ("error", MONTH.format(error="KeyError"), MONTH.format(error="ValueError"), "days", "but raises KeyError"),
    ("sum", SHARES.format(more="+ 1"), SHARES.format(more=""), "normalise", "do not sum to 1"),
    ("itself", OTHER.format(result="n % 5"), OTHER.format(result="n + 1"), "other", "gives n itself"),
    ("lines", LINES.format(more="+ 1"), LINES.format(more=""), "lines", "more than width characters"),
    ("two conditions", PERCENT.format(more=""), PERCENT.format(more="or percent > 100"), "reduced", "percent is above 100"),
    (
        "result",
        INDEX.format(result="min(index, length)"),
        INDEX.format(result="max(0, index)"),
        "place",
        "give 0 for a negative",
    ),
    ("default limit", CACHE.format(more=">"), CACHE.format(more=">="), "Cache.put", "hold more than size items"),
    ("limit", STACK.format(more="+ 1"), STACK.format(more=""), "Stack.push", "hold more than limit items"),
]


@pytest.mark.parametrize(("wrong", "right", "target", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_breaks_a_stated_property_is_reported_and_what_keeps_it_is_not(checked, wrong, right, target, said):
    _, suspicions = checked(wrong)
    assert said in suspicions[target].what
    program: dict[str, object] = {}
    exec(wrong, program)
    with pytest.raises((AssertionError, ValueError, KeyError, pytest.fail.Exception)):  # the reproducer shows it
        exec(suspicions[target].code, program)
    _, suspicions = checked(right)
    assert suspicions == {}


def test_an_exception_in_place_of_the_documented_one_is_not_asserted(checked):
    oracle, _ = checked(MONTH.format(error="KeyError"))
    assert oracle.bench.run(Candidate("days", (), "days(2020, 13)")).bad == "in doubt"
    assert oracle.bench.run(Candidate("days", (), "days(2020, 3)")).bad == ""


SHORT = '''def short(text, width):
    """Shorten `text` to at most `width` characters, ending in ``...`` when it was cut."""
    return text if len(text) <= width else text[:width] + "..."
'''


def test_a_promise_that_is_broken_is_not_asserted_outside_of_the_inputs_that_it_was_tried_with_either(checked):
    oracle, suspicions = checked(SHORT)
    assert "more than width characters" in suspicions["short"].what
    assert oracle.bench.run(Candidate("short", (), "short('abc', 1)")).bad == "in doubt"
    assert oracle.bench.run(Candidate("short", (), "short('abc', 5)")).bad == ""


def test_nothing_is_asserted_of_an_object_that_holds_more_than_its_limit(checked):
    oracle, _ = checked(STACK.format(more="+ 1"))
    steps = ("stack = Stack(0)", "stack.push(1)")
    assert oracle.bench.run(Candidate("Stack.push", steps, "stack.items")).bad == "in doubt"
    assert oracle.bench.run(Candidate("Stack", (), "Stack(3).limit")).bad == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`slug('A b')` gives `a-b`", [("slug('A b')", "a-b")]),
        ("For example slug('A b') == 'a-b', always.", [("slug('A b')", "'a-b'")]),
        ("slug([1, (2)]) returns {'a': [1]}.", [("slug([1, (2)])", "{'a': [1]}")]),
        ("slug(3) is 5.5", [("slug(3)", "5.5")]),
        ("slug(3) is 5 times faster", []),
        ("slug(text) gives 3", []),
        ("make_slug(3) == 4", []),
        ("slug(3", []),
    ],
)
def test_examples_within_sentences(text, found):
    assert list(example_calls("slug", text)) == found
