"""`codeassist map`: an overview of the repository."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe, safe_path
from codeassist.errors import EXIT_GATE


def map(  # noqa: A001  # the module and its command have one name
    tokens: Annotated[int, typer.Option("--tokens", "-t", min=50, help="Token budget, at four characters per token.")] = 1500,
    prefix: Annotated[str, typer.Option("--under", help="Only files under this folder.")] = "",
    *,
    where: Indexed,
    output: Output,
) -> None:
    """Show the most central files and definitions within a token budget."""
    from codeassist.tasks.map import make_map, shortened

    with closing(output.events()) as events, where.open(events).index(refresh=not where.no_refresh) as index:
        result = make_map(index, tokens, prefix)
    if output.as_json:
        print_json(result.as_json())
        return
    for file in result.files:
        print(safe_path(file.path))
        for definition in file.definitions:
            indent = "    " * (1 + min(3, definition.qualified_name.count(".")))
            print(f"{definition.line:>5}{indent}{safe(shortened(definition.signature))}")
    if not result.files:
        note(f"The index has no definitions under '{prefix}'." if prefix else "The index has no definitions.")
        raise typer.Exit(EXIT_GATE)
