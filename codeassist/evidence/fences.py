"""The fenced code of a Markdown text, in linear time: a regular expression would look for the end of each block without one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_OPENING = re.compile(r"^(?P<indent>[ \t]*+)(?P<mark>`{3,}+|~{3,}+)(?P<language>[^\n`]*+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: where it starts and ends in the text, its language as written, and its code."""

    start: int
    end: int
    language: str
    code: str


def fences(text: str) -> Iterator[Fence]:
    """The fenced blocks of a text, in order; one that is never closed is not a block."""
    position = 0
    unclosed = set[str]()
    while opening := _OPENING.search(text, position):
        position = opening.end()
        mark = opening["indent"] + opening["mark"]
        if mark in unclosed:
            continue
        closing = re.compile(rf"^{re.escape(mark)}[`~]*\s*$", re.MULTILINE).search(text, position)
        if closing is None:
            unclosed.add(mark)
            continue
        yield Fence(opening.start(), closing.end(), opening["language"].strip().lower(), text[position : closing.start()])
        position = closing.end()


def without_fences(text: str, instead: Callable[[str], str] = lambda _: "") -> str:
    """A text with each fenced block replaced by what `instead` makes of it."""
    kept, position = [], 0
    for fence in fences(text):
        kept += [text[position : fence.start], instead(text[fence.start : fence.end])]
        position = fence.end
    return "".join((*kept, text[position:]))
