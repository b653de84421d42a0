"""`codeassist clean`: remove the index."""

from __future__ import annotations

from codeassist import workspace
from codeassist.cli.common import HERE, IndexDir, Repo, load_config, note


def clean(repo: Repo = HERE, index_dir: IndexDir = None) -> None:
    """Remove the index of the repository; nothing else is touched."""
    from indexers.stores.folder import remove_index

    root, config = load_config(repo, index__index_dir=index_dir)
    folder = workspace.index_dir(root, config)
    freed = remove_index(folder)
    note(f"Removed {folder} ({freed / 1e6:.1f} MB)." if freed else f"There is no index at {folder}.")
