"""Messages to models and their replies, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Finish = Literal["stop", "length", "interrupted", "filtered", "tool"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model: the role is system, user or assistant."""

    role: str
    content: str

    def as_json(self) -> dict[str, str]:
        """The JSON form that providers and run records share."""
        return {"role": self.role, "content": self.content}


@dataclass(frozen=True, slots=True)
class Asking:
    """What a prompt states of a request: its id, a temperature, a limit of output tokens, and the least context window.

    `None` and 0 leave the settings in force.
    """

    prompt: str = ""
    temperature: float | None = None
    max_output_tokens: int = 0
    least_window: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's reply: text, input and output tokens (`counted` by the model, else estimated), seconds, and finish reason.

    `reasoning` is what the model thought aloud before its answer; `detail` are the words of a refusal or the name of a tool
    that it asked for; `notes` are for the user.
    """

    text: str
    input_tokens: int
    output_tokens: int
    seconds: float
    finish: Finish = "stop"
    counted: bool = True
    cost: float | None = None
    cached: bool = False
    detail: str = ""
    reasoning: str = ""
    notes: tuple[str, ...] = ()

    @property
    def tokens_per_second(self) -> float:
        """Output tokens per second; 0 when no time was measured."""
        return self.output_tokens / self.seconds if self.seconds > 0 else 0.0


def merged_system(messages: Sequence[Message]) -> list[Message]:
    """The messages with the system text prepended to the first other message, for templates without a system role."""
    system = "\n\n".join(m.content for m in messages if m.role == "system")
    others = [m for m in messages if m.role != "system"]
    if not system or not others:
        return others or list(messages)
    return [Message(others[0].role, f"{system}\n\n{others[0].content}"), *others[1:]]
