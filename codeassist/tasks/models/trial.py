"""Ask a model one short question and measure the time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import msgspec

from codeassist.config import Config
from codeassist.errors import UsageError
from codeassist.models.messages import Message, Reply
from codeassist.models.session import open_session

LENGTH = 64
"""The most tokens of the answer."""

QUESTION = "Answer with one short sentence: what does a unit test check?"


@dataclass(frozen=True, slots=True)
class ModelTrial:
    """The reply, with the seconds until the model was loaded and from then until its first token."""

    model: str
    context_window: int
    reply: Reply
    load_seconds: float
    first_token_seconds: float

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.models-test/1`."""
        return {
            "schema": "codeassist.models-test/1",
            "model": self.model,
            "text": self.reply.text,
            "load_seconds": round(self.load_seconds, 3),
            "first_token_seconds": round(self.first_token_seconds, 3),
            "seconds": round(self.reply.seconds, 3),
            "output_tokens": self.reply.output_tokens,
            "tokens_per_second": round(self.reply.tokens_per_second, 1),
            "context_window": self.context_window,
        }


def try_model(config: Config) -> ModelTrial:
    """Ask the configured model one short question. Raises `UsageError` if none is configured, and `ModelError`."""
    started = time.perf_counter()
    short = msgspec.structs.replace(config.model, max_output_tokens=LENGTH)
    session = open_session(msgspec.structs.replace(config, model=short), "ask")
    if session is None:
        if reason := config.refused.get("model.name"):
            raise UsageError(reason)
        raise UsageError("No model is configured; name one: codeassist models test openai:gpt-5-mini.")
    session.warm_up()
    ready = time.perf_counter()
    first: list[float] = []

    def arrived(_: str) -> None:
        if not first:
            first.append(time.perf_counter())

    reply = session.ask([Message("user", QUESTION)], on_text=arrived)
    first_token_seconds = first[0] - ready if first else reply.seconds
    return ModelTrial(session.model.name, session.model.context_window, reply, ready - started, first_token_seconds)
