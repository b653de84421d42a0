"""`codeassist trust`: approve what a repository names that is loaded, run or connected to, and that its code is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist import config as configuration
from codeassist import workspace
from codeassist.cli.options import HERE, Repo
from codeassist.cli.output import note, safe
from codeassist.config import trust as ledger
from codeassist.errors import UsageError, WorkspaceError


def trust(
    repo: Repo = HERE,
    revoke: Annotated[bool, typer.Option("--revoke", help="Withdraw the approval.")] = False,
    index: Annotated[
        bool, typer.Option("--index", help="Approve instead the existing index, made by someone else or on another machine.")
    ] = False,
) -> None:
    """Approve what this repository names (models, encoders, programs, prompts), and that review runs its code in the sandbox.

    When what it names changes, it needs a new approval.
    """
    if index and revoke:
        raise UsageError("An index is not approved any more once it is made again: run 'codeassist index --rebuild'.")
    root = workspace.find_root(repo)
    if index:
        folder = workspace.index_dir(root, configuration.load(root, {}).config)
        accept_index(folder)
        note(f"The index at {folder} is used from now on.")
        return
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


def accept_index(folder: Path) -> None:
    """Approve an index folder that this user did not make. Raises `UntrustedFolderError` or `WorkspaceError`."""
    from indexers.index import accept_folder, check_folder

    check_folder(folder, made_elsewhere=True)
    if not folder.is_dir():
        raise WorkspaceError(f"There is no index at {folder}; run 'codeassist index' to create one.")
    try:
        accept_folder(folder)
    except OSError as error:
        raise WorkspaceError(f"The approval of {folder} cannot be stored: {error.strerror or error}.") from error
