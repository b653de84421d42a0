"""`codeassist lsp`: a language server for editors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import typer

from codeassist.errors import ConfigError


def lsp(
    repo: Annotated[
        Path | None, typer.Option("--repo", "-C", help="The repository (default: the folder that the editor opened).")
    ] = None,
) -> None:
    """Serve an editor by the language server protocol: names, callers, tests, review and completion."""
    try:
        from codeassist.lsp.ending import Output
        from codeassist.lsp.server import make_server
    except ImportError as error:
        raise ConfigError("'codeassist lsp' needs the package pygls: pip install 'codeassist-repo[lsp]'.") from error
    server = make_server(repo)
    try:
        server.start_io(stdout=cast("BinaryIO", Output(sys.stdout.buffer)))
    finally:
        server.close()
