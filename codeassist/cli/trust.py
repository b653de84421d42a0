"""`codeassist trust`: agree to what a repository's own configuration asks for."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist import config as configuration
from codeassist import workspace
from codeassist.cli.options import HERE, Repo
from codeassist.cli.output import note, safe
from codeassist.config import trust as ledger


def trust(
    repo: Repo = HERE, revoke: Annotated[bool, typer.Option("--revoke", help="Take the agreement back.")] = False
) -> None:
    """Agree to a remote model or encoder that this repository's .codeassist.toml names; asked again when that changes."""
    root = workspace.find_root(repo)
    if revoke:
        ledger.agree(configuration.user_file(), root, None)
        note(f"{root} is no longer trusted.")
        return
    risks = configuration.project_risks(root)
    if not risks:
        note(f"{root}: its configuration asks for nothing that needs agreement.")
        return
    for key, value in risks.items():
        print(f"{key} = {safe(str(value))}")
    ledger.agree(configuration.user_file(), root, risks)
    note(f"Agreed for {root}. Take it back with 'codeassist trust --revoke'.")
