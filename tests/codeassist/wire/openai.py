"""Answers of OpenAI's chat completions and its Responses API."""

from __future__ import annotations

from typing import Any

from tests.codeassist.wire.server import Answer, events, pieces_of, whole


def chat(
    text: str = "", finish: str | None = "stop", *, delta: dict[str, Any] | None = None, mistral: bool = False, **how: Any
):
    """A stream of chat completions as OpenAI, vLLM, llama.cpp, LM Studio and TGI send it; Mistral has the usage in its end."""
    usage = {"usage": {"prompt_tokens": 21, "completion_tokens": 9, "total_tokens": 30}}

    def event(choices, **more):
        return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": choices} | more

    parts = [event([{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}])]
    parts += [event([{"index": 0, "delta": {"content": p}, "finish_reason": None}]) for p in pieces_of(text) if p]
    if delta:
        parts.append(event([{"index": 0, "delta": delta, "finish_reason": None}]))
    if finish:
        parts.append(event([{"index": 0, "delta": {}, "finish_reason": finish}], **(usage if mistral else {})))
    if finish and not mistral:
        parts.append(event([], **usage))
    return events(*parts, done=bool(finish), **how)


def chat_whole(text: str, finish: str = "stop") -> Answer:
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": 21, "completion_tokens": 9, "total_tokens": 30}
    choices = [{"index": 0, "message": message, "finish_reason": finish}]
    return whole({"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": choices, "usage": usage})


def responses(text: str, *, incomplete: str = "", refusal: str = "") -> Answer:
    """A stream of OpenAI's Responses API."""
    response = {
        "id": "r",
        "object": "response",
        "created_at": 0,
        "model": "m",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "temperature": None,
        "top_p": None,
        "status": "in_progress",
    }
    item = {"id": "i", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
    place = {"item_id": "i", "output_index": 0, "content_index": 0}
    kind = "refusal" if refusal else "output_text"
    part = {"type": "refusal", "refusal": refusal} if refusal else {"type": "output_text", "text": text, "annotations": []}
    empty = part | ({"refusal": ""} if refusal else {"text": ""})
    values: list[dict[str, Any]] = [
        {"type": "response.created", "response": response},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.content_part.added", **place, "part": empty},
    ]
    field_name = "refusal" if refusal else "text"
    values += [
        {"type": f"response.{kind}.delta", **place, "delta": p, **({} if refusal else {"logprobs": []})}
        for p in pieces_of(refusal or text)
    ]
    values += [
        {"type": f"response.{kind}.done", **place, field_name: refusal or text, **({} if refusal else {"logprobs": []})},
        {"type": "response.content_part.done", **place, "part": part},
        {
            "type": "response.output_item.done",
            "output_index": 0,
            "item": item | {"status": "completed", "content": [part]},
        },
    ]
    usage = {
        "input_tokens": 21,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 9,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 30,
    }
    ended = response | {
        "status": "incomplete" if incomplete else "completed",
        "incomplete_details": {"reason": incomplete} if incomplete else None,
        "output": [item | {"status": "completed", "content": [part]}],
        "usage": usage,
    }
    values.append({"type": "response.incomplete" if incomplete else "response.completed", "response": ended})
    return events(*[value | {"sequence_number": n} for n, value in enumerate(values)], named=True)
