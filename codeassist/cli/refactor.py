"""`codeassist refactor`: one instruction carried out across files, as a patch that was tried."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.fix import Write, offer
from codeassist.cli.options import ModelChoice, Output, Repository
from codeassist.cli.output import closing


def refactor(
    instruction: Annotated[str, typer.Argument(help="What should be different.")],
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="The files that may change.")],
    write: Write = False,
    *,
    choice: ModelChoice,
    where: Repository,
    output: Output,
) -> None:
    """Propose a change across files: tests run before and after on a scratch copy, the public interface is compared."""
    from codeassist.tasks.fix import FixRequest, relative

    with closing(output.events()) as events:
        services = where.open(events, choice.flags("review"))
        chosen = tuple(relative(services.root, name) for name in paths)
        offer(services, FixRequest(chosen, instruction), output, write=write)
