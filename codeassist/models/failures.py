"""Text of exceptions from third-party libraries."""

from __future__ import annotations


def first_line(error: BaseException) -> str:
    """The first line of an error's text, or the name of its class when it has none."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
