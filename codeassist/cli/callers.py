"""`codeassist callers`: where a name is used."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe, safe_path
from codeassist.errors import EXIT_GATE


def callers(
    name: Annotated[str, typer.Argument(help="The name of a function, method or class.")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, help="Maximum number of results.")] = 200,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List the places that call, inherit from or import a name (matched by name)."""
    from codeassist.tasks.navigate import callers as find

    with closing(output.events()) as events, where.open(events).index(refresh=not where.no_refresh) as index:
        result = find(index, name, limit)
    if output.as_json:
        print_json(result.as_json())
    else:
        for use in result.uses:
            print(f"{safe_path(use.path)}:{use.line}  {use.kind}" + (f" in {safe(use.by)}" if use.by else ""))
    if result.more and not output.quiet:
        note(f"Showing the first {limit} uses; raise -k for more.")
    if "." in name and result.uses and not output.quiet:
        note(f"Matched only by the last part of the name, '{name.rpartition('.')[2]}': types are not resolved.")
    if not result.uses:
        if not output.as_json:
            note(f"Nothing in the index uses '{name}'.")
        raise typer.Exit(EXIT_GATE)
