"""The Responses API of OpenAI, answered from the repository; see `openai_api`."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from codeassist.deadline import SILENT
from codeassist.http.asking import stream
from codeassist.http.routes.openai_common import (
    MODEL,
    STREAM,
    Long,
    Part,
    answering,
    conversation,
    event_data,
    repository_of,
    text_of,
)
from codeassist.http.state import run

router = APIRouter(tags=["openai"])


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


@router.post("/v1/responses", responses=STREAM, response_model=None)
async def responses(request: Request, body: ResponseRequest) -> Response | dict[str, Any]:
    """The answer to an input, in the form of the Responses API; nothing is stored under its id."""
    repository = repository_of(request, body.model)
    given = [("user", body.input)] if isinstance(body.input, str) else [(m.role, text_of(m.content)) for m in body.input]
    question, history = conversation(given)
    task = answering(request, repository, question, history)
    value = _response(body.model)
    if body.stream:
        return StreamingResponse(_response_events(request, task, value), media_type="text/event-stream")
    result = await run(request, lambda cancel: task(SILENT, cancel))
    return _completed(value, result, _message(_message_id(), result["text"]))


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


def _message(number: str, text: str | None, status: str = "completed") -> dict[str, Any]:
    """The item of the output with this id; without content while there is no text."""
    content = [] if text is None else [_part(text)]
    return {"id": number, "type": "message", "role": "assistant", "status": status, "content": content}


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _message_id() -> str:
    return f"msg_{uuid.uuid4().hex}"


def _completed(value: dict[str, Any], result: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
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
        return f"event: {kind}\n" + event_data({"type": kind, "sequence_number": number - 1} | data)

    item, sent = _message_id(), False
    place: dict[str, Any] = {"item_id": item, "output_index": 0, "content_index": 0}

    def delta(text: str) -> str:
        return event("response.output_text.delta", delta=text, **place, logprobs=[])

    yield event("response.created", response=value)
    yield event("response.in_progress", response=value)
    yield event("response.output_item.added", output_index=0, item=_message(item, None, "in_progress"))
    yield event("response.content_part.added", part=_part(""), **place)
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
            text = data["text"]
            message = _message(item, text)
            yield event("response.output_text.done", text=text, **place, logprobs=[])
            yield event("response.content_part.done", part=_part(text), **place)
            yield event("response.output_item.done", output_index=0, item=message)
            yield event("response.completed", response=_completed(value, data, message))
