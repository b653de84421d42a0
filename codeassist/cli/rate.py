"""`codeassist rate`: rate a run, so that it can serve as an example and as an evaluation question."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from codeassist.cli.options import RepositoryOptions
from codeassist.cli.output import note

_RATINGS = {"up": 1, "down": -1, "none": 0}


def rate(
    number: Annotated[int, typer.Argument(metavar="ID", help="The number of the run in 'codeassist log'.")],
    verdict: Annotated[Literal["up", "down", "none"], typer.Argument(help="up, down or none.")],
    words: Annotated[str, typer.Option("--note", help="The reason.")] = "",
    *,
    where: RepositoryOptions,
) -> None:
    """Rate a run. Runs rated up serve as examples (`--examples`) and as questions for `codeassist eval`."""
    where.open().runs.rate(number, _RATINGS[verdict], words)
    note(f"Rated run {number}: {verdict}.")
