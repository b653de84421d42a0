"""`codeassist symbols`: list the definitions of a name."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe
from codeassist.cli.places import Places
from codeassist.errors import EXIT_GATE


def symbols(
    name: Annotated[str, typer.Argument(help="A full, partial or qualified name (Class.method).")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, help="Maximum number of results.")] = 50,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List the definitions of a name."""
    from codeassist.tasks.navigate import definitions

    with closing(output.events()) as events:
        services = where.open(events)
        with services.index(refresh=not where.no_refresh) as index:
            result = definitions(index, name, limit)
    if output.as_json:
        print_json(result.as_json())
    else:
        places = Places.of(services.root, where.repo)
        for definition in result.found:
            signature = safe(definition.signature)
            shown = signature if definition.kind in signature.split() else f"{definition.kind} {signature}"
            print(f"{places.line(definition.path, definition.line)}  {shown}")
    if not result.found:
        if not output.as_json:
            note(f"No definition of '{name}' in the index.")
        raise typer.Exit(EXIT_GATE)
