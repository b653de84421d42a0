"""List files with git, with repository settings that could run a program disabled."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path

from indexers.files.exclusions import is_pruned


def git_paths(root: Path, skipped: Counter[str]) -> list[str] | None:
    """The tracked and the untracked, not ignored files below `root`; None outside a working tree or without git."""
    command = [*SAFE_GIT, "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    if not any((folder / ".git").exists() for folder in (root.absolute(), *root.absolute().parents)):
        return None
    try:
        result = subprocess.run(command, capture_output=True, check=False, timeout=120, env=git_environment())
    except (OSError, subprocess.TimeoutExpired):
        return None
    if result.returncode != 0:
        return None
    paths = []
    for raw in result.stdout.split(b"\0"):
        if not raw:
            continue
        path = os.fsdecode(raw)
        if path.endswith("/"):
            skipped["submodule or nested repository"] += 1
        elif not is_pruned(path):
            paths.append(path)
    if not paths:  # empty, or a folder that an outer repository ignores: walk it instead
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


SAFE_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "log.showSignature=false")
"""The git command with the repository settings that could run a program disabled."""


def git_environment() -> dict[str, str]:
    """The environment without the variables that an enclosing git command (a hook) sets."""
    return {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {"GIT_OPTIONAL_LOCKS": "0"}
