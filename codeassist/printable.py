"""Text of repositories and models as it is printed: without characters that control a terminal or reorder the text."""

from __future__ import annotations

import json
import re
from typing import Any

UNSAFE = (
    "\\x00-\\x08\\x0b-\\x1f"  # C0 except tab and line feed: escape sequences, carriage return, bell
    "\\x7f-\\x9f"  # DEL and C1: in many terminals U+009B begins an escape sequence
    "\\xad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb"  # invisible, or a change of direction
    "\\u2028-\\u202e"  # line and paragraph separators, bidirectional embeddings and overrides
    "\\ud800-\\udfff"  # halves of a pair: bytes that are not UTF-8
    "\\U0001d173-\\U0001d17a\\U000e0000-\\U000e007f"  # invisible; tags can hide text
)
"""The characters that are never printed, as the inside of a regular expression's set.

Letters, marks, spaces, private use (icons) and unassigned characters are printed as they are, also the joiners of Persian and
emoji (U+200C, U+200D).
"""

_UNSAFE = re.compile(f"[{UNSAFE}]")


def printable(text: str) -> str:
    """The text with each unsafe character replaced by U+FFFD; its length stays."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """The text on one line, such as a path: unsafe characters replaced, line feeds and tabs escaped."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def middle_left_out(text: str, most: int) -> str:
    """A text of at most `most` characters: of a longer one the beginning and the end, with the number of those between them."""
    if len(text) <= most:
        return text
    kept = max(2, most - len(_left_out(len(text))))
    mark = _left_out(len(text) - kept)
    return text[: kept // 2] + mark + text[len(text) - (kept - kept // 2) :]


def around_difference(one: str, other: str, most: int) -> tuple[str, str]:
    """Two texts of at most about `most` characters each, cut so that the place where they begin to differ is in both."""
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, same - most // 3) if max(len(one), len(other)) > most else 0

    def cut(text: str) -> str:
        end = start + most
        return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"

    return cut(one), cut(other)


def _left_out(characters: int) -> str:
    return f" … ({characters} more characters) … "


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 file", "2 files"; `plural` is the form that does not end in s, such as "matches"."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def json_text(value: Any, indent: int | None = 2) -> str:
    """A value as JSON in which unsafe characters are escaped, so that it reads back unchanged."""
    return _UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], json.dumps(value, ensure_ascii=False, indent=indent))
