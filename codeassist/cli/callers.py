"""`codeassist callers`: where a name is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.navigation import ask_index, nothing, show, unused
from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import note, safe
from codeassist.cli.places import Places
from indexers.types import BY_NAME

if TYPE_CHECKING:
    from codeassist.tasks.navigate import Callers


def callers(
    name: Annotated[str, typer.Argument(help="The name of a function, method or class, or Class.method.")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, help="Maximum number of results.")] = 200,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List the places that use a name, each with its kind: call, import, base, type, decorator, value and others.

    Uses are resolved through imports, receivers and base classes. Those whose receiver is not known come last, "by name".
    """
    from codeassist.tasks.navigate import callers as find

    result, places = ask_index(where, output, lambda index: find(index, name, limit))
    show(result, output, _lines(result, places))
    if result.more and not output.quiet:
        note("There are more uses; raise -k to see them.")
    matched = len(result.uses) - result.resolved
    if matched and not output.quiet:
        note(f"{result.resolved} resolved, {matched} matched by name only: what these belong to is not known.")
    if not result.uses and not result.mentions:
        unused(where, output, name)
    if not result.uses:
        mentioned = f"No code in the index is known to use '{name}', but these lines mention it."
        nothing(output, mentioned)


def _lines(result: Callers, places: Places) -> Iterator[str]:
    for use in result.uses:
        inside = f" in {safe(use.by)}" if use.by else ""
        mark = f" ({BY_NAME})" if use.resolution == BY_NAME and result.resolved else ""
        yield f"{places.line(use.path, use.line)}  {use.kind}{inside}{mark}"
    for mention in result.mentions:
        yield f"{places.line(mention.path, mention.line)}  mention"
