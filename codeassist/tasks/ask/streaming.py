"""Keep a model's reasoning apart from its answer while both arrive in pieces."""

from __future__ import annotations

import re
from collections.abc import Callable

OPENING = ("<think>", "<thinking>", "<reasoning>")
CLOSING = ("</think>", "</thinking>", "</reasoning>")
DROPPED = ("<answer>", "</answer>")
_LONGEST = max(map(len, (*OPENING, *CLOSING, *DROPPED)))
_TAG = re.compile("|".join(map(re.escape, (*OPENING, *CLOSING, *DROPPED))), re.IGNORECASE)


class Splitter:
    """Takes pieces of a text; hands the answer's on at once, and keeps what stands between tags of reasoning."""

    def __init__(self, on_text: Callable[[str], None] | None = None) -> None:
        """`on_text` gets the answer's pieces."""
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
        at = self._pending.rfind("<", max(0, len(self._pending) - _LONGEST))
        ready = self._pending if at < 0 else self._pending[:at]  # what may become a tag waits
        self._pending = self._pending[len(ready) :]
        self._emit(ready)

    def _act(self, spelled: str) -> None:
        """A tag counts where a model uses it: reasoning before any answer; elsewhere it is text that speaks of tags."""
        tag, said = spelled.lower(), "".join(self._answer)
        if tag in OPENING and not said.strip():
            self._inside = True
        elif tag in CLOSING and self._inside:
            self._inside = False
        elif tag in CLOSING and said.endswith("\n") and not self._reasoning:
            # some templates open the reasoning themselves: all until here was that
            self._reasoning, self._answer = [said], []
        elif tag == "<answer>" and not said.strip():
            self._wrapped = True
        elif not (tag == "</answer>" and self._wrapped):
            self._emit(spelled)

    def close(self) -> None:
        """Hand on what was waiting."""
        self._emit(self._pending)
        self._pending = ""

    def split(self) -> tuple[str, str]:
        """(answer, reasoning) so far. An answer that never came leaves the reasoning as the answer."""
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
