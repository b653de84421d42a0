"""Code that does not do what its documentation says is reported once, and nothing on the wrong path is asserted."""

from __future__ import annotations

import subprocess
import sys

import pytest

from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.writing.import_lines import self_contained

WRONG = {
    "middle": '''def middle(numbers):
    """The middle number.

    >>> middle([1, 2, 3])
    2
    """
    return sorted(numbers)[0]
''',
    "limit": '''def limit(x, low, high):
    """Limit `x` to the range from `low` to `high`."""
    return low if x < low or x > high else x
''',
    "pieces": '''def pieces(items, size):
    """Split `items` into lists of `size`; the last one may be shorter."""
    for start in range(0, len(items) - 1, size):
        yield items[start:start + size]
''',
    "first": '''def first(items, n):
    """The first `n` items; all of them when there are fewer than `n`."""
    return [items[i] for i in range(n)]
''',
    "ordered": '''def ordered(items):
    """A sorted list; the argument is not changed."""
    items.sort()
    return list(items)
''',
    "share": '''def share(value):
    """As text: `share(0.5)` is `'50%'`."""
    return f"{value}%"
''',
    "both": '''def both(first, second):
    """Both dictionaries in a new one; neither argument is changed."""
    first.update(second)
    return first
''',
    "Stack.pop": '''class Stack:
    def pop(self):
        """The top item.

        Raises:
            IndexError: if the stack is empty
        """
        return None
''',
    "digits": '''def digits(text):
    """The number.

    :raises ValueError: when the text is empty
    """
    return int(text) if text else 0
''',
    "squash": '''def squash(text):
    """Single spaces; squashing twice changes nothing more."""
    return text.replace("  ", " ")
''',
    "to_code": '''def to_code(text):
    """Text as code. `from_code` is its inverse."""
    return text.replace("<", "&lt;").replace("&", "&amp;")


def from_code(code):
    return code.replace("&lt;", "<").replace("&amp;", "&")
''',
}


@pytest.mark.parametrize("name", WRONG)
def test_a_contradiction_is_reported_with_code_that_shows_it(checked, tmp_path, name):
    oracle, suspicions = checked(WRONG[name])
    assert list(suspicions) == [name]
    program = self_contained(suspicions[name].code, "subject", [n for n in vars(oracle.bench.module) if not n.startswith("_")])
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "NameError" not in done.stderr


RIGHT = '''import math


def limit(x, low, high):
    """Limit `x` to the range from `low` to `high`."""
    return max(low, min(x, high))


def pieces(items, size):
    """Split `items` into lists of `size`; the last one may be shorter.

    >>> list(pieces([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    return [items[i:i + size] for i in range(0, len(items), size)]


def digits(text):
    """The number, 0.33 at least.

    >>> digits("1")
    1.0

    :raises ValueError: when the text is empty
    """
    if not text:
        raise ValueError(text)
    return float(text)


def third():
    """
    >>> third()
    0.333
    >>> {"b": 1, "a": 2} == {"a": 2, "b": 1}
    True
    """
    return 1 / 3


class Stack:
    """
    >>> stack = Stack()
    >>> stack.push(1)
    >>> stack.push(2)
    2
    >>> stack.items
    [1, 2]
    """

    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)
        return len(self.items) if len(self.items) > 1 else None
'''


def test_code_that_does_what_is_documented_is_not_reported(checked):
    oracle, suspicions = checked(RIGHT)
    assert suspicions == {}
    assert oracle.doubts == []


def test_an_example_in_a_document_is_checked(checked):
    source = "def double(n):\n    return n + n + 1\n"
    _, suspicions = checked(source, "Use it:\n\n    >>> from subject import double\n    >>> double(2)\n    4\n")
    assert suspicions["double"].what == "is documented to give 4, but gives 5"


def test_nothing_on_the_wrong_path_is_asserted(checked):
    oracle, _ = checked(WRONG["limit"])
    run = oracle.bench.run
    assert run(Candidate("limit", (), "limit(9, 1, 5)")).bad == "in doubt"
    assert run(Candidate("limit", (), "limit(8, 1, 5)")).bad == "in doubt"
    assert run(Candidate("limit", (), "limit(3, 1, 5)")).checks == ("{v} == 3",)


def test_one_contradiction_does_not_put_everything_behind_a_short_function_in_doubt(checked):
    source = '''
def read(text):
    """Read.

    >>> read("")
    1
    """
    return inner(text)


def inner(text):
    if not text:
        return 0
    return len(text)
'''
    oracle, suspicions = checked(source)
    assert suspicions["read"].what == "is documented to give 1, but gives 0"
    run = oracle.bench.run
    assert run(Candidate("read", (), "read('')")).bad == "in doubt"
    assert run(Candidate("read", (), "read('abc')")).checks == ("{v} == 3",)


def test_what_only_names_promise_is_asserted_where_it_holds(checked):
    source = (
        "def escape(text):\n    return text.replace('a', 'b')\n\n\ndef unescape(text):\n    return text.replace('b', 'a')\n"
    )
    oracle, suspicions = checked(source)
    assert "is not undone by unescape" in suspicions["escape"].what
    run = oracle.bench.run
    assert run(Candidate("escape", (), "escape('ab')")).bad == "in doubt"
    assert run(Candidate("escape", (), "escape('xa')")).checks == ("{v} == 'xb'",)


def test_a_documented_result_is_asserted_even_beside_a_wrong_one(checked):
    source = WRONG["middle"].replace(">>> middle([1, 2, 3])", ">>> middle([4])\n    4\n    >>> middle([1, 2, 3])")
    oracle, _ = checked(source)
    assert oracle.bench.run(Candidate("middle", (), "middle([4])")).checks == ("{v} == 4",)
    assert oracle.bench.run(Candidate("middle", (), "middle([5])")).bad == "in doubt"
