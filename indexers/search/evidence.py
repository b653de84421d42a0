"""Evidence for a question within a budget of tokens: first the decisive lines of many places, then whole definitions.

Half of the budget shows a few lines, with the header of their definition, of as many passages as fit: the right place is
then seen even if it is not among the first. The rest shows the best passages whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from indexers.search.passages import Passage
from indexers.search.word_match import WordMatch
from indexers.syntax.words import identifiers

CHARS_PER_TOKEN = 4
BREADTH = 0.5
"""The share of the budget for decisive lines. On other repositories than those that answer for it, 0.3 to 0.7 were compared:
more finds the place of more answers and shows fewer of their lines."""

DECISIVE_LINES = 6
STEP = 2
PART_COST, COST = 0.5, 1.0
"""How much the logarithm of the length counts against the score, of decisive lines and of a whole passage: two short passages
tell more than a long one."""

LEAST_LENGTH = 20
HEADING = 3
"""A part that begins within this many lines of its definition begins with it."""

GAP = 2
"""Passages with at most this many lines between them are shown as one."""


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of a file, with the passage that they were chosen for."""

    passage: Passage
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines of one passage that are shown, as positions from its first line, the last one excluded."""

    passage: Passage
    ranges: tuple[tuple[int, int], ...]

    @property
    def tokens(self) -> int:
        """The tokens of these lines."""
        return tokens_of("\n".join(line for start, end in self.ranges for line in self.passage.lines[start:end]))

    def worth(self, cost: float) -> float:
        """The score less what the length costs."""
        return self.passage.score - cost * math.log(self.tokens + LEAST_LENGTH)

    def spans(self) -> list[Span]:
        """The lines as spans of the file."""
        first = self.passage.row.start
        return [Span(self.passage, first + start, first + end - 1) for start, end in self.ranges]


def tokens_of(text: str) -> int:
    """An estimate of the tokens of a text."""
    return len(text) // CHARS_PER_TOKEN


def select(passages: Sequence[Passage], tokens: int, words: WordMatch) -> list[Span]:
    """The lines that fit into a budget, by passage, best first: never nothing, and nothing twice."""
    distinct = list({key: p for p in reversed(passages) if (key := " ".join(" ".join(p.lines).split()))}.values())
    chosen: dict[int, _Part] = {}
    spent = 0
    for part in sorted(decisive_parts(distinct, words), key=lambda part: _order(part, PART_COST)):
        if not chosen or spent + part.tokens <= BREADTH * tokens:
            chosen[part.passage.row.chunk] = part
            spent += part.tokens
    whole = [_Part(p, ((0, len(p.lines)),)) for p in distinct]
    for part in sorted(whole, key=lambda part: _order(part, COST)):
        known = chosen.get(part.passage.row.chunk)
        more = part.tokens - (known.tokens if known else 0)
        if spent + more <= tokens:
            chosen[part.passage.row.chunk] = part
            spent += more
    ordered = sorted(chosen.values(), key=lambda part: _order(part, COST))
    return _merged([span for part in ordered for span in part.spans()])


def _order(part: _Part, cost: float) -> tuple[float, str, int]:
    return -part.worth(cost), part.passage.row.path, part.passage.row.start


def decisive_parts(passages: Sequence[Passage], words: WordMatch) -> list[_Part]:
    """The lines of each passage that bear out most of the question, below the first line of its definition."""
    windows, owner = list[list[str]](), list[tuple[int, int]]()
    for number, passage in enumerate(passages):
        for start in range(0, max(1, len(passage.lines) - DECISIVE_LINES + STEP), STEP):
            windows.append(identifiers("\n".join(passage.lines[start : start + DECISIVE_LINES])))
            owner.append((number, start))
    matches = words.of(windows) @ words.weights if windows else np.zeros(0)
    best: dict[int, tuple[float, int]] = {}
    for (number, start), match in zip(owner, matches.tolist(), strict=True):
        if number not in best or match > best[number][0]:
            best[number] = (match, start)
    return [_Part(passage, _with_header(passage, best[number][1])) for number, passage in enumerate(passages)]


def _with_header(passage: Passage, start: int) -> tuple[tuple[int, int], ...]:
    end = min(len(passage.lines), start + DECISIVE_LINES)
    if start <= HEADING:
        return ((0, min(len(passage.lines), max(end, DECISIVE_LINES))),)
    return ((0, 1), (start, end)) if passage.row.name else ((start, end),)


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Overlapping and neighbouring spans of a file as one, at the position of the best."""
    result: list[Span] = []
    for span in spans:
        position, merged = len(result), span
        while other := next((s for s in result if _touch(s, merged)), None):
            position = min(position, result.index(other))
            merged = replace(other, start=min(other.start, merged.start), end=max(other.end, merged.end))
            result.remove(other)
        result.insert(position, merged)
    return result


def _touch(a: Span, b: Span) -> bool:
    return a.passage.row.path == b.passage.row.path and a.start <= b.end + GAP and b.start <= a.end + GAP
