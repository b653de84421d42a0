"""The pieces of an answer as they are streamed: reasoning is held back, and endless repetition is stopped."""

from __future__ import annotations

import re
from collections.abc import Callable

from codeassist.models.chat import OnText

LOOP_LENGTH = 1_500
"""A loop is reported after this many characters of it: long rows of equal table cells or zeros are not that long."""

LOOP_PERIOD = 250
"""The longest text whose repetition counts as a loop, in characters: at least six repetitions are seen."""

CHECK_EVERY = 250

_OPEN = re.compile(r"\s*<think(?:ing)?>")
_CLOSE = re.compile(r"</think(?:ing)?>\s*")


def split_reasoning(text: str) -> tuple[str, str]:
    """(reasoning, answer) of a text with reasoning marked `<think>…</think>`; the opening tag may be in the prompt."""
    opened = _OPEN.match(text)
    closed = _CLOSE.search(text)
    if closed is not None and (opened or "<think" not in text[: closed.start()]):
        return text[opened.end() if opened else 0 : closed.start()].strip(), text[closed.end() :]
    return (text[opened.end() :].strip() or "…", "") if opened else ("", text)


def loops(text: str) -> bool:
    """Whether the end of a text only repeats a short text, with or without spaces."""
    if len(text) < LOOP_LENGTH:
        return False
    tail = text[-LOOP_LENGTH:]
    return any(tail[period:] == tail[:-period] for period in range(1, LOOP_PERIOD + 1))


class Pieces:
    """Receives the pieces of one answer and passes on those that belong to the answer itself."""

    def __init__(self, show: OnText | None, check: Callable[[], None], stop: Callable[[str], Exception]) -> None:
        """`check` may raise to end the answer; `stop` makes the exception to raise for a text that repeats itself."""
        self._show = show
        self._check = check
        self._stop = stop
        self._text = ""
        self._checked = 0
        self._shown = 0
        self._state = "start"

    def __call__(self, piece: str) -> None:
        """Take one piece."""
        self._check()
        self._text += piece
        if len(self._text) - self._checked >= CHECK_EVERY:
            self._checked = len(self._text)
            if loops(self._text):
                raise self._stop(self._text)
        if self._show is not None:
            self._pass_on(self._show)

    def finish(self) -> None:
        """Pass on what was held back as the possible beginning of a tag."""
        if self._show is not None and self._state == "start" and self._text:
            self._state = "answer"
            self._show(self._text)

    def _pass_on(self, show: OnText) -> None:
        if self._state == "start":
            beginning = self._text.lstrip()
            if _OPEN.match(self._text):
                self._state = "reasoning"
            elif not any(tag.startswith(beginning) for tag in ("<think>", "<thinking>")):
                self._state = "answer"
        if self._state == "reasoning" and (closed := _CLOSE.search(self._text)):
            self._state, self._shown = "space", closed.end()
        if self._state == "space":
            rest = self._text[self._shown :]
            self._shown += len(rest) - len(rest.lstrip())
            self._state = "answer" if rest.strip() else "space"
        if self._state == "answer" and len(self._text) > self._shown:
            new, self._shown = self._text[self._shown :], len(self._text)
            show(new)
