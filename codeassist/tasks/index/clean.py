"""Remove what this program has stored about a repository, in it and in the user's cache."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from codeassist import workspace
from codeassist.config import Config
from codeassist.errors import WorkspaceError
from indexers.index import remove_index


@dataclass(slots=True)
class Cleaned:
    """The folders from which something was removed, the bytes freed, and whether recorded runs were kept."""

    folders: list[Path] = field(default_factory=list)
    freed: int = 0
    kept_runs: bool = False


def clean(root: Path, config: Config, *, keep_runs: bool = False) -> Cleaned:
    """Remove the index, recorded runs and caches of the repository at `root`; files of others stay.

    With `keep_runs` the recorded runs stay, with the cached answers. Raises `WorkspaceError` and the indexer's errors.
    """
    cleaned = Cleaned()
    for folder in dict.fromkeys((workspace.index_dir(root, config), *workspace.default_folders(root))):
        try:
            freed = remove_index(folder, keep_runs=keep_runs)
        except OSError as error:
            raise WorkspaceError(f"Cannot remove the index at {folder}: {error.strerror or error}.") from error
        if freed:
            cleaned.folders.append(folder)
            cleaned.freed += freed
        cleaned.kept_runs |= keep_runs and (folder / "runs.db").exists()
    for path in workspace.cached_files(root):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return cleaned
