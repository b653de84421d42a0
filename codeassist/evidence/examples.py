"""The worked examples of a document: blocks of code with the words that introduce them, shown whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from codeassist.evidence.excerpts import Excerpt, indentation
from codeassist.evidence.line_score import is_dull
from indexers import Hit
from indexers.files.decoding import file_lines
from indexers.types import Vectors

DOCUMENTS = frozenset({"markdown", "rst", "text", "other"})
"""Languages of documents."""

EXAMPLE_LINES = 15
"""Lines of an example that are shown, blank ones not counted; of a longer block a part."""

INTRODUCTION = 2
"""Lines of the paragraph before a block that are shown with it."""

LONGEST_BLOCK = 40
"""A place is extended to the end of a block of at most so many lines."""

CODE_INDENT = 4
"""Columns by which Markdown indents code without a fence."""

NEARLY = 0.7
"""The share of the best line's score that the best line of an example has for a question how something is done."""

_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_DIRECTIVE = re.compile(r"^\s*\.\.\s+(?:code|code-block|sourcecode|testcode|doctest|parsed-literal|prompt|ipython|tab)::")
_PROMPT = re.compile(r"^\s*>>> ")
_NO_TEXT = re.compile(r"^\s*(?:#{1,6}\s|[=~^*+\"'-]{3,}\s*$|\.\. |:\w+:|<)")
"""A heading, a rule, a directive, an option of one, markup."""

_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class Example:
    """A block of code: its first and last position, and that of the first line of the words before it."""

    introduction: int
    first: int
    last: int

    @property
    def positions(self) -> range:
        """The lines with those that introduce them."""
        return range(self.introduction, self.last + 1)


def examples(lines: Sequence[str], language: str) -> list[Example]:
    """The blocks of code in a document, in order; a block that is never closed has the rest."""
    end_of_block = _end_in_rst if language == "rst" else _end_in_markdown
    found, after, position = list[Example](), 0, 0
    while position < len(lines):
        last = end_of_block(lines, position)
        if last is not None:
            found.append(Example(_introduction(lines, position, after), position, last))
            after, position = last + 1, last
        position += 1
    return found


def _end_in_markdown(lines: Sequence[str], at: int) -> int | None:
    """The last position of the block that begins at a line; None if none begins there."""
    line = lines[at]
    if fence := _FENCE.match(line):
        closing = (i for i in range(at + 1, len(lines)) if lines[i].strip().startswith(fence[1]))
        return next(closing, len(lines) - 1)
    if at == 0 or not line.strip() or lines[at - 1].strip() or indentation(line) < CODE_INDENT:
        return None
    before = _line_before(lines, at)
    if indentation(before) < CODE_INDENT and not _ITEM.match(before) and not _ITEM.match(line):
        return _end_of_indented(lines, at, CODE_INDENT)
    return None


def _end_in_rst(lines: Sequence[str], at: int) -> int | None:
    """The last position of the block that begins at a line; None if none begins there."""
    line = lines[at]
    if _DIRECTIVE.match(line):
        return _end_of_indented(lines, at + 1, indentation(line) + 1)
    if _PROMPT.match(line):
        blank = (i - 1 for i in range(at, len(lines)) if not lines[i].strip())
        return next(blank, len(lines) - 1)
    if not line.strip():
        return None
    before = _line_before(lines, at)
    is_literal = before.rstrip().endswith("::") and not before.lstrip().startswith("..")
    return _end_of_indented(lines, at, indentation(before) + 1) if is_literal else None


def _line_before(lines: Sequence[str], at: int) -> str:
    """The last line with text before a position."""
    return next((lines[i] for i in range(at - 1, -1, -1) if lines[i].strip()), "")


def _end_of_indented(lines: Sequence[str], first: int, least: int) -> int | None:
    """The last of the lines from `first` on that are blank or have at least this indentation; None if there is none."""
    last = None
    for position in range(first, len(lines)):
        if not lines[position].strip():
            continue
        if indentation(lines[position]) < least:
            break
        last = position
    return last


def _introduction(lines: Sequence[str], first: int, after: int) -> int:
    """The position of the first of the last lines of the paragraph that stands right before a block."""
    last = first - 1
    while last >= after and not lines[last].strip():
        last -= 1
    start = first
    for position in range(last, max(after, last - INTRODUCTION + 1) - 1, -1):
        if not lines[position].strip() or _NO_TEXT.match(lines[position]):
            break
        start = position
    return start


def example_excerpt(hit: Hit, scores: Vectors, *, asks_how: bool) -> Excerpt | None:
    """The example of a document that has the most decisive line, whole, and further ones that fit.

    None where that line is not in an example, nor introduces one. With `asks_how` an example with a line that is nearly as
    decisive counts as well.
    """
    lines = hit.text.split("\n")
    found = examples(lines, hit.language)
    saying = [i for i, line in enumerate(lines) if line.strip() and not is_dull(line)]
    if not found or not saying:
        return None
    low = min(float(scores[i]) for i in saying)
    worthy = set(saying)
    worth = {e: max((float(scores[i]) - low for i in e.positions if i in worthy), default=0.0) for e in found}
    best = max(found, key=lambda example: worth[example])
    most = max(float(scores[i]) - low for i in saying)
    if worth[best] < (NEARLY if asks_how else 1.0) * most:
        return None
    shown = _part(lines, best, scores)
    for other in sorted(found, key=lambda example: -worth[example]):
        if worth[other] >= NEARLY * worth[best] and _filled(lines, {*shown, *other.positions}) <= EXAMPLE_LINES:
            shown |= set(other.positions)
    return Excerpt(tuple((hit.start_line + i, lines[i]) for i in sorted(shown)))


def _part(lines: Sequence[str], example: Example, scores: Vectors) -> set[int]:
    """An example, or the most decisive part of a long one with what introduces it."""
    if _filled(lines, example.positions) <= EXAMPLE_LINES:
        return set(example.positions)
    before = set(range(example.introduction, example.first))
    room = EXAMPLE_LINES - _filled(lines, before)
    best = max(range(example.first, example.last + 1), key=lambda i: (float(scores[i]), -i))
    starts = range(max(example.first, best - room + 1), min(best, example.last - room + 1) + 1)
    first = max(starts, key=lambda i: (_begins(lines, i, example), float(scores[i : i + room].sum()), -i))
    return before | set(range(first, first + room))


def _begins(lines: Sequence[str], at: int, example: Example) -> bool:
    """Whether a block, or a paragraph of it, begins at a position."""
    return at == example.first or (bool(lines[at].strip()) and not lines[at - 1].strip())


def _filled(lines: Sequence[str], positions: range | set[int]) -> int:
    return sum(bool(lines[i].strip()) for i in positions)


def with_whole_examples(root: Path, hit: Hit) -> Hit:
    """A part of a document extended by the rest of the examples that it cuts, and by what introduces them."""
    lines = file_lines(root, hit.path)
    first, last = hit.start_line - 1, hit.end_line - 1
    for example in examples(lines, hit.language):
        cut = example.introduction <= last + 1 and example.last >= first and example.last - example.first < LONGEST_BLOCK
        if cut and example.first <= last + 2:
            first, last = min(first, example.introduction), max(last, example.last)
    if (first, last) == (hit.start_line - 1, hit.end_line - 1):
        return hit
    return replace(hit, start_line=first + 1, end_line=last + 1, text="\n".join(lines[first : last + 1]))
