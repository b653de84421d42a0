"""`codeassist callers`: where a name is used."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe
from codeassist.cli.places import Places
from codeassist.errors import EXIT_GATE
from indexers.types import BY_NAME


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

    with closing(output.events()) as events:
        services = where.open(events)
        with services.index(refresh=not where.no_refresh) as index:
            result = find(index, name, limit)
    if output.as_json:
        print_json(result.as_json())
    else:
        places = Places.of(services.root, where.repo)
        for use in result.uses:
            inside = f" in {safe(use.by)}" if use.by else ""
            mark = f" ({BY_NAME})" if use.resolution == BY_NAME and result.resolved else ""
            print(f"{places.line(use.path, use.line)}  {use.kind}{inside}{mark}")
        for mention in result.mentions:
            print(f"{places.line(mention.path, mention.line)}  mention")
    if result.more and not output.quiet:
        note("There are more uses; raise -k to see them.")
    matched = len(result.uses) - result.resolved
    if matched and not output.quiet:
        note(f"{result.resolved} resolved, {matched} matched by name only: what these belong to is not known.")
    if not result.uses:
        if not output.as_json:
            mentioned = f"No code in the index is known to use '{name}', but these lines mention it."
            note(mentioned if result.mentions else f"Nothing in the index uses '{name}'.")
        raise typer.Exit(EXIT_GATE)
