"""What both APIs of OpenAI share: models, messages, the task that answers, its events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from codeassist.deadline import Cancel, Events
from codeassist.errors import UsageError
from codeassist.http.asking import answer
from codeassist.http.failures import ServerError
from codeassist.http.routes.ask import EVENT
from codeassist.http.state import repository_named, safe_json, state_of
from codeassist.printable import json_text
from codeassist.repositories import Repository
from codeassist.tasks.ask import AskResult
from codeassist.tasks.ask.follow_up import Exchange

MODEL = "codeassist"
Long = Annotated[str, StringConstraints(max_length=200_000)]
STREAM: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {"schema": EVENT}}}}


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, StringConstraints(max_length=50)]
    text: Long = ""


def model_names(request: Request) -> list[str]:
    """The names of the models that a client may ask."""
    access = request.scope["access"]
    names = [f"{MODEL}/{r.name}" for r in state_of(request).repositories if access.permits(r.name)]
    return [MODEL, *names] if len(names) == 1 else names


def repository_of(request: Request, model: str) -> Repository:
    """The repository that a model stands for. Raises `ServerError` for an unknown model."""
    kind, _, name = model.partition("/")
    if kind != MODEL:
        raise ServerError(404, f"There is no model '{model[:100]}'; there is {', '.join(model_names(request))}.")
    return repository_named(request, name)


def text_of(content: str | Sequence[Part] | None) -> str:
    """The text of a message."""
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(part.text for part in content if part.text)


def conversation(messages: Sequence[tuple[str, str]]) -> tuple[str, list[Exchange]]:
    """(the last question, the exchanges before it). Instructions of a system have no effect: the prompts are files."""
    spoken = [(role, text) for role, text in messages if role in ("user", "assistant") and text.strip()]
    if not spoken or spoken[-1][0] != "user":
        raise UsageError("The last message must be a question of the role 'user'.")
    history: list[Exchange] = []
    asked = ""
    for role, text in spoken[:-1]:
        if role == "user":
            asked = f"{asked}\n{text}".strip()
        elif asked:
            history.append(Exchange(asked, text))
            asked = ""
    return f"{asked}\n{spoken[-1][1]}".strip(), history


def answering(request: Request, repository: Repository, question: str, history: Sequence[Exchange]) -> Any:
    """What answers a question with the exchanges before it: (events, cancel) -> text, sources, finish, usage, result."""
    state = state_of(request)

    def task(events: Events, cancel: Cancel) -> dict[str, Any]:
        result = answer(state, repository, question, cancel, events=events, history=history)
        return {
            "text": safe_json(result.answer.text) + sources(result),
            "sources": sources(result),
            "finish": "length" if result.answer.finish == "length" else "stop",
            "usage": _usage(result),
            "codeassist": safe_json(result.as_json()),
        }

    return task


def sources(result: AskResult) -> str:
    """The citations of an answer as lines after its text."""
    lines = [f"[{c.n}] {c.path}:{c.start_line}-{c.end_line}" for c in result.answer.citations]
    return "\n\nSources:\n" + "\n".join(lines) if lines else ""


def _usage(result: AskResult) -> dict[str, int]:
    ledger = result.ledger
    given, made = (ledger.input_tokens, ledger.output_tokens) if ledger is not None else (0, 0)
    return {"prompt_tokens": given, "completion_tokens": made, "total_tokens": given + made}


def event_data(value: Any) -> str:
    """A server-sent event with a JSON value."""
    return f"data: {json_text(value, indent=None)}\n\n"
