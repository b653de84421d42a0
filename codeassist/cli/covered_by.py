"""`codeassist tests`: which tests reach a definition."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe, safe_path
from codeassist.errors import EXIT_GATE
from indexers.types import BY_NAME


def covered_by(
    name: Annotated[str, typer.Argument(help="The name of a function, method or class, or Class.method.")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, help="Maximum number of results.")] = 200,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List the tests that reach a definition, directly or through its callers."""
    from codeassist.tasks.navigate import covering_tests as find

    with closing(output.events()) as events, where.open(events).index(refresh=not where.no_refresh) as index:
        result = find(index, name, limit)
    if output.as_json:
        print_json(result.as_json())
    else:
        for test in result.found:
            through = f"  through {', '.join(map(safe, test.through))}" if test.through else ""
            mark = f" ({BY_NAME})" if test.resolution == BY_NAME else ""
            print(f"{safe_path(test.path)}:{test.line}  {safe(test.name)}{through}{mark}")
    if not result.found:
        if not output.as_json:
            unknown = (
                f"No test is known to reach '{name}'; calls through containers and receivers of unknown type are not followed."
            )
            note(unknown if result.defined else f"No definition of '{name}' in the index.")
        raise typer.Exit(EXIT_GATE)
