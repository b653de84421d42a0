"""`codeassist callees`: what a definition calls."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe
from codeassist.cli.places import Places
from codeassist.errors import EXIT_GATE
from indexers.types import BY_NAME, RESOLVED, Definition, Use

OUTSIDE = "not in this repository"
UNKNOWN = "its receiver is not known"
MOST_NAMED = 12


def callees(
    name: Annotated[str, typer.Argument(help="The name of a function, method or class.")],
    outside: Annotated[bool, typer.Option("--all", help="Include calls without a known target in the repository.")] = False,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List the calls a definition makes, in source order, with the most likely target of each."""
    from codeassist.tasks.navigate import callees as find

    with closing(output.events()) as events:
        services = where.open(events)
        with services.index(refresh=not where.no_refresh) as index:
            result = find(index, name, outside=outside)
    if output.as_json:
        print_json(result.as_json())
    else:
        places = Places.of(services.root, where.repo)
        for use, target in result.calls:
            print(f"{places.line(use.path, use.line)}  {safe(use.name)}{_target(places, use, target)}")
    if result.unknown and not (outside or output.quiet or output.as_json):
        names = ", ".join(map(safe, result.unknown[:MOST_NAMED])) + (", …" if len(result.unknown) > MOST_NAMED else "")
        note(f"Not resolved, because their receiver is not known: {names}; --all lists them.")
    if not result.calls:
        if not output.as_json:
            note(
                f"'{name}' makes no calls to known definitions."
                if result.defined
                else f"No definition of '{name}' in the index."
            )
        raise typer.Exit(EXIT_GATE)


def _target(places: Places, use: Use, target: Definition | None) -> str:
    if target is None:
        return f"  ({OUTSIDE if use.resolution == RESOLVED else UNKNOWN})"
    return f"  {places.line(target.path, target.line)}{'' if use.resolution == RESOLVED else f' ({BY_NAME})'}"
