"""`codeassist models verify`: check that a model's files are complete and match the hub's hashes."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import HERE, Repo
from codeassist.cli.output import note
from codeassist.errors import EXIT_GATE
from codeassist.services import Services


def verify(
    name: Annotated[str | None, typer.Argument(help="A model's name or folder (default: the configured one).")] = None,
    repo: Repo = HERE,
) -> None:
    """Check that the files are complete, and the hashes of those that the hub stores by hash."""
    from codeassist.tasks.models import verify as check

    report = check(Services.open(repo).config, name)
    for problem in report.problems:
        print(f"BAD  {problem}")
    if report.problems:
        note(f"Download it again with 'codeassist models pull {report.name}'.")
        raise typer.Exit(EXIT_GATE)
    hashed = f", {report.hashed} hashes match" if report.hashed else " (no hashes to compare with)"
    print(f"ok   {report.folder}: all files are complete{hashed}")
