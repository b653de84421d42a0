"""Answers of Google's Gemini API."""

from __future__ import annotations

from typing import Any

from tests.codeassist.wire.server import Answer, error, events, pieces_of


def google(text: str = "", finish: str | None = "STOP", *, call: dict[str, Any] | None = None, blocked: str = "") -> Answer:
    """A stream of Gemini's `streamGenerateContent?alt=sse`; `blocked` is the reason why the prompt was blocked."""
    usage = {"promptTokenCount": 21, "candidatesTokenCount": 9, "totalTokenCount": 30}
    if blocked:
        return events(
            {"promptFeedback": {"blockReason": blocked}, "usageMetadata": {"promptTokenCount": 21, "totalTokenCount": 21}}
        )
    parts: list[dict[str, Any]] = [{"text": piece} for piece in pieces_of(text) if piece]
    if call:
        parts.append({"functionCall": call})
    values = [
        {
            "candidates": [{"content": {"role": "model", "parts": [part]}, "index": 0}],
            "usageMetadata": usage,
            "modelVersion": "m",
        }
        for part in parts
    ] or [{"candidates": [{"content": {"role": "model"}, "index": 0}], "usageMetadata": usage, "modelVersion": "m"}]
    if finish:
        values[-1]["candidates"][0]["finishReason"] = finish
    return events(*values)


def google_error(status: int, kind: str, message: str) -> Answer:
    return error(status, {"error": {"code": status, "message": message, "status": kind}})
