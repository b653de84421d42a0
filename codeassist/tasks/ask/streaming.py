"""Separate a model's reasoning from its answer while both are streamed."""

from __future__ import annotations

import re
from collections.abc import Callable

OPENING = ("<think>", "<thinking>", "<reasoning>")
CLOSING = ("</think>", "</thinking>", "</reasoning>")
DROPPED = ("<answer>", "</answer>")
_LONGEST = max(map(len, (*OPENING, *CLOSING, *DROPPED)))
_TAG = re.compile("|".join(map(re.escape, (*OPENING, *CLOSING, *DROPPED))), re.IGNORECASE)


class Splitter:
    """Takes pieces of a streamed text; passes on those of the answer at once and collects the text in reasoning tags."""

    def __init__(self, on_text: Callable[[str], None] | None = None) -> None:
        """`on_text` receives the pieces of the answer."""
        self._on_text = on_text
        self._pending = ""
        self._inside = False
        self._started = False
        self._wrapped = False
        self._answer: list[str] = []
        self._reasoning: list[str] = []

    def feed(self, piece: str) -> None:
        """Take the next piece."""
        self._pending += piece
        while match := _TAG.search(self._pending):
            self._emit(self._pending[: match.start()])
            self._act(match[0])
            self._pending = self._pending[match.end() :]
        start = self._pending.rfind("<", max(0, len(self._pending) - _LONGEST))
        ready = self._pending if start < 0 else self._pending[:start]  # hold back the possible start of a tag
        self._pending = self._pending[len(ready) :]
        self._emit(ready)

    def _act(self, raw: str) -> None:
        """Handle a tag: it opens or closes reasoning or an answer only where a model puts it; elsewhere it is plain text."""
        tag, answer = raw.lower(), "".join(self._answer)
        if tag in OPENING and not answer.strip():
            self._inside = True
        elif tag in CLOSING and self._inside:
            self._inside = False
        elif tag in CLOSING and answer.endswith("\n") and not self._reasoning:
            # some chat templates open the reasoning themselves: all text so far is reasoning
            self._reasoning, self._answer = [answer], []
        elif tag == "<answer>" and not answer.strip():
            self._wrapped = True
        elif not (tag == "</answer>" and self._wrapped):
            self._emit(raw)

    def close(self) -> None:
        """Pass on the text held back."""
        self._emit(self._pending)
        self._pending = ""

    def split(self) -> tuple[str, str]:
        """(answer, reasoning) so far. If there is no answer, the reasoning is returned as the answer."""
        answer, reasoning = "".join(self._answer).strip(), "".join(self._reasoning).strip()
        return (answer, reasoning) if answer else (reasoning, "")

    def _emit(self, text: str) -> None:
        if not text:
            return
        if self._inside:
            self._reasoning.append(text)
            return
        self._answer.append(text)
        if not self._started:
            text = text.lstrip()
            self._started = bool(text)
        if text and self._on_text is not None:
            self._on_text(text)
