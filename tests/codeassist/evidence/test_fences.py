"""Fenced code of Markdown: what is a block, and the time to find it."""

from __future__ import annotations

import time

import pytest

from codeassist.evidence.claims.names import terms
from codeassist.evidence.fences import fences, without_fences


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("```py\nx = 1\n```\nafter", [("py", "x = 1\n")]),
        ("~~~ SH\n```\n~~~\n", [("sh", "```\n")]),
        ("  ```\n  a\n```\n  ```", [("", "  a\n```\n")]),
        ("````\n```\na\n```\n````", [("", "```\na\n```\n")]),
        ("```\nnever closed", []),
        ("a ```b``` c", []),
    ],
)
def test_the_blocks_of_a_text(text, blocks):
    assert [(fence.language, fence.code) for fence in fences(text)] == blocks


def test_blocks_are_replaced_as_they_stand():
    assert without_fences("a\n```\nb\n```\nc", lambda block: f"<{len(block)}>") == "a\n<9>\nc"


def test_blocks_that_are_never_closed_take_linear_time():
    started = time.process_time()
    assert list(fences("```x\n" * 100_000)) == []
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes


def test_a_long_line_of_marks_takes_linear_time():
    started = time.process_time()
    assert [fence.code for fence in fences("~" * 200_000 + "`\n```\na\n```\n")] == ["a\n"]
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes


def test_many_lines_for_a_shell_take_linear_time():
    started = time.process_time()
    assert len(list(terms("".join(f"`$ a{n}` `b{n}` " for n in range(20_000))))) == 20_000
    assert time.process_time() - started < 20.0  # in quadratic time it takes minutes
