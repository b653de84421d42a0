"""Error messages and the string literals that produce them: `no rows for user 7` is the text of `f"no rows for user {id}"`.

A literal is compared by its fixed parts, the text between its placeholders, in the notations of Python, JavaScript, Go, Rust,
Java, C#, Ruby and Swift.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LEAST_LETTERS = 8
"""Fixed parts with fewer letters altogether say too little."""

LEAST_SHARE = 0.3
"""A line that accounts for less of a message does not produce it."""

IS_THE_MESSAGE = 0.6
"""A text of which a literal accounts for this share is an error message, whatever it looks like."""

LEAST_WORDS = 3
"""A part of a message with fewer words says too little."""

MOST_PARTS = 12
_SEPARATOR = re.compile(r":\s+|\n+")

_LITERAL = re.compile(
    r'"""(?P<a>.*?)"""|"(?P<b>(?:[^"\\\n]|\\.)+)"|\'(?P<c>(?:[^\'\\\n]|\\.)+)\'|`(?P<d>(?:[^`\\]|\\.)+)`', re.DOTALL
)
_PLACEHOLDER = re.compile(r"%%|%(?:\(\w+\))?[-+#0 ]*\d*(?:\.\d+)?l*[a-zA-Z]|[$#]?\{[^{}]*\}|\\\([^)]*\)|\$\w+")
_ESCAPE = re.compile(r"\\[nrt\"'`]")
_NOT_LETTERS = re.compile(r"[\W_]+")


def fixed_parts(literal: str) -> list[str]:
    """The text between the placeholders of a string literal, as lower-case letters and digits."""
    parts = (_letters(part) for part in _PLACEHOLDER.split(_ESCAPE.sub(" ", literal)))
    return [part for part in parts if part]


def covered(message: str, text: str) -> float:
    """The share of a message that the string literals of a text account for, 0 to 1.

    A literal accounts for its fixed parts when all of them are in the message in order; several literals may share a message.
    """
    letters = _letters(_ESCAPE.sub(" ", message))
    if len(letters) < LEAST_LETTERS:
        return 0.0
    used = bytearray(len(letters))
    for match in _LITERAL.finditer(text):
        parts = fixed_parts(next(group for group in match.groups() if group is not None))
        if sum(map(len, parts)) < LEAST_LETTERS:
            continue
        for start, end in _positions(letters, parts):
            used[start:end] = b"\x01" * (end - start)
    return sum(used) / len(letters)


def parts_of_message(text: str) -> list[str]:
    """A message as it is printed, and what stands in it between colons: programs put their name and causes around a message."""
    segments = [segment.strip() for segment in _SEPARATOR.split(text)]
    return [text, *(part for part in segments if part != text and len(part.split()) >= LEAST_WORDS)][:MOST_PARTS]


def accounted(message: str, text: str) -> float:
    """The largest share of a message, or of a part of it, that the string literals of a text account for, 0 to 1."""
    return max(covered(part, text) for part in parts_of_message(message))


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).lower()


def _positions(letters: str, parts: Sequence[str]) -> list[tuple[int, int]]:
    """Where the parts are in the letters, in order; empty if one is missing."""
    found, position = list[tuple[int, int]](), 0
    for part in parts:
        start = letters.find(part, position)
        if start < 0:
            return []
        position = start + len(part)
        found.append((start, position))
    return found


def raising_line(message: str, lines: Sequence[str], least: float = LEAST_SHARE) -> int | None:
    """The position of the first line whose literals account for most of a message, or None if that is less than `least`."""
    shares = [covered(message, line) for line in lines]
    best = max(shares, default=0.0)
    return shares.index(best) if best >= least else None
