"""`codeassist implementations`: what implements a type or overrides a method."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe
from codeassist.cli.places import Places
from codeassist.errors import EXIT_GATE


def implementations(
    name: Annotated[str, typer.Argument(help="The name of a class, interface or method, or Class.method.")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, help="Maximum number of results.")] = 200,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List the classes that extend or implement a type, or the methods that override a method."""
    from codeassist.tasks.navigate import implementations as find

    with closing(output.events()) as events:
        services = where.open(events)
        with services.index(refresh=not where.no_refresh) as index:
            result = find(index, name, limit)
    if output.as_json:
        print_json(result.as_json())
    else:
        places = Places.of(services.root, where.repo)
        for definition in result.found:
            print(f"{places.line(definition.path, definition.line)}  {definition.kind} {safe(definition.qualified_name)}")
    if not result.found:
        if not output.as_json:
            note(
                f"Nothing in the index extends, implements or overrides '{name}'."
                if result.defined
                else f"No definition of '{name}' in the index."
            )
        raise typer.Exit(EXIT_GATE)
