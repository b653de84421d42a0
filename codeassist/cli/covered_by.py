"""`codeassist tests`: which tests reach a definition."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.navigation import ask_index, nothing, show, undefined
from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import safe
from codeassist.cli.places import Places
from indexers.types import RESOLVED, CoveringTest


def covered_by(
    name: Annotated[str, typer.Argument(help="The name of a function, method or class, or Class.method.")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, help="Maximum number of results.")] = 200,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List the tests that reach a definition, directly or through its callers.

    Tests that ran the definition come first: by a coverage file that was measured by test (`pytest --cov --cov-context=test`),
    or by what `codeassist test-audit` recorded.
    """
    from codeassist.tasks.navigate import covering_tests as find

    result, places = ask_index(where, output, lambda index: find(index, name, limit))
    show(result, output, (_line(test, places) for test in result.found))
    if not result.found:
        unknown = (
            f"No test is known to reach '{name}'; calls through containers and receivers of unknown type are not followed."
        )
        if not result.defined:
            undefined(where, output, name)
        nothing(output, unknown)


def _line(test: CoveringTest, places: Places) -> str:
    through = f"  through {', '.join(map(safe, test.through))}" if test.through else ""
    mark = f" ({test.resolution})" if test.resolution != RESOLVED else ""
    return f"{places.line(test.path, test.line)}  {safe(test.name) or 'at module level'}{through}{mark}"
