"""Answers of Ollama."""

from __future__ import annotations

from typing import Any

from tests.codeassist.wire.server import lines, pieces_of, whole


def ollama(text: str = "", done: str | None = "stop", *, calls: Any = None):
    """What Ollama's /api/chat answers, streaming or not, as asked."""

    def answer(body):
        end = {"done": True, "done_reason": done, "total_duration": 5, "prompt_eval_count": 21, "eval_count": 9}
        frame = {"model": body["model"], "created_at": "2026-01-01T00:00:00Z"}
        extra = {"tool_calls": calls} if calls else {}
        if body.get("stream") is False:
            return whole(frame | {"message": {"role": "assistant", "content": text} | extra} | end)
        values = [
            frame | {"message": {"role": "assistant", "content": piece}, "done": False} for piece in pieces_of(text) if piece
        ]
        if calls:
            values.append(frame | {"message": {"role": "assistant", "content": ""} | extra, "done": False})
        if done is not None:
            values.append(frame | {"message": {"role": "assistant", "content": ""}} | end)
        return lines(*values)

    return answer
