"""A loopback server that answers byte for byte as a test says, and the wire formats of the providers as it would send them."""

from __future__ import annotations

import json
import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SSE = "text/event-stream"
JSON = "application/json"
NDJSON = "application/x-ndjson"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; `chunks` are sent one by one, and with `cut` the connection closes without the end of the body."""

    chunks: tuple[bytes, ...]
    kind: str = SSE
    status: int = 200
    cut: bool = False
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Seen:
    """What the server was asked: (method, path, body) of each request."""

    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [body for method, _, body in self.calls if method == "POST"]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._respond("POST", body)

    def do_GET(self):
        self._respond("GET", None)

    def _respond(self, method, body):
        server = self.server
        server.seen.calls.append((method, self.path, body))
        server.seen.headers.append({k.title(): v for k, v in self.headers.items()})
        told = next((answer for path, answer in server.told.items() if self.path.startswith(path)), None)
        if told is None and method == "GET":
            told = error(404, {"error": "not found"})
        if told is None:
            told = server.answers.popleft() if len(server.answers) > 1 else server.answers[0]
        answer: Answer = told(body) if callable(told) else told
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")  # so that client libraries leave no sockets open
        self.end_headers()
        for chunk in answer.chunks:
            self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
            self.wfile.flush()
        if answer.cut:
            self.close_connection = True
            self.connection.close()
        else:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Ignore clients that disconnect."""


@contextmanager
def answering(*answers: Any, told: dict[str, Any] | None = None):
    """(address without a path, what was asked) of a server; `told` answers paths by their beginning, the rest take turns."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.answers, server.told, server.seen = deque(answers), told or {}, Seen()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", server.seen
        finally:
            server.shutdown()
            thread.join()


def whole(value: Any, status: int = 200, **how: Any) -> Answer:
    return Answer((json.dumps(value).encode(),), JSON, status, **how)


def error(status: int, value: Any, **how: Any) -> Answer:
    """An error with its provider's JSON body; asked again after a millisecond where the status invites to."""
    return whole(value, status, headers=(("retry-after-ms", "1"),), **how)


HTML = Answer((b"<!DOCTYPE html><html><body>Welcome to nginx</body></html>",), "text/html")
NO_ANSWER = Answer(())


def events(*values: Any, named: bool = False, done: bool = False, **how: Any) -> Answer:
    """A stream of server-sent events; `named` adds each event's type, `done` the end marker of OpenAI's protocol."""
    chunks = [((f"event: {value['type']}\n" if named else "") + f"data: {json.dumps(value)}\n\n").encode() for value in values]
    return Answer((*chunks, *([b"data: [DONE]\n\n"] if done else [])), **how)


def lines(*values: Any, **how: Any) -> Answer:
    """Newline-delimited JSON, as Ollama streams."""
    return Answer(tuple(json.dumps(value).encode() + b"\n" for value in values), NDJSON, **how)


def pieces_of(text: str) -> list[str]:
    return [text[start : start + 6] for start in range(0, len(text), 6)] or [""]


# --- OpenAI: chat completions, and the Responses API ---------------------------------------------------------------------


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


# --- Anthropic ------------------------------------------------------------------------------------------------------------


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


# --- Google -----------------------------------------------------------------------------------------------------------------


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


# --- Ollama -----------------------------------------------------------------------------------------------------------------


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
