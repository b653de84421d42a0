"""An HTTP server on the loopback device that runs in a thread while a test needs it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class LoopbackHandler(BaseHTTPRequestHandler):
    """Answers in chunks, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.answer("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_GET(self) -> None:
        self.answer("GET", None)

    def answer(self, method: str, body: Any) -> None:
        """Answer a request; `body` is its JSON, None without one."""
        self.send_error(501)

    def send_chunk(self, data: bytes) -> None:
        """Send a part of a body in chunks."""
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


class LoopbackServer(ThreadingHTTPServer):
    """A server at a free port."""

    daemon_threads = True

    def __init__(self, handler: type[LoopbackHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)

    def handle_error(self, *_: object) -> None:
        """Ignore clients that disconnect."""


@contextmanager
def running(server: LoopbackServer) -> Iterator[str]:
    """The address of a server, without the scheme, while it answers."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
