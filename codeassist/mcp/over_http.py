"""The tools over HTTP, for clients on this machine."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

import uvicorn
from mcp.server.mcpserver import MCPServer

from codeassist.errors import UsageError

HOST = "127.0.0.1"


def serve_http(server: MCPServer, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C; port 0 is any free one. `on_ready` gets the address once it listens. Raises `UsageError`."""
    listener = _listen(port)
    app = server.streamable_http_app(stateless_http=True, host=HOST)
    on_ready(f"http://{HOST}:{listener.getsockname()[1]}/mcp")
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run([listener])


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageError(f"Port {port} of {HOST} is taken; choose another with --http, or 0 for any free one.") from error
        raise UsageError(f"Cannot listen on {HOST}:{port}: {error.strerror or error}.") from error
