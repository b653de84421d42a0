"""`codeassist tests`: which tests reach a definition."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe
from codeassist.cli.places import Places
from codeassist.errors import EXIT_GATE
from indexers.types import RESOLVED


def covered_by(
    name: Annotated[str, typer.Argument(help="The name of a function, method or class, or Class.method.")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, help="Maximum number of results.")] = 200,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List the tests that reach a definition, directly or through its callers.

    A coverage file that was measured by test (`pytest --cov --cov-context=test`) comes first: its tests ran the definition.
    """
    from codeassist.tasks.navigate import covering_tests as find

    with closing(output.events()) as events:
        services = where.open(events)
        with services.index(refresh=not where.no_refresh) as index:
            result = find(index, name, limit)
    if output.as_json:
        print_json(result.as_json())
    else:
        places = Places.of(services.root, where.repo)
        for test in result.found:
            through = f"  through {', '.join(map(safe, test.through))}" if test.through else ""
            mark = f" ({test.resolution})" if test.resolution != RESOLVED else ""
            print(f"{places.line(test.path, test.line)}  {safe(test.name)}{through}{mark}")
    if not result.found:
        if not output.as_json:
            unknown = (
                f"No test is known to reach '{name}'; calls through containers and receivers of unknown type are not followed."
            )
            note(unknown if result.defined else f"No definition of '{name}' in the index.")
        raise typer.Exit(EXIT_GATE)
