"""`codeassist clean`: remove the index and everything else that was stored about the repository."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import RepositoryOptions
from codeassist.cli.output import note


def clean(
    *,
    where: RepositoryOptions,
    keep_runs: Annotated[bool, typer.Option("--keep-runs", help="Keep the recorded runs and cached answers.")] = False,
) -> None:
    """Remove the repository's index, recorded runs and caches; files of others are kept."""
    from codeassist.tasks.index.clean import clean as remove

    services = where.open()
    cleaned = remove(services.root, services.config, keep_runs=keep_runs)
    if not cleaned.folders:
        note(f"There is no index at {services.folder}.")
        return
    what = "the index; recorded runs are kept" if cleaned.kept_runs else "the index, recorded runs and caches"
    folders = " and ".join(map(str, cleaned.folders))
    note(f"Removed from {folders} ({cleaned.freed / 1e6:.1f} MB): {what}.")
