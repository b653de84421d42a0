"""Answers of Anthropic's messages API."""

from __future__ import annotations

import json
from typing import Any

from tests.codeassist.wire.server import Answer, error, events, pieces_of


def anthropic(text: str = "", stop: str | None = "end_turn", *, tool: dict[str, Any] | None = None) -> Answer:
    """A stream of Anthropic's messages API; without `stop` it ends early."""
    usage = {"input_tokens": 21, "output_tokens": 1, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    message = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    block: dict[str, Any] = {"type": "text", "text": ""}
    deltas: list[dict[str, Any]] = [{"type": "text_delta", "text": piece} for piece in pieces_of(text) if piece]
    if tool is not None:
        block = {"type": "tool_use", "id": "t", "name": tool["name"], "input": {}}
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces_of(json.dumps(tool["input"]))]
    values: list[dict[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "ping"},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
    ]
    if stop is not None:
        values += [
            {"type": "content_block_stop", "index": 0},
            {
                "type": "message_delta",
                "delta": {"stop_reason": stop, "stop_sequence": None},
                "usage": usage | {"output_tokens": 9},
            },
            {"type": "message_stop"},
        ]
    return events(*values, named=True)


def anthropic_error(status: int, kind: str, message: str) -> Answer:
    return error(status, {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req"})
