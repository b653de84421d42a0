"""Evidence for a question within a budget of tokens: several places a file, overlapping ones merged, copies left out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexers.search.passages import Passage

CHARS_PER_TOKEN = 4
COST = 1.0
"""How much the logarithm of a passage's length counts against its score: two short passages tell more than a long one."""

LEAST_LENGTH = 20
GAP = 2
"""Passages with at most this many lines between them are shown as one."""


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of a file, with the passage that they were chosen for."""

    passage: Passage
    start: int
    end: int


def tokens_of(text: str) -> int:
    """An estimate of the tokens of a text."""
    return len(text) // CHARS_PER_TOKEN


def select(passages: Sequence[Passage], tokens: int) -> list[Span]:
    """The passages that fit into a budget, best first: never nothing, and nothing twice."""
    spent, chosen, seen = 0, list[Span](), set[str]()
    for passage in sorted(passages, key=_worth, reverse=True):
        text = "\n".join(passage.lines)
        key = " ".join(text.split())
        cost = tokens_of(text)
        if not key or key in seen or (chosen and spent + cost > tokens):
            continue
        seen.add(key)
        spent += cost
        chosen.append(Span(passage, passage.row.start, passage.row.end))
    return _merged(chosen)


def _worth(passage: Passage) -> tuple[float, str, int]:
    length = tokens_of("\n".join(passage.lines)) + LEAST_LENGTH
    return passage.score - COST * math.log(length), passage.row.path, -passage.row.start


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
