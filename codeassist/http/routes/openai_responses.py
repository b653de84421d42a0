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
    return _completed(value, result)


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
        return f"event: {kind}\n" + event_data({"type": kind, "sequence_number": number - 1} | data)

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
