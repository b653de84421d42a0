"""List the files of a working tree with git."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from indexers.errors import SourceError
from indexers.files.exclusions import is_pruned
from indexers.files.roots import enclosing
from indexers.files.run_git import Problem, run_git


def git_paths(root: Path, skip: Callable[[str, str], None], notes: list[str]) -> list[str] | None:
    """The tracked and the untracked, not ignored files below `root`; None outside a working tree or without git.

    `skip` gets the path and reason of each file that is left out, `notes` a sentence when git should have listed the files
    but could not. Raises `SourceError` when git refuses a repository of another user.
    """
    root = root.absolute()
    if enclosing(root, (".git",)) is None:
        if outer := next((folder for folder in root.parents if (folder / ".git").exists()), None):
            notes.append(f"The repository {outer} is not used: it is another user's, the home folder, or another file system.")
        return None
    raw = _list(root, notes, "--cached", "--others", "--exclude-standard", "--deduplicate")
    if raw is None:
        return None
    paths = []
    for path in raw:
        if path.endswith("/"):
            skip(path, "submodule or nested repository")
        elif not is_pruned(path):
            paths.append(path)
    if not paths:  # git failed, nothing is there, or a folder that an outer repository ignores: walk it instead
        return None
    link_cache: dict[str, bool] = {"": False}
    not_linked = []
    base = os.fspath(root) + os.sep
    for path in paths:
        folder = path.rpartition("/")[0]
        if link_cache[folder] if folder in link_cache else _below_link(base, folder, link_cache):
            skip(path, "symbolic link")
        else:
            not_linked.append(path)
    return not_linked


def ignored_paths(root: Path) -> list[str]:
    """The files that git ignores below `root`; a folder that is ignored as a whole ends with `/`."""
    ignored = _list(root, [], "--others", "--ignored", "--exclude-standard", "--directory") or []
    return [path for path in ignored if not path.startswith(".codeassist/")]


def _list(root: Path, notes: list[str], *options: str) -> list[str] | None:
    """The output of `git ls-files`, or None with a note when it fails. Raises `SourceError`."""
    listed = run_git(root, "ls-files", "-z", *options, timeout=120)
    if listed.ok:
        return listed.paths
    if listed.problem is Problem.NO_PROGRAM:
        notes.append("git is not installed, so the .gitignore files are applied without it.")
        return None
    if remedy := untrusted(root, listed.message):
        raise SourceError(remedy)
    first = listed.message.partition("\n")[0].removeprefix("fatal: ").removesuffix(".")
    notes.append(f"git could not list the files ({first}), so the .gitignore files are applied without it.")
    return None


def untrusted(root: Path, message: str) -> str:
    """A sentence with git's own remedy when its message is that the repository belongs to another user; "" otherwise."""
    if "safe.directory" not in message:  # the one word that git does not translate
        return ""
    named = re.search(r"safe\.directory (.+)", message)
    folder = named[1].strip() if named else str(root)
    return (
        f"git refuses to read {root}, which belongs to another user; if you trust it, run "
        f"'git config --global --add safe.directory {folder}'."
    )


def _below_link(base: str, folder: str, cache: dict[str, bool]) -> bool:
    """Whether `folder` or one of its parents below the root is a symbolic link; results are cached in `cache`."""
    for place in unknown_parents(folder, cache):
        cache[place] = cache[place.rpartition("/")[0]] or os.path.islink(base + place)  # noqa: PTH114 - much faster
    return cache[folder]


def unknown_parents(folder: str, known: Mapping[str, bool]) -> list[str]:
    """`folder` and the folders around it that are not in `known`, outermost first; `known` has ""."""
    found = []
    while folder not in known:  # no recursion: a path may have a thousand folders
        found.append(folder)
        folder = folder.rpartition("/")[0]
    return found[::-1]
