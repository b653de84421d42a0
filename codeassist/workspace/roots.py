"""Which folder is the repository, and whether it may be indexed without being asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from codeassist.config import PROJECT_FILE, Config
from codeassist.errors import UsageError, WorkspaceError
from codeassist.workspace.folders import index_exists

MOST_NAMED = 10
"""The most repositories that a message names."""

MOST_ENTRIES = 1_000
"""The most entries of a folder in which repositories are looked for."""

_MARKERS = (".codeassist", PROJECT_FILE, ".git", ".hg")


def find_root(start: Path, *, exact: bool = False) -> Path:
    """The nearest folder at or above `start` with an index, a configuration or version control, else `start` itself.

    With `exact` it is `start` itself. See `indexers.files.roots.enclosing` for the folders above that do not count.
    """
    from indexers.files.roots import enclosing

    if not start.exists():
        raise UsageError(f"There is no folder {start}.")
    if not start.is_dir():
        raise UsageError(f"{start} is a file; give the folder that contains it.")
    start = start.resolve()
    return start if exact else enclosing(start, _MARKERS) or start


def require_ordinary(root: Path, config: Config) -> None:
    """Raise `WorkspaceError` for a folder that is indexed only with `--force`, such as the home folder, until it is."""
    from indexers.files.roots import refusal

    reason = refusal(root)
    if reason and not index_exists(root, config):
        raise WorkspaceError(
            f"{root} is {reason}, which is not indexed; name a folder in it, or run 'codeassist index --force {quoted(root)}'."
        )


def require_first_index(root: Path, config: Config, confirm: Callable[[str], bool]) -> None:
    """Raise `WorkspaceError` unless a first index of `root` is expected: it is a repository, or `confirm` agrees."""
    require_ordinary(root, config)
    if any((root / marker).exists() for marker in _MARKERS):
        return
    repositories = repositories_below(root)
    if len(repositories) > 1:
        raise WorkspaceError(
            f"{root} is not a repository but contains several; run the command in one of them, or index one: "
            + "; ".join(f"codeassist index {quoted(path)}" for path in repositories[:MOST_NAMED])
            + "."
        )
    if not confirm(f"{root} is not a repository and has no index. Index it?"):
        raise WorkspaceError(f"{root} is not a repository and has no index; run 'codeassist index {quoted(root)}'.")


def repositories_below(root: Path) -> list[Path]:
    """The repositories one or two levels below `root`, sorted."""
    found: list[Path] = []
    folders = _folders(root)
    for folder in folders:
        if (folder / ".git").exists():
            found.append(folder)
        elif len(found) < MOST_NAMED:
            found += [inner for inner in _folders(folder) if (inner / ".git").exists()]
    return sorted(found)


def _folders(folder: Path) -> list[Path]:
    try:
        return [path for path in islice(folder.iterdir(), MOST_ENTRIES) if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []


def distinct_names(roots: Sequence[Path]) -> list[str]:
    """A name for each repository: that of its folder, with as many folders above as make it distinct."""
    names = []
    for root in roots:
        parts, count = root.parts, 1
        while count < len(parts) and any(other != root and other.parts[-count:] == parts[-count:] for other in roots):
            count += 1
        names.append("/".join(parts[-count:]))
    return names


def quoted(path: Path) -> str:
    """A path as one word of a command line."""
    import shlex

    return shlex.quote(str(path)) if os.name != "nt" else f'"{path}"' if " " in str(path) else str(path)
