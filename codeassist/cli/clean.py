"""`codeassist clean`: remove the index."""

from __future__ import annotations

from codeassist.cli.options import RepositoryOptions
from codeassist.cli.output import note


def clean(*, where: RepositoryOptions) -> None:
    """Remove the repository's index. Recorded runs and all other files are kept."""
    from indexers.index import remove_index

    folder = where.open().folder
    freed = remove_index(folder)
    if not freed:
        note(f"There is no index at {folder}.")
        return
    kept = "; recorded runs are kept" if folder.exists() else ""
    note(f"Removed the index in {folder} ({freed / 1e6:.1f} MB){kept}.")
