"""Where the comments of a text are, in linear time: a regular expression would look for the end of each one that has none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping


def comments(text: str, opening: re.Pattern[str], closings: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """(start, end) of each comment, in order.

    A comment begins with what `opening` matches. It ends with the closing of that, if it has one, else before the end of the
    line. What is never closed is not a comment.
    """
    position = 0
    unclosed = set[str]()
    while match := opening.search(text, position):
        position = match.end()
        closing = closings.get(match[0])
        if closing is None:
            end = text.find("\n", position)
            position = end if end >= 0 else len(text)
        elif closing in unclosed:
            continue
        elif (end := text.find(closing, position)) < 0:
            unclosed.add(closing)
            continue
        else:
            position = end + len(closing)
        yield match.start(), position
