"""`codeassist mcp`: serve the repository to coding agents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.output import note
from codeassist.errors import ConfigError


def mcp(
    repos: Annotated[
        list[Path] | None, typer.Option("--repo", "-C", help="A repository to serve (default: the one here); may be repeated.")
    ] = None,
    http: Annotated[int | None, typer.Option("--http", help="Serve HTTP on this port of this machine.", metavar="PORT")] = None,
) -> None:
    """Serve search, symbols, checks and review to agents by the Model Context Protocol, on standard input and output."""
    try:
        from codeassist.mcp.server import make_server
    except ImportError as error:
        raise ConfigError("'codeassist mcp' needs the package mcp: pip install 'codeassist-repo[mcp]'.") from error
    from codeassist.repositories import Repositories

    repositories = Repositories(repos or [Path()], together=not repos)
    server = make_server(repositories)
    try:
        if http is None:
            server.run("stdio")
        else:
            note(f"Serving MCP at http://127.0.0.1:{http}/mcp; Ctrl-C stops.")
            server.run("streamable-http", host="127.0.0.1", port=http, stateless_http=True)
    finally:
        repositories.close()
