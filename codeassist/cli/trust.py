"""`codeassist trust`: approve what a repository names that is loaded, run, connected to or given to a model."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist import config as configuration
from codeassist import workspace
from codeassist.cli.options import HERE, Repo
from codeassist.cli.output import note, safe
from codeassist.config import trust as ledger


def trust(repo: Repo = HERE, revoke: Annotated[bool, typer.Option("--revoke", help="Withdraw the approval.")] = False) -> None:
    """Approve the models, encoders, programs and prompts that this repository names; a change needs a new approval."""
    root = workspace.find_root(repo)
    if revoke:
        ledger.agree(configuration.user_file(), root, None)
        note(f"{root} is no longer trusted.")
        return
    risks = configuration.project_risks(root)
    if not risks:
        note(f"{root}: nothing in its configuration needs approval.")
        return
    for key, value in risks.items():
        print(f"{key} = {safe(str(value))}")
    ledger.agree(configuration.user_file(), root, risks)
    note(f"{root} is trusted. Withdraw this with 'codeassist trust --revoke'.")
