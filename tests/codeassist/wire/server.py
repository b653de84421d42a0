"""A loopback server that answers byte for byte as a test says."""

from __future__ import annotations

import json
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.codeassist.loopback import LoopbackHandler, LoopbackServer, running

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


class Handler(LoopbackHandler):
    def answer(self, method, body):
        server = self.server
        server.seen.calls.append((method, self.path, body))
        server.seen.headers.append({k.title(): v for k, v in self.headers.items()})
        given = next((answer for path, answer in server.by_path.items() if self.path.startswith(path)), None)
        if given is None and method == "GET":
            given = error(404, {"error": "not found"})
        if given is None:
            given = server.answers.popleft() if len(server.answers) > 1 else server.answers[0]
        answer: Answer = given(body) if callable(given) else given
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")  # so that client libraries leave no sockets open
        self.end_headers()
        for chunk in answer.chunks:
            self.send_chunk(chunk)
        if answer.cut:
            self.close_connection = True
            self.connection.close()
        else:
            self.wfile.write(b"0\r\n\r\n")


@contextmanager
def answering(*answers: Any, by_path: dict[str, Any] | None = None):
    """(address without a path, what was asked) of a server; `by_path` answers paths by their beginning, the rest take turns."""
    with LoopbackServer(Handler) as server:
        server.answers, server.by_path, server.seen = deque(answers), by_path or {}, Seen()
        with running(server) as address:
            yield f"http://{address}", server.seen


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
