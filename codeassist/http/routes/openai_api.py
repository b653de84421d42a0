"""The API of OpenAI, as far as its clients need it: models, chat completions and responses, answered from the repository.

The model `codeassist` is the only repository of a server, `codeassist/NAME` one of several. Retrieval, prompts and checks are
those of `ask`; the citations follow the text, and the whole result is in the field `codeassist`.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from codeassist.deadline import SILENT
from codeassist.http.asking import stream
from codeassist.http.failures import ServerError
from codeassist.http.routes.openai_common import (
    MODEL,
    STREAM,
    Long,
    Part,
    answering,
    conversation,
    event_data,
    model_names,
    repository_of,
    text_of,
)
from codeassist.http.state import run

router = APIRouter(tags=["openai"])


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


@router.get("/v1/models")
async def models(request: Request) -> dict[str, Any]:
    """The models: one for each repository."""
    return {"object": "list", "data": [_model(name) for name in model_names(request)]}


@router.get("/v1/models/{name:path}")
async def model(request: Request, name: str) -> dict[str, Any]:
    """One model."""
    if name not in model_names(request):
        raise ServerError(404, "There is no such model.")
    return _model(name)


@router.post("/v1/chat/completions", responses=STREAM, response_model=None)
async def chat(request: Request, body: ChatRequest) -> Response | dict[str, Any]:
    """The answer to the last message of a conversation."""
    repository = repository_of(request, body.model)
    question, history = conversation([(m.role, text_of(m.content)) for m in body.messages])
    task = answering(request, repository, question, history)
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


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "codeassist"}


async def _chunks(request: Request, task: Any, model: str, *, usage: bool) -> AsyncIterator[str]:
    head = {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": model,
    }

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        return event_data(head | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]} | more)

    yield chunk({"role": "assistant", "content": ""})
    sent = False
    async for kind, data in stream(request, task):
        if kind == "text":
            sent = True
            yield chunk({"content": data["text"]})
        elif kind == "alive":
            yield ": alive\n\n"
        elif kind == "error":
            yield event_data({"error": data})
        elif kind == "result":
            yield chunk({"content": data["sources"] if sent else data["text"]})
            yield chunk({}, data["finish"], codeassist=data["codeassist"])
            if usage:
                yield event_data(head | {"choices": [], "usage": data["usage"]})
            yield "data: [DONE]\n\n"
