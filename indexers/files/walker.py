"""A root folder and its ignore rules -> the files to index, and for every other file the reason why not.

In a git work tree git itself is asked (tracked files and untracked ones it does not ignore); elsewhere the
`.gitignore` files are applied by pathspec. `.codeassistignore` has the same syntax and applies everywhere. Symbolic
links are never followed, submodules and nested repositories are left out (index them on their own): both are counted.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from indexers.errors import SourceError
from indexers.files.exclusions import ALWAYS_PRUNED, NO_PERMISSION, make_spec, skip_by_name, skip_by_status
from indexers.files.git import git_paths
from indexers.types import KnownFile, SourceFile

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".codeassistignore"
DEFAULT_MAX_FILE_SIZE = 1_000_000


@dataclass(frozen=True, slots=True)
class WalkRules:
    """What to index. `include` globs win over every rule about names but binary ones; `exclude` adds rules."""

    max_file_size: int = DEFAULT_MAX_FILE_SIZE
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(slots=True)
class Listing:
    """The files to index in path order, and how many others were skipped by reason."""

    files: list[SourceFile] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between the folder and the catalog."""

    added: list[SourceFile]
    changed: list[SourceFile]
    deleted: list[KnownFile]

    def __len__(self) -> int:
        """How many files differ."""
        return len(self.added) + len(self.changed) + len(self.deleted)


def discover(root: Path, rules: WalkRules | None = None) -> Listing:
    """List what would be indexed under `root`; raises `SourceError` when it is no readable folder."""
    rules = rules or WalkRules()
    require_folder(root)
    listing = Listing()
    include = make_spec(rules.include)
    exclude = _exclusions(root, rules)
    paths = git_paths(root, listing.skipped)
    if paths is None:
        paths = list(_walk(root, listing.skipped))
    if include is not None:  # files that git or .gitignore leaves out can still be asked for by name
        known = set(paths)
        paths.extend(p for p in _walk(root, Counter(), ignores=False) if p not in known and include.match_file(p))
    base = os.fspath(root) + os.sep
    lstat, add, regular = os.lstat, listing.files.append, stat.S_ISREG
    for path in paths:
        reason = skip_by_name(path, include, exclude)
        if not reason:
            try:
                status = lstat(base + path)
            except OSError:  # deleted since it was listed, or not ours to read
                reason = "unreadable"
            else:
                if regular(status.st_mode) and status.st_size <= rules.max_file_size:
                    add(SourceFile(path, base + path, status.st_size, status.st_mtime_ns))
                    continue
                reason = skip_by_status(status)
        listing.skipped[reason] += 1
    listing.files.sort(key=lambda file: file.path)
    return listing


def compare(listing: Listing, known: Mapping[str, KnownFile]) -> Changes:
    """What changed, judged by size and time alone; content is compared when a file is read."""
    added, changed = [], []
    seen = set()
    for file in listing.files:
        seen.add(file.path)
        row = known.get(file.path)
        if row is None:
            added.append(file)
        elif (
            row.size != file.size
            or row.mtime != file.mtime_ns
            or (row.skipped == NO_PERMISSION and os.access(file.absolute, os.R_OK))
        ):
            changed.append(file)
    return Changes(added, changed, [row for path, row in known.items() if path not in seen])


def require_folder(root: Path) -> None:
    """Raise `SourceError` unless `root` is a folder that can be read."""
    if not root.exists():
        raise SourceError(f"There is no folder {root}.")
    if not root.is_dir():
        raise SourceError(f"{root} is a file; give the folder that holds it.")
    if not os.access(root, os.R_OK | os.X_OK):
        raise SourceError(f"No permission to read {root}.")


def _exclusions(root: Path, rules: WalkRules) -> GitIgnoreSpec | None:
    """The `exclude` globs and the root's `.codeassistignore`, as one matcher."""
    lines = list(rules.exclude)
    own = root / IGNORE_FILE
    if own.is_file():
        lines.extend(own.read_text(encoding="utf-8", errors="replace").splitlines())
    return make_spec(lines)


def _walk(root: Path, skipped: Counter[str], *, ignores: bool = True) -> Iterator[str]:
    """Every file below `root` that the `.gitignore` files on the way let through, as relative paths."""
    base = os.fspath(root)
    pending: list[tuple[str, tuple[tuple[str, GitIgnoreSpec], ...]]] = [("", ())]
    while pending:
        folder, specs = pending.pop()
        try:
            with os.scandir(f"{base}{os.sep}{folder}" if folder else base) as found:
                entries = list(found)
        except OSError:
            skipped["unreadable"] += 1
            continue
        names = {entry.name for entry in entries}
        if folder and ".git" in names:
            skipped["submodule or nested repository"] += 1
            continue
        if ignores and ".gitignore" in names:
            own = _read_gitignore(root / folder / ".gitignore")
            specs = (*specs, (folder, own)) if own is not None else specs
        above = folder + "/" if folder else ""
        for entry in entries:
            path = above + entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder and entry.name in ALWAYS_PRUNED:
                continue
            if specs and _is_ignored(path + "/" if is_folder else path, specs):
                skipped["ignored"] += 1
            elif is_folder:
                pending.append((path, specs))
            else:
                yield path


def _read_gitignore(path: Path) -> GitIgnoreSpec | None:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    return make_spec(lines)


def _is_ignored(path: str, specs: Iterable[tuple[str, GitIgnoreSpec]]) -> bool:
    """Whether the last rule that speaks of `path` ignores it; deeper files overrule shallower ones, as in git."""
    verdict = False
    for folder, spec in specs:
        result = spec.check_file(path[len(folder) + 1 :] if folder else path)
        if result.include is not None:
            verdict = result.include
    return verdict
