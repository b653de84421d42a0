"""List the files to index below a root folder, and name the skipped files with the reason for each.

In a git working tree the list comes from git (tracked files, and untracked ones that are not ignored); elsewhere the
`.gitignore` files are applied here. `.codeassistignore` has the same syntax and always applies. Symbolic links are never
followed; submodules, nested repositories, worktrees and other file systems are skipped (index them separately).
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from indexers.errors import SourceError
from indexers.files.exclusions import ALWAYS_PRUNED, NO_PERMISSION, skip_by_name, skip_by_status
from indexers.files.git import git_paths, ignored_paths, unknown_parents
from indexers.files.globs import GlobSpec, ignore_lines, make_spec
from indexers.files.reading import SMALL_BYTES, inode_of, read_text
from indexers.types import KnownFile, SourceFile

IGNORE_FILE = ".codeassistignore"
DEFAULT_MAX_FILE_SIZE = 1_000_000
NESTED = "submodule or nested repository"
OTHER_FILE_SYSTEM = "other file system"


@dataclass(frozen=True, slots=True)
class WalkRules:
    """What to index. `include` globs override every name rule except binary extensions; `exclude` adds rules.

    `other_file_systems` enters folders where another file system is mounted.
    """

    max_file_size: int = DEFAULT_MAX_FILE_SIZE
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    other_file_systems: bool = False


@dataclass(slots=True)
class Listing:
    """The files to index in path order, the number of skipped files by reason, and notes on how they were listed.

    `skipped_paths` are (path, reason); a path that ends with `/` is a folder that was not entered.
    """

    files: list[SourceFile] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    skipped_paths: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def skip(self, path: str, reason: str) -> None:
        """Count and name a skipped file."""
        self.skipped[reason] += 1
        self.skipped_paths.append((path, reason))

    def take_back(self, paths: Collection[str]) -> None:
        """Forget that these files were skipped: a rule that goes before it lists them."""
        back = [(path, reason) for path, reason in self.skipped_paths if path in paths]
        self.skipped.subtract(Counter(reason for _, reason in back))
        self.skipped = +self.skipped
        self.skipped_paths = [entry for entry in self.skipped_paths if entry[0] not in paths]

    @property
    def repositories(self) -> list[str]:
        """The nested repositories that were skipped, as paths without a trailing slash."""
        return sorted(path.rstrip("/") for path, reason in self.skipped_paths if reason == NESTED)


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences between the folder and the catalog.

    `suspects` have the size and modification time of the catalog but another inode or change time, or had just changed when
    they were read (`reading.settled_change_time`), so that their content has to be compared.
    """

    added: list[SourceFile]
    changed: list[SourceFile]
    deleted: list[KnownFile]
    suspects: list[SourceFile] = field(default_factory=list)

    def __len__(self) -> int:
        """The number of files that differ."""
        return len(self.added) + len(self.changed) + len(self.deleted)


def discover(root: Path, rules: WalkRules | None = None, *, explain: bool = False) -> Listing:
    """List the files to index under `root`; raises `SourceError` when it is not a readable folder, or git refuses it.

    With `explain`, `skipped_paths` also names what git ignores and the folders of tools, which takes longer.
    """
    rules = rules or WalkRules()
    require_folder(root)
    listing = Listing()
    include = _spec(rules.include, "include")
    exclude = _exclusions(root, rules)
    device = None if rules.other_file_systems else root.stat().st_dev
    paths = git_paths(root, listing.skip, listing.notes)
    if paths is None:
        paths = list(_walk(root, listing, device))
    elif explain:
        listing.skipped_paths += [(path, "ignored") for path in ignored_paths(root)]
    if include is not None:  # `include` also reaches files that git or .gitignore ignores
        listed = set(paths)
        walked = _walk(root, Listing(), device, ignores=False)
        brought = {p for p in walked if p not in listed and include.match_file(p)}
        paths.extend(brought)
        listing.take_back(brought)
    base = os.fspath(root) + os.sep
    lstat, add, regular = os.lstat, listing.files.append, stat.S_ISREG
    elsewhere = {"": False}
    for path in paths:
        folder = path.rpartition("/")[0]
        if device is not None and folder not in elsewhere:
            _mark_other_file_systems(base, folder, device, elsewhere)
        reason = OTHER_FILE_SYSTEM if elsewhere.get(folder) else skip_by_name(path, include, exclude)
        if not reason:
            try:
                status = lstat(base + path)
            except OSError:  # deleted since it was listed, or not permitted
                reason = "unreadable"
            else:
                if regular(status.st_mode) and status.st_size <= rules.max_file_size:
                    times = status.st_mtime_ns, status.st_ctime_ns
                    add(SourceFile(path, base + path, status.st_size, *times, inode_of(status)))
                    continue
                reason = skip_by_status(status)
        listing.skip(path, reason)
    listing.files.sort(key=attrgetter("path"))
    if explain:
        chosen = {file.path for file in listing.files}
        listing.skipped_paths = sorted({(path, reason) for path, reason in listing.skipped_paths if path not in chosen})
    return listing


def compare(listing: Listing, known: Mapping[str, KnownFile]) -> Changes:
    """The changed files, judged by size, times and inode; content is compared when a file is read."""
    added, changed, suspects = [], [], []
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
        elif known_file.ctime and (known_file.ctime != file.ctime_ns or known_file.inode != file.inode):
            suspects.append(file)
    deleted = [known_file for path, known_file in known.items() if path not in seen]
    return Changes(added, changed, deleted, suspects)


def require_folder(root: Path) -> None:
    """Raise `SourceError` unless `root` is a readable folder."""
    if not root.exists():
        raise SourceError(f"There is no folder {root}.")
    if not root.is_dir():
        raise SourceError(f"{root} is a file; give the folder that contains it.")
    if not os.access(root, os.R_OK | os.X_OK):
        raise SourceError(f"No permission to read {root}.")


def _exclusions(root: Path, rules: WalkRules) -> GlobSpec | None:
    """The `exclude` globs and the root's `.codeassistignore`, as one matcher. Raises `SourceError`."""
    ignore_file = root / IGNORE_FILE
    try:
        lines = ignore_lines(read_text(ignore_file, errors="replace", limit=SMALL_BYTES))
    except FileNotFoundError:
        lines = []
    except OSError as error:
        raise SourceError(f"{ignore_file} cannot be read: {error.strerror or error}; remove or replace it.") from error
    return _spec([*rules.exclude, *lines], str(ignore_file))


def _spec(lines: Iterable[str], where: str) -> GlobSpec | None:
    try:
        return make_spec(list(lines))
    except ValueError as error:
        raise SourceError(f"{where} has {error}.") from error


def _mark_other_file_systems(base: str, folder: str, device: int, elsewhere: dict[str, bool]) -> None:
    """Add to `elsewhere` whether a folder, or one around it below the root, is on another device than the root."""
    for place in unknown_parents(folder, elsewhere):
        parent = elsewhere[place.rpartition("/")[0]]
        try:
            elsewhere[place] = parent or os.lstat(base + place).st_dev != device
        except OSError:
            elsewhere[place] = parent


def _walk(root: Path, listing: Listing, device: int | None, *, ignores: bool = True) -> Iterator[str]:
    """The relative paths of all files below `root`, on `device` if given, that the `.gitignore` files do not exclude."""
    base = os.fspath(root)
    pending: list[tuple[str, tuple[tuple[str, GlobSpec], ...]]] = [("", ())]
    while pending:
        folder, specs = pending.pop()
        try:
            if folder and device is not None and os.lstat(f"{base}{os.sep}{folder}").st_dev != device:
                listing.skip(folder + "/", OTHER_FILE_SYSTEM)
                continue
            with os.scandir(f"{base}{os.sep}{folder}" if folder else base) as iterator:
                entries = list(iterator)
        except OSError:
            listing.skip(folder + "/", "unreadable")
            continue
        names = {entry.name for entry in entries}
        if folder and ".git" in names:
            listing.skip(folder + "/", NESTED)
            continue
        if ignores and ".gitignore" in names:
            spec = _read_gitignore(root / folder / ".gitignore", listing)
            specs = (*specs, (folder, spec)) if spec is not None else specs
        prefix = folder + "/" if folder else ""
        for entry in entries:
            path = prefix + entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder and entry.name in ALWAYS_PRUNED:
                if entry.name not in (".git", ".codeassist"):
                    listing.skipped_paths.append((path + "/", "folder of a tool"))
            elif specs and _is_ignored(path + "/" if is_folder else path, specs):
                listing.skip(path + "/" if is_folder else path, "ignored")
            elif is_folder:
                pending.append((path, specs))
            else:
                yield path


def _read_gitignore(path: Path, listing: Listing) -> GlobSpec | None:
    try:
        return make_spec(ignore_lines(read_text(path, errors="replace", limit=SMALL_BYTES, follow=False)))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        listing.notes.append(f"{path} is not applied: {reason}.")
        return None


def _is_ignored(path: str, specs: Iterable[tuple[str, GlobSpec]]) -> bool:
    """Whether the last rule that matches `path` ignores it; deeper `.gitignore` files take precedence, as in git."""
    ignored = False
    for folder, spec in specs:
        decision = spec.decision(path[len(folder) + 1 :] if folder else path)
        if decision is not None:
            ignored = decision
    return ignored
