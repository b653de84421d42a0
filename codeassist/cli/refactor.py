"""`codeassist refactor`: propose a patch across files for one instruction, checked before it is shown."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.fix import Write, offer
from codeassist.cli.options import ModelChoice, Output, RepositoryOptions
from codeassist.cli.output import closing


def refactor(
    instruction: Annotated[str, typer.Argument(help="The change to make.")],
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="The files that may change.")],
    write: Write = False,
    *,
    choice: ModelChoice,
    where: RepositoryOptions,
    output: Output,
) -> None:
    """Propose a change across files; tests run before and after on a scratch copy, and public interfaces are compared."""
    from codeassist.tasks.fix import FixRequest, relative

    with closing(output.events()) as events:
        services = where.open(events, choice.flags("review"))
        files = tuple(relative(services.root, name) for name in paths)
        offer(services, FixRequest(files, instruction), output, write=write)
