"""What is said to a model and what comes back: plain data that prompts make and models take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Finish = Literal["stop", "length", "interrupted", "filtered"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model: the role is system, user or assistant."""

    role: str
    content: str

    def as_json(self) -> dict[str, str]:
        """The form that providers and runs share."""
        return {"role": self.role, "content": self.content}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said: its text, tokens in and out (`counted` by the model or else estimated), seconds, and how it ended."""

    text: str
    input_tokens: int
    output_tokens: int
    seconds: float
    finish: Finish = "stop"
    counted: bool = True
    cost: float | None = None
    cached: bool = False

    @property
    def tokens_per_second(self) -> float:
        """How fast the answer came; 0 when no time was taken."""
        return self.output_tokens / self.seconds if self.seconds > 0 else 0.0
