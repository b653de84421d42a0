"""A text that is given on standard input: `-` in the place of a question."""

from __future__ import annotations

import sys

from codeassist.errors import UsageError

MOST_CHARS = 200_000
"""A log may be long; the last part of it says what went wrong."""


def given(text: str) -> str:
    """The text itself, or for `-` what standard input holds, its end if it is long. Raises `UsageError` for nothing."""
    if text != "-":
        return text
    found = sys.stdin.buffer.read().decode("utf-8", "replace").strip()
    if not found:
        raise UsageError("Standard input is empty; '-' stands for a text that is given there, such as a traceback.")
    return found[-MOST_CHARS:]
