"""git, asked safely: which files it knows, with nothing of a repository's own settings that could run a program."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path

from indexers.files.exclusions import is_pruned


def git_paths(root: Path, skipped: Counter[str]) -> list[str] | None:
    """What git tracks, or would offer to add, below `root`; None outside a work tree or without git."""
    command = [*SAFE_GIT, "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    if not any((folder / ".git").exists() for folder in (root.absolute(), *root.absolute().parents)):
        return None
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=120, env=git_environment())
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    paths = []
    for raw in done.stdout.split(b"\0"):
        if not raw:
            continue
        path = os.fsdecode(raw)
        if path.endswith("/"):
            skipped["submodule or nested repository"] += 1
        elif not is_pruned(path):
            paths.append(path)
    if not paths:  # nothing, or a folder that an outer repository ignores: what is there is meant all the same
        return None
    linked: dict[str, bool] = {"": False}
    kept = [path for path in paths if not _below_link(root, path.rpartition("/")[0], linked)]
    if len(kept) < len(paths):
        skipped["symbolic link"] += len(paths) - len(kept)
    return kept


def _below_link(root: Path, folder: str, known: dict[str, bool]) -> bool:
    """Whether any folder on the way from the root is a symbolic link; answers are kept in `known`."""
    if folder not in known:
        known[folder] = _below_link(root, folder.rpartition("/")[0], known) or (root / folder).is_symlink()
    return known[folder]


SAFE_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "log.showSignature=false")
"""git with those settings of a repository's own configuration off that could run a program."""


def git_environment() -> dict[str, str]:
    """The environment without what a surrounding git command (a hook) would impose on ours."""
    return {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {"GIT_OPTIONAL_LOCKS": "0"}
