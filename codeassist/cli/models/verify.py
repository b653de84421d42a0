"""`codeassist models verify`: are a model's files whole, and what the hub says they are?"""

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
    """Check that the files are complete; those the hub stores under their hash are hashed again."""
    from codeassist.tasks.models import verify as check

    found = check(Services.open(repo).config, name)
    for problem in found.problems:
        print(f"BAD  {problem}")
    if found.problems:
        note(f"Fetch it again with 'codeassist models pull {found.name}'.")
        raise typer.Exit(EXIT_GATE)
    hashed = f", {found.hashed} hashes match" if found.hashed else " (no hashes to compare with)"
    print(f"ok   {found.folder}: every file is whole{hashed}")
