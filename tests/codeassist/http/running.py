"""A real server in a thread of the test, on a free port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from codeassist.http.app import make_app
from codeassist.http.serving import listen, options
from codeassist.http.settings import ServerSettings
from codeassist.http.state import ServerState
from codeassist.repositories import Repositories


@dataclass
class Running:
    """A running server: its address, a client, and its state."""

    url: str
    client: httpx.Client
    state: ServerState
    server: uvicorn.Server

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.client.get(path, **how)

    def post(self, path: str, json: Any, **how: Any) -> httpx.Response:
        return self.client.post(path, json=json, **how)

    def events(self, path: str, json: Any) -> list[tuple[str, str]]:
        """The (event, data) pairs of a stream."""
        with self.client.stream("POST", path, json=json) as response:
            assert response.status_code == 200, response.read()
            return list(parsed(response.iter_lines()))


def parsed(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """The (event, data) pairs of server-sent events."""
    kind = "message"
    for line in lines:
        if line.startswith("event: "):
            kind = line[7:]
        elif line.startswith("data: "):
            yield kind, line[6:]
            kind = "message"


@contextmanager
def serving(*roots: Path, **settings: Any) -> Iterator[Running]:
    """A server for these repositories until the end of the block."""
    chosen = ServerSettings(port=0, **settings)
    app = make_app(Repositories(roots), chosen)
    listener = listen(chosen)
    server = uvicorn.Server(uvicorn.Config(app, **options(chosen) | {"timeout_graceful_shutdown": 5}))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="test-server")
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
            assert client.get("/health").status_code == 200
            yield Running(url, client, app.state.server, server)
    finally:
        app.state.server.stop()
        server.should_exit = True
        thread.join(30)
        listener.close()
        assert not thread.is_alive()
