"""`codeassist trust`: approve what a repository names that is loaded, run or connected to, and that its code is run."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist import config as configuration
from codeassist import workspace
from codeassist.cli.options import HERE, Repo
from codeassist.cli.output import note, safe
from codeassist.config import trust as ledger


def trust(repo: Repo = HERE, revoke: Annotated[bool, typer.Option("--revoke", help="Withdraw the approval.")] = False) -> None:
    """Approve what this repository names (models, encoders, programs, prompts), and that review runs its code in the sandbox.

    When what it names changes, it needs a new approval.
    """
    root = workspace.find_root(repo)
    if revoke:
        ledger.agree(configuration.user_file(), root, None)
        ledger.agree_to_run(configuration.user_file(), root, allowed=False)
        note(f"{root} is no longer trusted.")
        return
    risks = configuration.project_risks(root)
    ledger.agree_to_run(configuration.user_file(), root, allowed=True)
    if not risks:
        note(f"{root}: nothing in its configuration needs approval.")
    for key, value in risks.items():
        print(f"{key} = {safe(str(value))}")
    ledger.agree(configuration.user_file(), root, risks)
    note(
        f"{root} is trusted: 'codeassist review' runs its changed code in the sandbox. Withdraw this with "
        "'codeassist trust --revoke'."
    )
