"""Read a change from the working tree, the index, a commit, a range, a diff or whole files."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from codeassist.changes.change import Change, ChangedFile
from codeassist.changes.diffs import all_added, applied, compared, fits, joined, parse, reverted, sparse
from codeassist.changes.fixes import fixes
from codeassist.changes.repository import EMPTY_TREE, Repository, decoded
from codeassist.errors import UsageError

DIFF = (
    "diff",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--find-renames",
    "--submodule=short",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--unified=3",
    "--ignore-submodules=dirty",
)


@dataclass(frozen=True, slots=True)
class ChangeSelection:
    """What to review. At most one field may be set; none means the uncommitted changes."""

    staged: bool = False
    base: str = ""
    commit: str = ""
    range: str = ""
    diff: str = ""
    """The text of a diff."""

    paths: tuple[str, ...] = ()


def read_change(root: Path, selection: ChangeSelection) -> Change:
    """The selected change. Raises `UsageError` for a missing repository, an unknown revision or an invalid diff."""
    selected = [name for name in ("staged", "base", "commit", "range", "diff", "paths") if getattr(selection, name)]
    if len(selected) > 1:
        raise UsageError(f"Name one thing to review, not {' and '.join(selected)}.")
    repository = Repository(root)
    if selection.paths:
        return _whole(repository, selection.paths)
    if selection.diff:
        return _from_diff(repository, selection.diff)
    repository.check("name files to review, or give a diff with --diff")
    if selection.staged:
        return _between(repository, "the staged changes", ("--cached", repository.head()), repository.head(), ":")
    if selection.commit:
        return _commit(repository, selection.commit)
    if selection.range:
        first, dots, last = selection.range.partition("...") if "..." in selection.range else selection.range.partition("..")
        if not dots:
            raise UsageError(f"'{selection.range}' is not a range; write A..B.")
        old = repository.revision(first or "HEAD")
        new = repository.revision(last or "HEAD")
        old = repository.merge_base(old, new) if dots == "..." else old
        change = _between(repository, selection.range, (old, new), old, f"{new}:")
        change.messages = repository.messages(f"{old}..{new}")
        return change
    if selection.base:
        old = repository.merge_base(repository.revision(selection.base), repository.head())
        change = _between(repository, f"the changes since {selection.base}", (old,), old, "")
        change.messages = repository.messages(f"{old}..HEAD")
        return change
    change = _between(repository, "the uncommitted changes", (repository.head(),), repository.head(), "")
    change.files += [_untracked(repository, path) for path in repository.untracked()]
    return change


def _between(repository: Repository, title: str, sides: Sequence[str], old: str, where: str) -> Change:
    """The change that `git diff SIDES` shows; `where` prefixes the paths of the new side ("" for the working tree)."""
    code, out, message = repository.git(*DIFF, *sides, "--")
    if code:
        raise UsageError(f"git cannot show {title}: {message.splitlines()[0] if message else 'no reason given'}.")
    files = list(parse(out))
    _fill(repository, files, old, where)
    change = _change(repository, title, files, where)
    change.fixes = lambda paths: fixes(repository, old, paths)
    return change


def between(repository: Repository, old: str, new: str) -> Change:
    """The change between two commits, or between the empty tree and a commit."""
    change = _between(repository, f"{old[:12]}..{new[:12]}", (old, new), old, f"{new}:")
    change.messages = repository.messages(new if old == EMPTY_TREE else f"{old}..{new}")
    return change


def _commit(repository: Repository, name: str) -> Change:
    """The change of a commit; for a merge, relative to its first parent."""
    new = repository.revision(name)
    code, out, _ = repository.git("rev-parse", "--verify", "--quiet", f"{new}^1")
    old = out.decode().strip() if code == 0 else EMPTY_TREE
    change = _between(repository, f"commit {new[:12]}", (old, new), old, f"{new}:")
    change.messages = repository.messages(f"{new}^!") or repository.messages(new)[:1]
    return change


def _fill(repository: Repository, files: list[ChangedFile], old: str, where: str) -> None:
    """Read both sides of every file from git or the working tree."""
    readable = [f for f in files if f.kind not in ("link", "submodule")]
    before = {f.path: f"{old}:{f.old_path}" for f in readable if f.kind != "added"}
    after = {f.path: f"{where}{f.path}" for f in readable if f.kind != "deleted"} if where else {}
    shown = repository.show([*before.values(), *after.values()])
    for file in readable:
        if file.path in before:
            file.old, _ = decoded(shown.get(before[file.path]))
        if file.kind != "deleted":
            raw = shown.get(after[file.path]) if where else repository.on_disk(file.path)
            file.new, file.lossy = decoded(raw)
            file.size = len(raw or b"")
            file.raw = raw if file.new is None else None
        if file.kind == "binary" and file.new is not None:  # binary by .gitattributes only
            file.kind = "modified" if file.old is not None else "added"
            file.hunks = [compared(file.old or "", file.new)]


def _untracked(repository: Repository, path: str) -> ChangedFile:
    file = ChangedFile(path, path, "added")
    raw = repository.on_disk(path)
    file.new, file.lossy = decoded(raw)
    file.size = _size(repository.root / path)
    if file.new is None:
        file.kind, file.raw = "binary", raw
    else:
        file.hunks = [all_added(file.new)]
    return file


def _whole(repository: Repository, paths: Sequence[str]) -> Change:
    """Whole files, to be reviewed in full."""
    files: list[ChangedFile] = []
    for name in paths:
        full = Path(name).absolute()
        if not full.exists():
            raise UsageError(f"There is no file {name}.")
        if not full.resolve().is_relative_to(repository.root.resolve()):
            raise UsageError(f"{name} is outside {repository.root}.")
        members = _walk(repository, full) if full.is_dir() else [full.resolve()]
        for path in members:
            file = _untracked(repository, path.relative_to(repository.root.resolve()).as_posix())
            file.whole, file.old = True, file.new
            if file.kind == "added":
                file.kind = "modified"
            files.append(file)
    return _change(repository, "whole files", files, "")


def _walk(repository: Repository, folder: Path) -> list[Path]:
    code, out, _ = repository.git("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", str(folder))
    if code == 0:
        return [repository.root.resolve() / os.fsdecode(p) for p in sorted(out.split(b"\0")) if p]
    return sorted(p.resolve() for p in folder.rglob("*") if p.is_file() and "/." not in p.as_posix())


def _from_diff(repository: Repository, text: str) -> Change:
    """A diff from another source. Its new or old side must match the working tree; else only its added lines are reviewed."""
    raw = text.encode("utf-8", "surrogateescape")
    files = list(parse(raw))
    if not files and raw.strip():  # an empty one is a change without files
        raise UsageError("That is not a diff: it names no files (expected the output of 'git diff', or '---' and '+++' lines).")
    for file in files:
        _require_inside(file.path)
        _require_inside(file.old_path)
    notes = []
    for file in files:
        if file.kind in ("binary", "submodule", "deleted"):
            continue
        disk, file.lossy = decoded(repository.on_disk(file.path))
        before, _ = decoded(repository.on_disk(file.old_path))
        if file.kind == "added" and (disk is None or disk != joined(file)):
            file.new = joined(file)
        elif disk is not None and fits(file, disk, new=True):
            file.new, file.old = disk, reverted(file, disk)
        elif before is not None and fits(file, before, new=False):
            file.old, file.new = before, applied(file, before)
        else:
            notes.append(f"{file.path} does not match the working tree: only its added lines were reviewed")
            file.new, file.old, file.lossy = sparse(file), None, True
        file.size = len((file.new or "").encode("utf-8", "replace"))
    change = _change(repository, "a diff", files, "")
    change.notes += notes
    change.in_work_tree = not notes and all(
        f.new is None or f.new == decoded(repository.on_disk(f.path))[0] for f in files if f.kind != "deleted"
    )
    return change


def _require_inside(path: str) -> None:
    """Raise `UsageError` for a path outside the repository: files are written and removed by these names in copies of it."""
    parts = path.replace("\\", "/").split("/")
    if path.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", path) or "\0" in path:
        raise UsageError(f"The diff names '{path}', which is outside the repository.")


def _change(repository: Repository, title: str, files: list[ChangedFile], where: str) -> Change:
    texts = {f.path: f.new for f in files if f.new is not None}
    deleted = {f.old_path for f in files if f.kind in ("deleted", "renamed")} - {f.path for f in files if f.kind != "deleted"}

    absent: set[str] = set()

    def read(path: str) -> str | None:
        if path in deleted or path in absent:
            return None
        if path not in texts:
            raw = repository.show([f"{where}{path}"]).get(f"{where}{path}") if where else repository.on_disk(path)
            text = decoded(raw)[0]
            if text is None:
                absent.add(path)
                return None
            texts[path] = text
        return texts[path]

    def prefetch(paths: Sequence[str]) -> None:
        missing = [p for p in paths if p not in texts and p not in deleted]
        if where and missing:
            shown = repository.show([f"{where}{p}" for p in missing])
            for path in missing:
                text = decoded(shown.get(f"{where}{path}"))[0]
                if text is not None:
                    texts[path] = text

    def find(words: Sequence[str], globs: Sequence[str]) -> list[tuple[str, int, str]]:
        return [hit for hit in repository.grep(words, globs, where) if hit[0] not in deleted]

    return Change(title, files, read, find, prefetch, in_work_tree=not where)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
