"""Test doubles for code that builds on codeassist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from codeassist.errors import ModelError
from codeassist.models.chat import OnText, Request
from codeassist.models.messages import Reply
from codeassist.models.token_estimate import estimate

Answer = str | Exception | Callable[[Request], str]


class ScriptedChat:
    """A chat model that returns scripted answers in order and records its requests.

    An answer is a text, an exception to raise, or a function of the request. Raises `ModelError` after the last answer.
    """

    counts_tokens = True

    def __init__(
        self, answers: Sequence[Answer], *, name: str = "scripted:double", remote: bool = False, context_window: int = 16_384
    ) -> None:
        """Set the answers and the model's attributes."""
        self.name = name
        self.remote = remote
        self.context_window = context_window
        self.requests: list[Request] = []
        self._answers: Iterator[Answer] = iter(answers)

    def count_tokens(self, text: str) -> int:
        """An estimate, see `token_estimate`."""
        return estimate(text)

    def generate(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Return the next answer; `on_text` receives it line by line."""
        self.requests.append(request)
        answer = next(self._answers, None)
        if answer is None:
            raise ModelError("The script has no more answers.")
        if isinstance(answer, Exception):
            raise answer
        text = answer if isinstance(answer, str) else answer(request)
        if on_text is not None:
            for piece in text.splitlines(keepends=True):
                on_text(piece)
        input_tokens = sum(estimate(m.content) for m in request.messages)
        return Reply(text, input_tokens, estimate(text), 0.0)
