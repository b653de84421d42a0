"""`codeassist mcp`: serve the repository to coding agents."""

from __future__ import annotations

import socket
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.output import note
from codeassist.errors import ConfigError


def mcp(
    repos: Annotated[
        list[Path] | None, typer.Option("--repo", "-C", help="A repository to serve (default: the one here); may be repeated.")
    ] = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="Serve from this process, instead of one that all agents of the user share.")
    ] = False,
    http: Annotated[
        int | None,
        typer.Option(
            "--http", help="Serve HTTP on this port of this machine; 0: any free one.", metavar="PORT", min=0, max=65_535
        ),
    ] = None,
) -> None:
    """Serve search, symbols, checks and review to agents by the Model Context Protocol, on standard input and output."""
    if find_spec("mcp") is None:
        raise ConfigError("'codeassist mcp' needs the package mcp: pip install 'codeassist-repo[mcp]'.")
    folders, together = repos or [Path()], not repos
    if http is None and not alone:
        from codeassist.mcp.attach import attach
        from codeassist.mcp.early import Early
        from codeassist.mcp.relay import Relay
        from codeassist.mcp.run_folder import place

        if (where := place()) is not None:

            def by_itself() -> socket.socket:
                return _by_itself(folders, together=together)

            def connect() -> socket.socket:
                return attach(folders, together=together, where=where) or by_itself()

            Relay(connect, by_itself, Early(folders, together=together)).run()
            return
    from codeassist.mcp.quick_imports import quick_imports

    with quick_imports():
        from codeassist.mcp.server import make_server
        from codeassist.repositories import Repositories

    repositories = Repositories(folders, together=together)
    server = make_server(repositories)
    try:
        if http is None:
            server.run("stdio")
        else:
            from codeassist.mcp.over_http import serve_http

            serve_http(server, http, lambda address: note(f"Serving MCP at {address}; Ctrl-C stops."))
    finally:
        repositories.close()


def _by_itself(folders: list[Path], *, together: bool) -> socket.socket:
    """A connection to a server in this process."""
    import anyio

    from codeassist.mcp.shared import serve_socket
    from codeassist.repositories import Repositories

    ours, theirs = socket.socketpair()
    repositories = Repositories(folders, together=together)
    threading.Thread(target=anyio.run, args=(serve_socket, theirs, repositories), daemon=True).start()
    return ours
