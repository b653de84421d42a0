"""A loopback server with OpenAI's chat protocol that streams, fails, hangs or closes the connection as a test scripts it."""

from __future__ import annotations

import json
import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.codeassist.loopback import LoopbackHandler, LoopbackServer, running


@dataclass
class Script:
    """The server's replies to successive requests; the last entry is repeated."""

    replies: deque = field(default_factory=deque)
    seen: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def then(self, *replies: Any) -> None:
        self.replies.extend(replies)


@dataclass(frozen=True)
class Fails:
    """An HTTP error with a message and a code; `retry_ms` is the delay before the client retries."""

    status: int
    message: str = "no"
    code: str = ""
    retry_ms: int | None = None


@dataclass(frozen=True)
class Breaks:
    """Closes the connection after some text."""

    text: str


@dataclass(frozen=True)
class Hangs:
    """Sends nothing until the test sets the event."""

    until: threading.Event


class Handler(LoopbackHandler):
    def answer(self, method, body):
        if method != "POST":
            super().answer(method, body)
            return
        script: Script = self.server.script
        script.seen.append(body)
        script.headers.append({k.title(): v for k, v in self.headers.items()})
        reply = script.replies.popleft() if len(script.replies) > 1 else script.replies[0]
        if callable(reply):
            reply = reply(body)
        if isinstance(reply, Hangs):
            reply.until.wait(20)
            self.close_connection = True
            return
        if isinstance(reply, Fails):
            self._json(reply.status, {"error": {"message": reply.message, "type": "x", "code": reply.code}}, reply.retry_ms)
        elif body.get("stream"):
            self._stream(reply, body)
        else:
            raise AssertionError("the client did not ask for a stream")

    def _json(self, status, value, retry_ms):
        payload = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        if retry_ms is not None:
            self.send_header("retry-after-ms", str(retry_ms))
        self.end_headers()
        self.wfile.write(payload)

    def _stream(self, reply, body):
        text, finish = (
            (reply.text, None) if isinstance(reply, Breaks) else reply if isinstance(reply, tuple) else (reply, "stop")
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]}, body)
        for start in range(0, len(text), 7):
            self._event({"choices": [{"index": 0, "delta": {"content": text[start : start + 7]}, "finish_reason": None}]}, body)
        if finish is None:
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
            return
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}, body)
        if (body.get("stream_options") or {}).get("include_usage"):
            self._event({"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}}, body)
        self.send_chunk(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _event(self, value, body):
        value = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": body["model"]} | value
        self.send_chunk(f"data: {json.dumps(value)}\n\n".encode())


@contextmanager
def serving(*replies: Any, tls: Any = None):
    """(address, script) of a running server."""
    with LoopbackServer(Handler) as server:
        server.script = Script(deque(replies))
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        with running(server) as address:
            yield f"{'https' if tls else 'http'}://{address}/v1", server.script
