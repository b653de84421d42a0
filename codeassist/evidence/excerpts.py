"""Which lines of a passage are shown: the few that bear out the question's words, cut at statements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexers.search.word_match import WordMatch
from indexers.syntax.words import identifiers

BONUS = 0.08
"""What a line of the kind that a question asks for adds to a window; all words of the question together add 1."""

DISTANT = 0.35
"""Words with a smaller cosine have nothing to do with each other."""

MEAN = 1.0
"""How much the mean match of a window's lines counts beside the best match of each word in the window."""

MOST_SHIFT = 3
"""A window is moved up by at most this many lines to begin at a statement."""

_TELLING = {
    "default": re.compile(r"(?<!=)[=:]\s*[\"'\w\[{-]|\bdefault|\breturn\b|\b\d+\b", re.IGNORECASE),
    "why": re.compile(r"^\s*(?://|#|\*|/\*|--|;|\"\"\")|\b(?:because|otherwise|since|so that|avoid|prevent)\b", re.IGNORECASE),
}
"""Lines that tell more, by the shape of the question: values, and reasons. For other shapes such patterns changed nothing."""

_CLOSING = re.compile(r"^[\s)\]}>;,]*(?:end|else|fi|done)?[\s)\]}>;,]*$")
_OPEN_END = re.compile(r"(?:[,(\[\\|+]|&&|\band|\bor)\s*$")
_DECORATION = re.compile(r"^\s*(?:\"\"\"|'''|/\*\*?|\*/|#+|//+|-{3,}|={3,}|~{3,}|\.\. .*::|```.*)?\s*$")
_IMPORT = re.compile(
    r"^\s*(?:import\b|from\s+\S+\s+import\b|#include\b|using\s+[\w.]+;|use\s+[\w:\\{}, ]+;|require\b|@overload\b)"
)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Consecutive lines of a file, the number of the first one, and whether lines of the passage before or after are cut."""

    first: int
    lines: tuple[str, ...]
    cut_before: bool
    cut_after: bool


def excerpt(lines: Sequence[str], start: int, words: WordMatch, shape: str, count: int) -> Excerpt:
    """The at most `count` consecutive lines that tell most about the question; `start` is the number of the first line."""
    count = max(1, min(count, len(lines)))
    matches = words.of([identifiers(line) for line in lines])
    matches = np.maximum(0.0, (matches - DISTANT) / (1 - DISTANT))
    telling = _TELLING.get(shape)
    extra = np.array([_worth(line, telling) for line in lines])
    best, best_value = 0, -np.inf
    for first in range(len(lines) - count + 1):
        window = matches[first : first + count]
        value = float(window.max(axis=0) @ words.weights) + MEAN * float((window @ words.weights).mean())
        value += BONUS * float(extra[first : first + count].mean()) * (3 if count > 1 else 1)
        if value > best_value + 1e-9:
            best, best_value = first, value
    strength = matches[best : best + count] @ words.weights + BONUS * extra[best : best + count]
    first, last = _statement(lines, best, best + count, best + int(np.argmax(strength)))
    return Excerpt(start + first, tuple(lines[first:last]), first > 0, last < len(lines))


def _worth(line: str, telling: re.Pattern[str] | None) -> float:
    if _CLOSING.match(line) or _DECORATION.match(line) or _IMPORT.match(line):
        return -1.0
    return 1.0 if telling is not None and telling.search(line) else 0.0


def _statement(lines: Sequence[str], first: int, last: int, focus: int) -> tuple[int, int]:
    """The window moved up to the beginning of its first statement, without what is empty or incomplete at its ends.

    The line `focus` stays in it.
    """
    for _ in range(MOST_SHIFT):
        if first == 0 or not _OPEN_END.search(lines[first - 1]) or last - 1 <= focus:
            break
        first, last = first - 1, last - 1
    while first < focus and (not lines[first].strip() or _IMPORT.match(lines[first])):
        first += 1
    while last - 1 > focus and (not lines[last - 1].strip() or _OPEN_END.search(lines[last - 1])):
        last -= 1
    return first, last
