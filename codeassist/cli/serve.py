"""`codeassist serve`: the HTTP server and the web page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.output import note
from codeassist.errors import ConfigError

TOKEN = "CODEASSIST_SERVER_TOKEN"  # noqa: S105  # the name of a variable


def serve(
    repos: Annotated[
        list[Path] | None, typer.Option("--repo", "-C", help="A repository to serve (default: the one here); may be repeated.")
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; others than this machine's need a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="The port; 0: any free one.")] = 8765,
    token_file: Annotated[
        Path | None,
        typer.Option("--token-file", help="Tokens, one a line, each followed by the repositories that it is for (none: all)."),
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option("--allow-host", help="Another host name by which clients call the server.", metavar="NAME"),
    ] = None,
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, help="The most requests answered at once.")] = 128,
    timeout: Annotated[float, typer.Option("--timeout", min=1, help="The most seconds for one answer.")] = 120.0,
    max_body: Annotated[int, typer.Option("--max-body", min=1000, help="The most bytes of a request.")] = 1_000_000,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Log only warnings and errors.")] = False,
) -> None:
    """Serve search, answers, reviews and tests over HTTP, for scripts, OpenAI clients and the web page, until Ctrl-C.

    Only this machine can reach it unless --host names another address; CODEASSIST_SERVER_TOKEN may hold a token.
    """
    try:
        from codeassist.http.serving import serve as run
    except ImportError as error:
        raise ConfigError("'codeassist serve' needs more packages: pip install 'codeassist-repo[server]'.") from error
    from codeassist.http.settings import ServerSettings, is_loopback
    from codeassist.http.tokens import Tokens, parse_tokens, read_tokens
    from codeassist.repositories import Repositories

    tokens = read_tokens(token_file) if token_file else Tokens()
    if not tokens and os.environ.get(TOKEN):
        tokens = parse_tokens([os.environ[TOKEN]], TOKEN)
    settings = ServerSettings(
        host,
        port,
        tokens,
        frozenset(names or ()),
        body_bytes=max_body,
        seconds=timeout,
        concurrency=concurrency,
    )
    settings.check()
    if not is_loopback(host):
        note(
            f"Warning: others can reach {host}. Whoever has a token can read the code, and the connection is not encrypted; "
            "put it behind a proxy with TLS."
        )
    run(
        Repositories(repos or [Path()], together=not repos),
        settings,
        on_ready=lambda address: note(f"Serving at {address} (the page and /v1); Ctrl-C stops."),
        quiet=quiet,
    )
