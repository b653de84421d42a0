"""`codeassist prompts lock`."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import HERE, Repo, RepositoryOptions
from codeassist.cli.output import note
from codeassist.cli.prompts.library_options import own_folder, shown
from codeassist.printable import counted
from codeassist.prompts.format import read


def lock(repo: Repo = HERE, renew: Annotated[bool, typer.Option("--renew", help="Replace a damaged lock.")] = False) -> None:
    """Publish every new version: record its hashes in prompts.lock, and save superseded texts in versions/."""
    from codeassist.prompts.library import built_in, shipped_versions
    from codeassist.prompts.lock import LOCK, update_lock

    folder = own_folder(RepositoryOptions(repo).open().every_prompt)
    shipped = {} if folder.resolve() == built_in().resolve() else shipped_versions()
    prompts = [read(path) for path in sorted(folder.glob("*.prompty"))]
    added, messages = update_lock(folder, prompts, renew=renew, shipped=shipped)
    for entry in added:
        print(f"{entry.name}@{entry.version}  {entry.content[:12]}")
    for message in messages:
        note(message)
    note(
        f"{shown(folder / LOCK)}: {counted(len(added), 'new version')}." if added else f"{shown(folder / LOCK)} is up to date."
    )
