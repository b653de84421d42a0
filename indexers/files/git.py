"""List the files of a working tree with git."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from indexers.files.exclusions import is_pruned
from indexers.files.run_git import run_git


def git_paths(root: Path, skipped: Counter[str]) -> list[str] | None:
    """The tracked and the untracked, not ignored files below `root`; None outside a working tree or without git."""
    if not any((folder / ".git").exists() for folder in (root.absolute(), *root.absolute().parents)):
        return None
    listed = run_git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", timeout=120)
    paths = []
    for path in listed.paths:
        if path.endswith("/"):
            skipped["submodule or nested repository"] += 1
        elif not is_pruned(path):
            paths.append(path)
    if not paths:  # git failed, nothing is there, or a folder that an outer repository ignores: walk it instead
        return None
    link_cache: dict[str, bool] = {"": False}
    not_linked = [path for path in paths if not _below_link(root, path.rpartition("/")[0], link_cache)]
    if len(not_linked) < len(paths):
        skipped["symbolic link"] += len(paths) - len(not_linked)
    return not_linked


def _below_link(root: Path, folder: str, cache: dict[str, bool]) -> bool:
    """Whether `folder` or one of its parents below `root` is a symbolic link; results are cached in `cache`."""
    if folder not in cache:
        cache[folder] = _below_link(root, folder.rpartition("/")[0], cache) or (root / folder).is_symlink()
    return cache[folder]
