"""`codeassist commit-msg`: write a commit message in the style of the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.options import ModelChoice, Quiet, RepositoryOptions
from codeassist.cli.output import note, note_usage, safe


def commit_msg(
    file: Annotated[
        Path | None, typer.Argument(help="File to write to if it has no message yet (for prepare-commit-msg).")
    ] = None,
    *,
    choice: ModelChoice,
    where: RepositoryOptions,
    quiet: Quiet = False,
) -> None:
    """Write a commit message for the staged changes, or for the uncommitted ones when nothing is staged."""
    from codeassist.tasks.commit_message import change_to_describe, commit_message, prepend_to_file

    services = where.open(flags=choice.flags("review"))
    services.require_own_folder()
    change = change_to_describe(services.root)
    session = services.session("review")
    library = services.library if session is not None else None
    message = commit_message(services.root, change, session, library, services.not_sent(session))
    if message.error is not None:
        note(f"codeassist: {message.error}")
    if file is None:
        print(safe(message.text))
    elif not prepend_to_file(services.root, file, message.text):
        note("There is a message already; the file was not changed.")
        return
    if session is not None and session.ledger.calls and not quiet:
        note_usage(session.ledger, session.model.name)
