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

MOST_SHIFT = 3
"""A window is moved up by at most this many lines to begin at a statement."""

_TELLING = {
    "default": re.compile(r"(?<!=)[=:]\s*[\"'\w\[{-]|\bdefault|\breturn\b|\b\d+\b", re.IGNORECASE),
    "error": re.compile(r"\b(?:raise|throw|panic|abort|fatal|errorf?|exception|fail|die|exit|warn)\w*\b", re.IGNORECASE),
    "why": re.compile(r"^\s*(?://|#|\*|/\*|--|;|\"\"\")|\b(?:because|otherwise|since|so that|avoid|prevent)\b", re.IGNORECASE),
    "flow": re.compile(r"\b(?:if|else|elif|unless|return|switch|case|match|when|catch|except|for|while)\b|&&|\|\|"),
    "can": re.compile(r"--\w|\boptions?\b|\bdefault|[`\"'][\w.:-]+[`\"']", re.IGNORECASE),
    "how": re.compile(r"--\w|^\s*\$ |[`\"'][\w.:-]+[`\"']|\w\("),
    "where": re.compile(r"\b(?:def|fn|func|function|class|struct|impl|return|if)\b"),
    "what": re.compile(r"\b(?:return|if)\b|=|^\s*(?://|#|\*)"),
}
_CLOSING = re.compile(r"^[\s)\]}>;,]*(?:end|else|fi|done)?[\s)\]}>;,]*$")
_OPEN_END = re.compile(r"(?:[,(\[\\|+]|&&|\band|\bor)\s*$")
_DECORATION = re.compile(r"^\s*(?:\"\"\"|'''|/\*\*?|\*/|#+|//+|-{3,}|={3,}|~{3,}|\.\. .*::|```.*)?\s*$")
_IMPORT = re.compile(r"^\s*(?:import\b|from\s+\S+\s+import\b|#include\b|using\s+[\w.]+;|use\s+[\w:\\{}, ]+;|require\b|@overload\b)")


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
        value = float(window.max(axis=0) @ words.weights) + 0.25 * float((window @ words.weights).mean())
        value += BONUS * float(extra[first : first + count].mean()) * (3 if count > 1 else 1)
        if value > best_value + 1e-9:
            best, best_value = first, value
    first, last = _statement(lines, best, best + count)
    return Excerpt(start + first, tuple(lines[first:last]), first > 0, last < len(lines))


def _worth(line: str, telling: re.Pattern[str] | None) -> float:
    if _CLOSING.match(line) or _DECORATION.match(line) or _IMPORT.match(line):
        return -1.0
    return 1.0 if telling is not None and telling.search(line) else 0.0


def _statement(lines: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """The window moved up to the beginning of its first statement, without empty lines and brackets at its ends."""
    for _ in range(MOST_SHIFT):
        if first == 0 or not _OPEN_END.search(lines[first - 1]) or last - first <= 1:
            break
        first, last = first - 1, last - 1
    while last - first > 1 and not lines[first].strip():
        first += 1
    while last - first > 1 and (not lines[last - 1].strip() or _OPEN_END.search(lines[last - 1])) and last - first > 2:
        last -= 1
    return first, last
