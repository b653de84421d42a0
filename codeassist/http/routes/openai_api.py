"""The API of OpenAI, as far as its clients need it: models, chat completions and responses, answered from the repository.

The model `codeassist` is the only repository of a server, `codeassist/NAME` one of several. Retrieval, prompts and checks are
those of `ask`; the citations follow the text, and the whole result is in the field `codeassist`.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from codeassist.deadline import SILENT, Cancel, Events
from codeassist.errors import UsageError
from codeassist.http.asking import answer, stream
from codeassist.http.failures import ServerError
from codeassist.http.routes.ask import EVENT
from codeassist.http.state import repository_named, run, safe_json, state_of
from codeassist.printable import json_text
from codeassist.repositories import Repository
from codeassist.tasks.ask import AskResult
from codeassist.tasks.ask.follow_up import Exchange

router = APIRouter(tags=["openai"])

MODEL = "codeassist"
Long = Annotated[str, StringConstraints(max_length=200_000)]


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, StringConstraints(max_length=50)]
    text: Long = ""


class ChatMessage(BaseModel):
    """A message of a conversation."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Long | list[Part] | None = None


class StreamOptions(BaseModel):
    """What a stream contains besides the text."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A conversation; other parameters of the API are accepted and have no effect."""

    model_config = ConfigDict(extra="allow")

    model: Annotated[str, StringConstraints(max_length=300)] = MODEL
    messages: list[ChatMessage] = Field(min_length=1, max_length=500)
    stream: bool = False
    stream_options: StreamOptions | None = None


class InputMessage(BaseModel):
    """A message of a request for a response."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant"]
    content: Long | list[Part]


class ResponseRequest(BaseModel):
    """The input of a response: a text or messages; other parameters are accepted and have no effect."""

    model_config = ConfigDict(extra="allow")

    model: Annotated[str, StringConstraints(max_length=300)] = MODEL
    input: Long | list[InputMessage]
    stream: bool = False


_STREAM: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {"schema": EVENT}}}}


@router.get("/v1/models")
async def models(request: Request) -> dict[str, Any]:
    """The models: one for each repository."""
    return {"object": "list", "data": [_model(name) for name in _names(request)]}


@router.get("/v1/models/{name:path}")
async def model(request: Request, name: str) -> dict[str, Any]:
    """One model."""
    if name not in _names(request):
        raise ServerError(404, "There is no such model.")
    return _model(name)


@router.post("/v1/chat/completions", responses=_STREAM, response_model=None)
async def chat(request: Request, body: ChatRequest) -> Response | dict[str, Any]:
    """The answer to the last message of a conversation."""
    repository = _repository(request, body.model)
    question, history = _conversation([(m.role, _text(m.content)) for m in body.messages])
    task = _task(request, repository, question, history)
    if body.stream:
        usage = body.stream_options is not None and body.stream_options.include_usage
        return StreamingResponse(_chunks(request, task, body.model, usage=usage), media_type="text/event-stream")
    result = await run(request, lambda cancel: task(SILENT, cancel))
    message = {"role": "assistant", "content": result["text"], "refusal": None}
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body.model,
        "choices": [{"index": 0, "message": message, "finish_reason": result["finish"], "logprobs": None}],
        "usage": result["usage"],
        "codeassist": result["codeassist"],
    }


@router.post("/v1/responses", responses=_STREAM, response_model=None)
async def responses(request: Request, body: ResponseRequest) -> Response | dict[str, Any]:
    """The answer to an input, in the form of the Responses API; nothing is stored under its id."""
    repository = _repository(request, body.model)
    given = [("user", body.input)] if isinstance(body.input, str) else [(m.role, _text(m.content)) for m in body.input]
    question, history = _conversation(given)
    task = _task(request, repository, question, history)
    value = _response(body.model)
    if body.stream:
        return StreamingResponse(_response_events(request, task, value), media_type="text/event-stream")
    result = await run(request, lambda cancel: task(SILENT, cancel))
    return _completed(value, result)


def _names(request: Request) -> list[str]:
    access = request.scope["access"]
    names = [f"{MODEL}/{r.name}" for r in state_of(request).repositories if access.permits(r.name)]
    return [MODEL, *names] if len(names) == 1 else names


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "codeassist"}


def _repository(request: Request, model: str) -> Repository:
    kind, _, name = model.partition("/")
    if kind != MODEL:
        raise ServerError(404, f"There is no model '{model[:100]}'; there is {', '.join(_names(request))}.")
    return repository_named(request, name)


def _text(content: str | Sequence[Part] | None) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(part.text for part in content if part.text)


def _conversation(messages: Sequence[tuple[str, str]]) -> tuple[str, list[Exchange]]:
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


def _task(request: Request, repository: Repository, question: str, history: Sequence[Exchange]) -> Any:
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


async def _chunks(request: Request, task: Any, model: str, *, usage: bool) -> AsyncIterator[str]:
    head = {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": model,
    }

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        return _data(head | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]} | more)

    yield chunk({"role": "assistant", "content": ""})
    sent = False
    async for kind, data in stream(request, task):
        if kind == "text":
            sent = True
            yield chunk({"content": data["text"]})
        elif kind == "alive":
            yield ": alive\n\n"
        elif kind == "error":
            yield _data({"error": data})
        elif kind == "result":
            yield chunk({"content": data["sources"] if sent else data["text"]})
            yield chunk({}, data["finish"], codeassist=data["codeassist"])
            if usage:
                yield _data(head | {"choices": [], "usage": data["usage"]})
            yield "data: [DONE]\n\n"


def _response(model: str) -> dict[str, Any]:
    return {
        "id": f"resp_{uuid.uuid4().hex}",
        "object": "response",
        "created_at": int(time.time()),
        "model": model,
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "output": [],
        "parallel_tool_calls": False,
        "temperature": None,
        "tool_choice": "none",
        "tools": [],
        "top_p": None,
        "store": False,
    }


def _completed(value: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    message = {
        "id": f"msg_{uuid.uuid4().hex}",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": result["text"], "annotations": []}],
    }
    usage = {
        "input_tokens": result["usage"]["prompt_tokens"],
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": result["usage"]["completion_tokens"],
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": result["usage"]["total_tokens"],
    }
    return value | {"status": "completed", "output": [message], "usage": usage, "codeassist": result["codeassist"]}


async def _response_events(request: Request, task: Any, value: dict[str, Any]) -> AsyncIterator[str]:
    number = 0

    def event(kind: str, **data: Any) -> str:
        nonlocal number
        number += 1
        return f"event: {kind}\n" + _data({"type": kind, "sequence_number": number - 1} | data)

    def delta(text: str) -> str:
        place = {"item_id": value["id"], "output_index": 0, "content_index": 0, "logprobs": []}
        return event("response.output_text.delta", delta=text, **place)

    yield event("response.created", response=value)
    sent = False
    async for kind, data in stream(request, task):
        if kind == "text":
            sent = True
            yield delta(data["text"])
        elif kind == "alive":
            yield ": alive\n\n"
        elif kind == "error":
            yield event("error", code=str(data["code"]), message=data["message"], param=None)
        elif kind == "result":
            yield delta(data["sources"] if sent else data["text"])
            yield event("response.completed", response=_completed(value, data))


def _data(value: Any) -> str:
    return f"data: {json_text(value, indent=None)}\n\n"
