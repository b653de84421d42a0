"""List the files to index below a root folder, and count the skipped files by reason.

In a git working tree the list comes from git (tracked files, and untracked ones that are not ignored); elsewhere
pathspec applies the `.gitignore` files. `.codeassistignore` has the same syntax and always applies. Symbolic links are
never followed, and submodules and nested repositories are skipped (index them separately): both are counted.
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
    """What to index. `include` globs override every name rule except binary extensions; `exclude` adds rules."""

    max_file_size: int = DEFAULT_MAX_FILE_SIZE
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(slots=True)
class Listing:
    """The files to index in path order, and the number of skipped files by reason."""

    files: list[SourceFile] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences between the folder and the catalog."""

    added: list[SourceFile]
    changed: list[SourceFile]
    deleted: list[KnownFile]

    def __len__(self) -> int:
        """The number of files that differ."""
        return len(self.added) + len(self.changed) + len(self.deleted)


def discover(root: Path, rules: WalkRules | None = None) -> Listing:
    """List the files to index under `root`; raises `SourceError` when it is not a readable folder."""
    rules = rules or WalkRules()
    require_folder(root)
    listing = Listing()
    include = make_spec(rules.include)
    exclude = _exclusions(root, rules)
    paths = git_paths(root, listing.skipped)
    if paths is None:
        paths = list(_walk(root, listing.skipped))
    if include is not None:  # `include` also reaches files that git or .gitignore ignores
        listed = set(paths)
        paths.extend(p for p in _walk(root, Counter(), ignores=False) if p not in listed and include.match_file(p))
    base = os.fspath(root) + os.sep
    lstat, add, regular = os.lstat, listing.files.append, stat.S_ISREG
    for path in paths:
        reason = skip_by_name(path, include, exclude)
        if not reason:
            try:
                status = lstat(base + path)
            except OSError:  # deleted since it was listed, or not permitted
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
    """The changed files, judged by size and modification time; content is compared when a file is read."""
    added, changed = [], []
    seen = set()
    for file in listing.files:
        seen.add(file.path)
        known_file = known.get(file.path)
        if known_file is None:
            added.append(file)
        elif (
            known_file.size != file.size
            or known_file.mtime != file.mtime_ns
            or (known_file.skipped == NO_PERMISSION and os.access(file.absolute, os.R_OK))
        ):
            changed.append(file)
    return Changes(added, changed, [known_file for path, known_file in known.items() if path not in seen])


def require_folder(root: Path) -> None:
    """Raise `SourceError` unless `root` is a readable folder."""
    if not root.exists():
        raise SourceError(f"There is no folder {root}.")
    if not root.is_dir():
        raise SourceError(f"{root} is a file; give the folder that contains it.")
    if not os.access(root, os.R_OK | os.X_OK):
        raise SourceError(f"No permission to read {root}.")


def _exclusions(root: Path, rules: WalkRules) -> GitIgnoreSpec | None:
    """The `exclude` globs and the root's `.codeassistignore`, as one matcher."""
    lines = list(rules.exclude)
    ignore_file = root / IGNORE_FILE
    if ignore_file.is_file():
        lines.extend(ignore_file.read_text(encoding="utf-8", errors="replace").splitlines())
    return make_spec(lines)


def _walk(root: Path, skipped: Counter[str], *, ignores: bool = True) -> Iterator[str]:
    """The relative paths of all files below `root` that the `.gitignore` files do not exclude."""
    base = os.fspath(root)
    pending: list[tuple[str, tuple[tuple[str, GitIgnoreSpec], ...]]] = [("", ())]
    while pending:
        folder, specs = pending.pop()
        try:
            with os.scandir(f"{base}{os.sep}{folder}" if folder else base) as iterator:
                entries = list(iterator)
        except OSError:
            skipped["unreadable"] += 1
            continue
        names = {entry.name for entry in entries}
        if folder and ".git" in names:
            skipped["submodule or nested repository"] += 1
            continue
        if ignores and ".gitignore" in names:
            spec = _read_gitignore(root / folder / ".gitignore")
            specs = (*specs, (folder, spec)) if spec is not None else specs
        prefix = folder + "/" if folder else ""
        for entry in entries:
            path = prefix + entry.name
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
    """Whether the last rule that matches `path` ignores it; deeper `.gitignore` files take precedence, as in git."""
    ignored = False
    for folder, spec in specs:
        result = spec.check_file(path[len(folder) + 1 :] if folder else path)
        if result.include is not None:
            ignored = result.include
    return ignored
