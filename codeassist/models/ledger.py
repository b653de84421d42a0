"""The calls to models of one run, and what they took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from codeassist.models.messages import Message, Reply


@dataclass(slots=True)
class Call:
    """One call to a model, as runs record it: the messages sent and the reply."""

    messages: Sequence[Message]
    reply: Reply
    masked: int = 0
    prompt: str = ""


@dataclass(slots=True)
class Ledger:
    """The calls of a run and their total usage."""

    calls: list[Call] = field(default_factory=list)

    @property
    def input_tokens(self) -> int:
        """Tokens sent, without cached answers."""
        return sum(call.reply.input_tokens for call in self.calls if not call.reply.cached)

    @property
    def output_tokens(self) -> int:
        """Tokens received, without cached answers."""
        return sum(call.reply.output_tokens for call in self.calls if not call.reply.cached)

    @property
    def cost(self) -> float | None:
        """Total cost in US dollars, or None when a call's price is unknown."""
        costs = [call.reply.cost for call in self.calls if not call.reply.cached]
        return None if any(cost is None for cost in costs) else float(sum(cost or 0.0 for cost in costs))

    @property
    def seconds(self) -> float:
        """Time spent waiting for the model."""
        return sum(call.reply.seconds for call in self.calls)

    @property
    def masked(self) -> int:
        """How many secrets were masked before sending."""
        return sum(call.masked for call in self.calls)

    @property
    def cached(self) -> int:
        """How many answers came from the cache."""
        return sum(call.reply.cached for call in self.calls)

    def as_json(self) -> dict[str, Any]:
        """The `usage` part of JSON forms: tokens, cost in US dollars or null, seconds, calls, cached calls, masked secrets."""
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cost": self.cost,
            "seconds": round(self.seconds, 3),
            "calls": len(self.calls),
            "cached": self.cached,
            "masked": self.masked,
        }
