"""Worked examples in documents: found with what introduces them, shown whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.evidence.examples import EXAMPLE_LINES, example_excerpt, examples, with_whole_examples
from indexers import Hit

MARKDOWN = """\
# Queues

A queue keeps messages in order.

To empty a queue, drain it
and wait for the end:

```python
queue = Queue()
queue.drain(wait=True)
```

Or from a shell:

    queuectl drain --wait

- an item of a list

    which goes on here
"""
RST = """\
Queues
~~~~~~

To empty a queue, drain it:

.. code-block:: python

    queue = Queue()

    queue.drain()

.. note::

    A note is text.

Or count it::

    len(queue)

>>> len(Queue())
0
"""


def hit(text, language, path="guide"):
    return Hit(path, 11, 10 + len(text.split("\n")), 1.0, "Queues", "section", language, text)


def shown(text, language, phrase, *, asks_how=True):
    lines = text.split("\n")
    scores = np.array([float(phrase in line) for line in lines])
    found = example_excerpt(hit(text, language), scores, asks_how=asks_how)
    return None if found is None else [line for _, line in found.lines]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (MARKDOWN, "markdown", [("To empty a queue, drain it", "```"), ("Or from a shell:", "    queuectl drain --wait")]),
        (
            RST,
            "rst",
            [
                ("To empty a queue, drain it:", "    queue.drain()"),
                ("Or count it::", "    len(queue)"),
                (">>> len(Queue())", "0"),
            ],
        ),
    ],
)
def test_blocks_of_code_begin_with_what_introduces_them(text, language, expected):
    lines = text.split("\n")
    assert [(lines[e.introduction], lines[e.last]) for e in examples(lines, language)] == expected


def test_the_block_with_the_decisive_line_is_shown_whole():
    assert shown(MARKDOWN, "markdown", "drain(wait") == MARKDOWN.split("\n")[4:11]
    assert shown(RST, "rst", "queue.drain") == RST.split("\n")[3:10]


def test_a_decisive_sentence_outside_of_examples_is_not_replaced():
    assert shown(MARKDOWN, "markdown", "in order") is None
    assert shown("Only text.", "markdown", "text") is None


def test_an_introduction_brings_its_example():
    assert "    queuectl drain --wait" in shown(MARKDOWN, "markdown", "from a shell", asks_how=False)


def test_of_a_long_example_the_decisive_part_is_shown_with_its_introduction():
    text = "Do this:\n\n```\n" + "\n".join(f"step_{i}()" for i in range(60)) + "\n```"
    lines = shown(text, "markdown", "step_40()")
    assert lines[0] == "Do this:"
    assert "step_40()" in lines
    assert sum(bool(line.strip()) for line in lines) <= EXAMPLE_LINES


def test_a_place_that_cuts_an_example_is_extended_to_its_end_and_its_introduction(tmp_path):
    (tmp_path / "guide.md").write_text(MARKDOWN, encoding="utf-8")
    cut = Hit("guide.md", 9, 9, 1.0, "Queues", "section", "markdown", "queue = Queue()")
    whole = with_whole_examples(tmp_path, cut)
    assert (whole.start_line, whole.end_line) == (5, 11)
    assert whole.text == "\n".join(MARKDOWN.split("\n")[4:11])
    apart = Hit("guide.md", 1, 2, 1.0, "Queues", "section", "markdown", "# Queues\n")
    assert with_whole_examples(tmp_path, apart) == apart


@given(
    st.lists(
        st.sampled_from(["```", "~~~", "    code()", "text", "", ".. code::", "a::", ">>> a", "- item", "# h"]), max_size=30
    )
)
def test_examples_do_not_overlap_and_lie_in_the_document(lines):
    for language in ("markdown", "rst"):
        after = 0
        for example in examples(lines, language):
            assert after <= example.introduction <= example.first <= example.last < len(lines)
            after = example.last + 1
