"""Secrets in a text that arrives in pieces are masked before any part of them is sent."""

from __future__ import annotations

import re

from codeassist.privacy import mask

CONTEXT = 4_000
"""Characters of what was sent before that are masked together with what follows, such as the begin of a key."""

_BOUNDARY = re.compile(r"\s|[^\x00-\x7f]")
"""No secret goes on after such a character, other than in quotes."""


class StreamMask:
    """Holds a text back up to the last boundary outside of quotes, so that a secret is masked as a whole."""

    def __init__(self) -> None:
        """Begin with an empty text."""
        self._before = ""
        self._held = ""

    def add(self, piece: str) -> str:
        """What may be sent after this piece has come; empty while a word or a quotation is not complete."""
        self._held += piece
        end = self._complete()
        return self._masked(end) if end else ""

    def rest(self) -> str:
        """What was held back, masked."""
        return self._masked(len(self._held))

    def _complete(self) -> int:
        """How many of the held characters are complete: to the end of the last line, and of words behind it."""
        line = self._held.rfind("\n") + 1
        ends = [line]
        if self._held[line:].count('"') % 2 == 0:
            ends += [found.end() for found in _BOUNDARY.finditer(self._held, line)]
        return max(ends)

    def _masked(self, end: int) -> str:
        piece, self._held = self._held[:end], self._held[end:]
        sent, both = mask(self._before)[0], mask(self._before + piece)[0]
        self._before = (self._before + piece)[-CONTEXT:]
        if both.startswith(sent):
            return both[len(sent) :]
        return both[next((n for n, pair in enumerate(zip(sent, both, strict=False)) if pair[0] != pair[1]), len(both)) :]
