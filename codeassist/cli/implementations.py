"""`codeassist implementations`: what implements a type or overrides a method."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.navigation import ask_index, nothing, show, undefined
from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import safe


def implementations(
    name: Annotated[str, typer.Argument(help="The name of a class, interface or method, or Class.method.")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, help="Maximum number of results.")] = 200,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List the classes that extend or implement a type, or the methods that override a method."""
    from codeassist.tasks.navigate import implementations as find

    result, places = ask_index(where, output, lambda index: find(index, name, limit))
    show(result, output, (f"{places.line(d.path, d.line)}  {d.kind} {safe(d.qualified_name)}" for d in result.found))
    if not result.found:
        known = f"Nothing in the index extends, implements or overrides '{name}'."
        if not result.defined:
            undefined(where, output, name)
        nothing(output, known)
