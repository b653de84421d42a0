"""What every language model offers, and how one is loaded by its configured name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from codeassist.models.messages import Message, Reply

OnText = Callable[[str], None]
"""Gets each piece of an answer as it comes."""

NO_MODEL = ("", "none")


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked: messages, how freely and how long to answer, and the JSON schema to keep to, if any."""

    messages: Sequence[Message]
    temperature: float = 0.0
    max_output_tokens: int = 1_024
    schema: Mapping[str, Any] | None = None
    seed: int = 0


class ChatModel(Protocol):
    """A language model. `remote` says that what it is told goes over a connection."""

    name: str
    remote: bool
    context_window: int
    counts_tokens: bool

    def count_tokens(self, text: str) -> int:
        """How many tokens a text takes: the model's own count where `counts_tokens`, else an estimate that leans high."""
        ...

    def generate(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Answer; pieces go to `on_text` as they come. An interrupt ends with what was said.

        Raises `ModelError` with one sentence that says what failed and what mends it.
        """
        ...


def is_remote(name: str) -> bool:
    """Whether a configured name means a model that is reached over a connection."""
    return name not in NO_MODEL and not name.startswith("local:")
