"""Which lines of a passage are shown: the most decisive ones, whole statements where they fit, cuts marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from codeassist.evidence.line_score import is_dull
from indexers.types import Vectors

CUT = "…"
LONGEST_STATEMENT = 3
"""Lines of a statement that stay together; of a longer one the decisive lines are shown."""

FARTHEST_CAUSE = 25
"""The most lines between what raises an error and the condition for it."""

UNCONDITIONAL = 2
"""Lines shown above what is raised where no condition stands around it."""

_CONDITION = re.compile(
    r"^\s*(?:[}\])]*\s*)?(?:if|elif|else|elsif|except|catch|rescue|case|when|switch|unless|match|for|while|default|guard)\b"
)
_COMMENT = re.compile(r"^\s*(?:#(?!\[|include|if|el|end)|//|\*|/\*|--\s)")
_IN_A_SENTENCE = re.compile(r"^\s*(?:#+|//+!?|\*+|--+)\s[\w`'\"(]")
_OPEN_SENTENCE = re.compile(r"[\w,)`'\"]\s*$")
SHORTEST_NAME = 4
_OPEN_END = re.compile(r"(?:[,(\[{\\|+]|&&|\band|\bor)\s*$")
_WORDS = re.compile(r"(?<![\w])[A-Za-z_]\w*(?:[.-][A-Za-z_]\w*)*|(?<![\w-])--?[a-z][\w-]+")
_QUOTED = re.compile(
    r"(?<![\w`])[A-Za-z]{0,2}\"(?P<double>(?:[^\"\\\n]|\\.)*)\"|"
    r"(?<![\w`])[A-Za-z]{0,2}'(?P<single>(?:[^'\\\n]|\\.)*)'(?!\w)|(?<!`)(?P<mark>`+)(?!`)(?P<code>[^`\n]+)(?P=mark)"
)
_LITERAL = re.compile(r"(?:--?|\.{0,2}/|[.:@/$#%])?\w[\w.:/@+%*-]*(?:\(\)|=[\w.:/-]+)?[?!]?")
"""A name, a path, an option, a media type, a number, a format of dates; no template, markup or piece of code."""

_PLACEHOLDER = re.compile(r"(?<![/:T-])%(?:[sdrifgxuc]|\d)(?![A-Za-z-])|%[sd](?=[^\x00-\x7f])|[:>.]\Z|\*\*")
LONGEST_QUOTED, SHORTEST_QUOTED = 30, 2
_ADDRESS = re.compile(r"\w+://\S+")
_COMPOUND = re.compile(r"_|[a-z][A-Z]|[A-Z]{2}|\.|^-")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some lines of a file in order, each with its number."""

    lines: tuple[tuple[int, str], ...]

    @property
    def first(self) -> int:
        """The number of the first line."""
        return self.lines[0][0]

    def marked(self) -> list[str]:
        """The lines; one that is followed by a cut ends with a mark."""
        following = [number for number, _ in self.lines[1:]]
        return [
            f"{text.rstrip()} {CUT}" if number + 1 != after else text.rstrip()
            for (number, text), after in zip(self.lines, [*following, self.lines[-1][0] + 1], strict=True)
        ]


def excerpt(lines: Sequence[str], start: int, scores: Vectors, count: int) -> Excerpt:
    """The at most `count` most decisive lines; `start` is the number of the first line.

    A passage that fits is shown whole. Statements of few lines stay together. A score of minus infinity leaves a line out.
    """
    filled = [i for i, line in enumerate(lines) if line.strip()] or [0]
    whole = filled[-1] - filled[0] < count
    chosen = set(range(filled[0], filled[-1] + 1)) if whole else _chosen(lines, scores, count)
    return Excerpt(tuple((start + i, lines[i]) for i in sorted(chosen)))


def raised(lines: Sequence[str], start: int, at: int, count: int) -> Excerpt:
    """The line `at`, which raises or reports something, below the condition that it depends on: at most `count` lines."""
    cause = condition_of(lines, at)
    if cause is None:
        cause = max(0, at - UNCONDITIONAL)
    shown = [cause, *range(max(cause + 1, at - count + 2), at + 1)]
    shown += range(at + 1, min(len(lines), at + 1 + count - len(shown)))
    kept = [i for i in shown if lines[i].strip()]
    return Excerpt(tuple((start + i, lines[i]) for i in kept))


def condition_of(lines: Sequence[str], at: int) -> int | None:
    """The position of the condition that the line `at` depends on; None if there is none near."""
    position = at
    while (above := _less_indented(lines, position)) is not None and at - above <= FARTHEST_CAUSE:
        position = above
        if _CONDITION.match(lines[position]):
            return position
    return None


def _less_indented(lines: Sequence[str], at: int) -> int | None:
    """The position of the nearest line above that has less indentation and is not only the end of a bracket."""
    depth = indentation(lines[at])
    for position in range(at - 1, -1, -1):
        text = lines[position].strip()
        if not text or text[0] in ")]" or is_comment(text):
            continue
        if indentation(lines[position]) < depth and text.strip("(){}[];, "):
            return position
    return None


def is_comment(line: str) -> bool:
    """Whether a line of code is a comment, in any language."""
    return _COMMENT.match(line) is not None


def indentation(line: str) -> int:
    """The number of blank characters that a line begins with."""
    return len(line) - len(line.lstrip())


def _chosen(lines: Sequence[str], scores: Vectors, count: int) -> set[int]:
    statements = _statements(lines)
    chosen = set[int]()
    for best in np.argsort(-scores, kind="stable").tolist():
        if len(chosen) >= count or (chosen and np.isneginf(scores[best])):
            break
        text = lines[best].strip()
        if not text or (chosen and (is_dull(text) or any(text == lines[i].strip() for i in chosen))):
            continue
        whole = statements[best]
        missing = set(whole) - chosen
        chosen |= missing if len(whole) <= LONGEST_STATEMENT and len(chosen) + len(missing) <= count else {best}
    return chosen or {0}


def _statements(lines: Sequence[str]) -> list[range]:
    """The lines of the statement that each line belongs to, as far as line ends show it."""
    starts = [0]
    for i in range(1, len(lines)):
        continued = _OPEN_END.search(lines[i - 1]) and not lines[i - 1].rstrip().endswith("{")
        starts.append(starts[-1] if continued or _goes_on(lines[i - 1], lines[i]) else i)
    ends = {start: i + 1 for i, start in enumerate(starts)}
    return [range(start, ends[start]) for start in starts]


def _goes_on(comment: str, following: str) -> bool:
    """Whether a sentence of a comment goes on in the following line."""
    ends_open = _COMMENT.match(comment) and _OPEN_SENTENCE.search(comment) and not is_dull(comment)
    return bool(ends_open and _COMMENT.match(following) and _IN_A_SENTENCE.match(following) and not is_dull(following))


MOST_NAMES = 5
"""The most names that follow an excerpt: more are a list that nobody reads."""

SAYS_NOTHING = frozenset({"None", "True", "False", "__init__", "__future__", "self", "null", "true", "false", "undefined"})


def _literals(line: str) -> list[str]:
    """What stands in quotes and is the name or the value of something, without marks of the markup."""
    inside = [m["double"] or m["single"] or m["code"] or "" for m in _QUOTED.finditer(line)]
    texts = [text.removeprefix("~") for text in inside if SHORTEST_QUOTED <= len(text) <= LONGEST_QUOTED]
    return [text for text in texts if _LITERAL.fullmatch(text) and not _PLACEHOLDER.search(text)]


def decisive_names(lines: Sequence[str], scores: Vectors, shown: str, length: int) -> list[str]:
    """Names, options and keys of the most decisive lines that `shown` does not contain, together at most `length` characters.

    Plain words are not names: one is written in several parts (`max_size`, `--no-color`) or stands in quotes.
    """
    best: dict[str, float] = {}
    for text, score in zip(lines, scores.tolist(), strict=True):
        line = _ADDRESS.sub("", text)
        found = {word for word in _WORDS.findall(line) if len(word) >= SHORTEST_NAME and _COMPOUND.search(word)}
        for name in sorted(found.union(_literals(line))):
            if name not in shown:
                best[name] = max(best.get(name, score), score)
    chosen, left = list[str](), length
    for name in sorted(best.keys() - SAYS_NOTHING, key=lambda n: (-best[n], n))[:MOST_NAMES]:
        if len(name) + 2 > left:
            break
        chosen.append(name)
        left -= len(name) + 2
    return chosen
