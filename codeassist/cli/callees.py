"""`codeassist callees`: what a definition calls."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.navigation import ask_index, nothing, show, undefined
from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import note, safe
from codeassist.cli.places import Places
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

    result, places = ask_index(where, output, lambda index: find(index, name, outside=outside))
    calls = result.calls
    show(result, output, (f"{places.line(u.path, u.line)}  {safe(u.name)}{_target(places, u, target)}" for u, target in calls))
    if result.unknown and not (outside or output.quiet or output.as_json):
        names = ", ".join(map(safe, result.unknown[:MOST_NAMED])) + (", …" if len(result.unknown) > MOST_NAMED else "")
        note(f"Not resolved, because their receiver is not known: {names}; --all lists them.")
    if not calls:
        known = f"'{name}' makes no calls to known definitions."
        if not result.defined:
            undefined(where, output, name)
        nothing(output, known)


def _target(places: Places, use: Use, target: Definition | None) -> str:
    if target is None:
        return f"  ({OUTSIDE if use.resolution == RESOLVED else UNKNOWN})"
    return f"  {places.line(target.path, target.line)}{'' if use.resolution == RESOLVED else f' ({BY_NAME})'}"
