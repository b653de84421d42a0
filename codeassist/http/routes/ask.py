"""Questions: as JSON, as server-sent events, and in the plain form that simple scripts use."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from codeassist.http.asking import answer, stream
from codeassist.http.routes.search import Globs, Text
from codeassist.http.state import Repo, run, safe_json, state_of
from codeassist.printable import json_text
from codeassist.tasks.ask.follow_up import Exchange

router = APIRouter(tags=["ask"])

Long = Annotated[str, StringConstraints(max_length=200_000)]


class Earlier(BaseModel):
    """An earlier question and its answer."""

    model_config = ConfigDict(extra="forbid")

    question: Long
    answer: Long


class Question(BaseModel):
    """A question. With `stream`, or `Accept: text/event-stream`, the answer is a stream of events."""

    model_config = ConfigDict(extra="forbid")

    question: Text
    history: list[Earlier] = Field([], max_length=50)
    paths: Globs = []
    stream: bool = False
    full: bool = False
    model: bool = True
    judge: bool = False
    strategy: Literal["", "auto", "direct", "steps", "vote", "decompose", "explore"] = ""


class Plain(BaseModel):
    """A prompt, and the earlier exchanges as pairs of question and answer."""

    prompt: Text
    history: list[tuple[Long, Long]] = Field([], max_length=50)


EVENT = {"type": "object", "properties": {"event": {"type": "string"}, "data": {"type": "string"}}}
"""The schema of an event of a stream."""

_STREAM = {200: {"content": {"text/event-stream": {"schema": EVENT}}}}


@router.post("/v1/ask", responses=_STREAM, response_model=None)  # type: ignore[arg-type]
async def ask(request: Request, body: Question, repository: Repo) -> Response | dict[str, Any]:
    """An answer with citations (schema `codeassist.ask/1`).

    Events of a stream: `step` and `note` (`{"text"}`), `text` (a piece of the answer), then `result` (the whole) or `error`.
    """
    state = state_of(request)
    history = [Exchange(e.question, e.answer) for e in body.history]
    how: dict[str, Any] = {"full": body.full, "judge": body.judge, "strategy": body.strategy, "model": body.model}

    def task(events: Any, cancel: Any) -> dict[str, Any]:
        result = answer(state, repository, body.question, cancel, events=events, history=history, paths=body.paths, **how)
        return safe_json(result.as_json()) | {"repository": repository.name, "run": result.run.id if result.run else None}

    if body.stream or "text/event-stream" in request.headers.get("accept", ""):
        return StreamingResponse(_events(request, task), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
    from codeassist.deadline import SILENT

    return await run(request, lambda cancel: task(SILENT, cancel))


async def _events(request: Request, task: Any) -> AsyncIterator[str]:
    async for kind, data in stream(request, task):
        yield sse(kind, data)


def sse(kind: str, data: Any) -> str:
    """An event in the format of server-sent events; `alive` is a comment."""
    if kind == "alive":
        return ": alive\n\n"
    return f"event: {kind}\ndata: {json_text(data, indent=None)}\n\n"


@router.post("/")
async def plain(request: Request, body: Plain, repository: Repo) -> dict[str, Any]:
    """The answer to a prompt as `{"response", "history", "status", "time"}`."""
    state = state_of(request)
    history = [Exchange(question, reply) for question, reply in body.history]
    started = time.time()
    result = await run(request, lambda cancel: answer(state, repository, body.prompt, cancel, history=history))
    text = safe_json(result.answer.text)
    return {
        "response": text,
        "history": [*body.history, (body.prompt, text)],
        "status": 200,
        "time": datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
    }
