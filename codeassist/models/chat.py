"""The interface of language models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from codeassist.config import NO_MODEL
from codeassist.models.messages import Message, Reply

OnText = Callable[[str], None]
"""Receives each piece of an answer as it is streamed."""


def silent(_: str) -> None:
    """No note."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a model: messages, output limit and, for a structured answer, its JSON schema.

    A `temperature` of None is not sent: the model's own default applies. `note` receives what the user should know while the
    model works, such as how long it reads: a model is shared by requests that run at once.
    """

    messages: Sequence[Message]
    temperature: float | None = None
    max_output_tokens: int = 1_024
    schema: Mapping[str, Any] | None = None
    seed: int = 0
    note: Callable[[str], None] = field(default=silent, compare=False)


class ChatModel(Protocol):
    """A language model. `remote` is true if requests go over a network connection."""

    name: str
    remote: bool
    counts_tokens: bool

    @property
    def context_window(self) -> int:
        """The tokens that messages and answer may take together."""
        ...

    def count_tokens(self, text: str) -> int:
        """The number of tokens of a text: the model's own count if `counts_tokens`, else a conservative estimate."""
        ...

    def generate(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Answer a request; `on_text` receives pieces as they are streamed. An interrupt returns the text so far.

        Raises `ModelError` with one sentence that states the failure and its fix.
        """
        ...


def is_remote(name: str) -> bool:
    """Whether a configured name denotes a model that is reached over a network connection."""
    return name not in NO_MODEL and not name.startswith("local:")
