"""Run the server until a signal: open answers end with a sentence, jobs are stopped and marked."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import uvicorn

from codeassist.errors import UsageError
from codeassist.http.app import make_app
from codeassist.http.logs import start_logging
from codeassist.http.settings import ServerSettings
from codeassist.http.slow_headers import timed_headers
from codeassist.http.state import ServerState
from codeassist.repositories import Repositories

GRACE_SECONDS = 10
"""How long open answers may take to end when the server stops."""

HEADER_BYTES = 32_000
"""The most bytes of a request's first line and headers."""


class _Server(uvicorn.Server):
    """A server that asks the running work to stop as soon as a signal arrives."""

    def __init__(self, config: uvicorn.Config, state: ServerState) -> None:
        super().__init__(config)
        self._shared = state

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the signal, and stop the work."""
        self._shared.stop()
        super().handle_exit(sig, frame)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals; a signal that stopped the server in good order is not raised again: the exit code is 0."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def listen(settings: ServerSettings) -> socket.socket:
    """A listening socket. Raises `UsageError` when the address is taken or not of this machine."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(1024)
    except (OSError, OverflowError) as error:
        listener.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise UsageError(
                f"Port {settings.port} of {settings.host} is taken; choose another with --port, or 0 for any free one."
            ) from error
        raise UsageError(f"Cannot listen on {settings.host}:{settings.port}: {error}.") from error
    return listener


def serve(
    repositories: Repositories,
    settings: ServerSettings,
    *,
    on_ready: Callable[[str], None] = lambda _: None,
    quiet: bool = False,
) -> None:
    """Serve until SIGINT or SIGTERM. `on_ready` receives the address once the socket listens. Raises `UsageError`."""
    settings.check()
    if unknown := settings.tokens.names() - {repository.name for repository in repositories}:
        known = ", ".join(repository.name for repository in repositories)
        raise UsageError(f"A token names '{min(unknown)}', which is none of the served repositories: {known}.")
    app = make_app(repositories, settings)
    listener = listen(settings)
    start_logging(quiet=quiet)
    config = uvicorn.Config(app, **options(settings))
    port = listener.getsockname()[1]
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    on_ready(f"http://{name}:{port}/")
    try:
        _Server(config, app.state.server).run(sockets=[listener])
    finally:
        listener.close()


def options(settings: ServerSettings) -> dict[str, Any]:
    """How uvicorn is set up: no headers of a proxy are trusted, and nothing names the software."""
    return {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "http": timed_headers(settings.header_seconds),
        "ws": "none",
        "h11_max_incomplete_event_size": HEADER_BYTES,
        "limit_concurrency": None,
        "timeout_keep_alive": 30,
        "timeout_graceful_shutdown": GRACE_SECONDS,
        "lifespan": "on",
    }
