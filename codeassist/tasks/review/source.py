"""Where a change comes from: the work tree, the index, commits, a range, a diff, whole files; read with git and unidiff."""

from __future__ import annotations

import codecs
import difflib
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from codeassist.errors import UsageError
from codeassist.tasks.review.change import Change, ChangedFile, Hunk
from indexers.git import SAFE_GIT, git_environment

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""What git calls a tree with nothing in it."""

_LINK = re.compile(r"^(?:index .* 120000|(?:new file|deleted file|new) mode 120000)", re.MULTILINE)
_SUBMODULE = re.compile(r"^(?:index|new file mode|deleted file mode).*160000", re.MULTILINE)
MOST_BYTES = 2_000_000
TIMEOUT = 120
DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--submodule=short", "--src-prefix=a/",
        "--dst-prefix=b/", "--unified=3", "--ignore-submodules=dirty")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to review: at most one of the fields; none means the uncommitted changes."""

    staged: bool = False
    base: str = ""
    commit: str = ""
    range: str = ""
    diff: str = ""
    """A diff's own text."""

    paths: tuple[str, ...] = ()


def read_change(root: Path, wanted: Wanted) -> Change:
    """The change that is wanted. Raises `UsageError` in a sentence: no repository, no such revision, a diff that is none."""
    given = [name for name in ("staged", "base", "commit", "range", "diff", "paths") if getattr(wanted, name)]
    if len(given) > 1:
        raise UsageError(f"Name one thing to review, not {' and '.join(given)}.")
    repository = Repository(root)
    if wanted.paths:
        return _whole(repository, wanted.paths)
    if wanted.diff:
        return _from_diff(repository, wanted.diff)
    repository.check()
    if wanted.staged:
        return _between(repository, "the staged changes", ("--cached", repository.head()), repository.head(), ":")
    if wanted.commit:
        return _commit(repository, wanted.commit)
    if wanted.range:
        first, dots, last = wanted.range.partition("...") if "..." in wanted.range else wanted.range.partition("..")
        if not dots:
            raise UsageError(f"'{wanted.range}' is no range: write A..B.")
        old = repository.revision(first or "HEAD")
        new = repository.revision(last or "HEAD")
        old = repository.merge_base(old, new) if dots == "..." else old
        change = _between(repository, wanted.range, (old, new), old, f"{new}:")
        change.messages = repository.messages(f"{old}..{new}")
        return change
    if wanted.base:
        old = repository.merge_base(repository.revision(wanted.base), repository.head())
        change = _between(repository, f"what differs from {wanted.base}", (old,), old, "")
        change.messages = repository.messages(f"{old}..HEAD")
        return change
    change = _between(repository, "the uncommitted changes", (repository.head(),), repository.head(), "")
    change.files += [_untracked(repository, path) for path in repository.untracked()]
    return change


class Repository:
    """A folder, and git when it is one of git's."""

    def __init__(self, root: Path) -> None:
        """`root` is the top of the work tree; any folder will do for whole files and diffs."""
        self.root = root

    def git(self, *arguments: str, give: bytes | None = None) -> tuple[int, bytes, str]:
        """(exit code, output, what it said). Nothing of the repository's settings can make git run a program here."""
        try:
            done = subprocess.run(
                [*SAFE_GIT, "-C", str(self.root), *arguments],
                input=give, capture_output=True, check=False, timeout=TIMEOUT, env=git_environment() | _index_file(),
            )  # fmt: skip
        except FileNotFoundError as error:
            raise UsageError("git is not installed; name files to review, or give a diff with --diff.") from error
        except subprocess.TimeoutExpired as error:
            raise UsageError(f"git {arguments[0]} took longer than {TIMEOUT} s.") from error
        return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip()

    def check(self) -> None:
        """Raise `UsageError` outside a work tree."""
        code, out, _ = self.git("rev-parse", "--is-inside-work-tree")
        if code or out.strip() != b"true":
            raise UsageError(f"{self.root} is not a git repository; name files to review, or give a diff with --diff.")

    def head(self) -> str:
        """The commit that is checked out, or the empty tree when there is none yet."""
        code, out, _ = self.git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return out.decode().strip() if code == 0 else EMPTY_TREE

    def revision(self, name: str) -> str:
        """The commit of a name. Raises `UsageError` when there is none."""
        if name.startswith("-"):
            raise UsageError(f"'{name}' is no revision.")
        code, out, _ = self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if code:
            raise UsageError(f"git knows no revision '{name}'; a shallow clone may lack it (git fetch --unshallow).")
        return out.decode().strip()

    def knows(self, name: str) -> bool:
        """Whether there is such a commit here."""
        return self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")[0] == 0

    def merge_base(self, one: str, other: str) -> str:
        """Where two commits part; the first when they share nothing."""
        code, out, _ = self.git("merge-base", one, other)
        return out.decode().strip() if code == 0 else one

    def messages(self, span: str) -> list[str]:
        """Messages of commits, newest first."""
        code, out, _ = self.git("log", "--format=%B%x00", span, "--")
        return [m.strip() for m in out.decode("utf-8", "replace").split("\0") if m.strip()] if code == 0 else []

    def untracked(self) -> list[str]:
        """Files that git does not know and does not ignore."""
        code, out, _ = self.git("ls-files", "--others", "--exclude-standard", "-z")
        return [os.fsdecode(p) for p in out.split(b"\0") if p] if code == 0 else []

    def show(self, specs: Sequence[str]) -> dict[str, bytes | None]:
        """Contents of `REVISION:PATH` or `:PATH`, all at once."""
        found: dict[str, bytes | None] = {}
        for odd in {s for s in specs if "\n" in s}:  # the batch form ends a name at a line's end
            code, out, _ = self.git("cat-file", "blob", odd)
            found[odd] = out if code == 0 else None
        wanted = [s for s in dict.fromkeys(specs) if "\n" not in s]
        if not wanted:
            return found
        _, out, _ = self.git("cat-file", "--batch", give="".join(f"{s}\n" for s in wanted).encode("utf-8", "surrogateescape"))
        at = 0
        for spec in wanted:
            end = out.find(b"\n", at)
            header = out[at:end].rsplit(b" ", 2)
            if len(header) != 3 or header[1] != b"blob" or not header[2].isdigit():
                found[spec], at = None, end + 1
                if len(header) == 3 and header[2].isdigit() and header[1] in (b"tree", b"commit", b"tag"):
                    at += int(header[2]) + 1
                continue
            size = int(header[2])
            found[spec] = out[end + 1 : end + 1 + size]
            at = end + 2 + size
        return found

    def on_disk(self, path: str) -> bytes | None:
        """A file of the work tree that lies inside the root; links are not followed out of it."""
        full = self.root / path
        try:
            if full.is_symlink() or not full.is_file() or not full.resolve().is_relative_to(self.root.resolve()):
                return None
            with full.open("rb") as file:
                return file.read(MOST_BYTES + 1)
        except OSError:
            return None

    def grep(self, words: Sequence[str], globs: Sequence[str], where: str) -> list[tuple[str, int, str]]:
        """(path, line, text) of lines that hold one of some words; `where` is "" for the work tree, ":" for the index."""
        known = [w for w in words if re.fullmatch(r"\w+", w)]
        if not known:
            return []
        place = ["--cached"] if where == ":" else [where.rstrip(":")] if where else ["--untracked"]
        patterns = [part for word in known for part in ("-e", word)]
        command = ["grep", "-z", "-n", "-w", "-I", "-F", "--no-color", "--full-name", *patterns]
        code, out, _ = self.git(*command, *place, "--", *globs)
        if code > 1:
            return []
        found = []
        for line in out.decode("utf-8", "replace").split("\n"):
            parts = line.split("\0", 2)
            if len(parts) == 3 and parts[1].isdigit():
                path = parts[0].removeprefix(where) if where not in ("", ":") else parts[0]
                found.append((path, int(parts[1]), parts[2]))
        return found


def _index_file() -> dict[str, str]:
    """Inside a hook git may name another index file (`git commit -- PATH`): what it holds is what will be committed."""
    named = os.environ.get("GIT_INDEX_FILE")
    return {"GIT_INDEX_FILE": str(Path(named).absolute())} if named else {}


def _between(repository: Repository, title: str, sides: Sequence[str], old: str, where: str) -> Change:
    """The change that `git diff SIDES` shows; `where` prefixes paths of the new side ("" for the work tree)."""
    code, out, said = repository.git(*DIFF, *sides, "--")
    if code:
        raise UsageError(f"git cannot show {title}: {said.splitlines()[0] if said else 'no reason given'}.")
    files = list(parse(out))
    _fill(repository, files, old, where)
    return _change(repository, title, files, where)


def between(repository: Repository, old: str, new: str) -> Change:
    """What lies between two commits, or the empty tree and a commit."""
    change = _between(repository, f"{old[:12]}..{new[:12]}", (old, new), old, f"{new}:")
    change.messages = repository.messages(new if old == EMPTY_TREE else f"{old}..{new}")
    return change


def _commit(repository: Repository, name: str) -> Change:
    """What a commit brought; of a merge, what it brought beside its first parent."""
    new = repository.revision(name)
    code, out, _ = repository.git("rev-parse", "--verify", "--quiet", f"{new}^1")
    old = out.decode().strip() if code == 0 else EMPTY_TREE
    change = _between(repository, f"commit {new[:12]}", (old, new), old, f"{new}:")
    change.messages = repository.messages(f"{new}^!") or repository.messages(new)[:1]
    return change


def _fill(repository: Repository, files: list[ChangedFile], old: str, where: str) -> None:
    """Read both sides of every file."""
    readable = [f for f in files if f.kind not in ("link", "submodule")]
    before = {f.path: f"{old}:{f.old_path}" for f in readable if f.kind != "added"}
    after = {f.path: f"{where}{f.path}" for f in readable if f.kind != "deleted"} if where else {}
    shown = repository.show([*before.values(), *after.values()])
    for file in readable:
        if file.path in before:
            file.old, _ = _text(shown.get(before[file.path]))
        if file.kind != "deleted":
            raw = shown.get(after[file.path]) if where else repository.on_disk(file.path)
            file.new, file.lossy = _text(raw)
            file.size = len(raw or b"")
            file.raw = raw if file.new is None else None
        if file.kind == "binary" and file.new is not None:  # only its attributes call it binary
            file.kind = "modified" if file.old is not None else "added"
            file.hunks = [_compared(file.old or "", file.new)]


def _untracked(repository: Repository, path: str) -> ChangedFile:
    file = ChangedFile(path, path, "added")
    raw = repository.on_disk(path)
    file.new, file.lossy = _text(raw)
    file.size = _size(repository.root / path)
    if file.new is None:
        file.kind, file.raw = "binary", raw
    else:
        file.hunks = [_all_added(file.new)]
    return file


def _whole(repository: Repository, paths: Sequence[str]) -> Change:
    """Files as they are, every line of them."""
    files: list[ChangedFile] = []
    for given in paths:
        full = Path(given).absolute()
        if not full.exists():
            raise UsageError(f"There is no file {given}.")
        if not full.resolve().is_relative_to(repository.root.resolve()):
            raise UsageError(f"{given} lies outside {repository.root}.")
        found = _walk(repository, full) if full.is_dir() else [full.resolve()]
        for path in found:
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
    """A diff that was made somewhere: its new side must be what lies in the work tree, or the old side must fit it."""
    raw = text.encode("utf-8", "surrogateescape")
    files = list(parse(raw))
    if not files:
        raise UsageError("That is no diff: it names no file (expected the output of 'git diff', or '---' and '+++' lines).")
    notes = []
    for file in files:
        if file.kind in ("binary", "submodule", "deleted"):
            continue
        _outside(repository, file.path)
        disk, file.lossy = _text(repository.on_disk(file.path))
        before, _ = _text(repository.on_disk(file.old_path))
        if file.kind == "added" and (disk is None or disk != _joined(file)):
            file.new = _joined(file)
        elif disk is not None and _fits(file, disk, new=True):
            file.new, file.old = disk, _reverted(file, disk)
        elif before is not None and _fits(file, before, new=False):
            file.old, file.new = before, _applied(file, before)
        else:
            notes.append(f"{file.path} does not match the work tree: only its added lines were looked at")
            file.new, file.old, file.lossy = _sparse(file), None, True
        file.size = len((file.new or "").encode("utf-8", "replace"))
    change = _change(repository, "a diff", files, "")
    change.notes += notes
    change.in_work_tree = not notes and all(
        f.new is None or f.new == _text(repository.on_disk(f.path))[0] for f in files if f.kind != "deleted"
    )
    return change


def _outside(repository: Repository, path: str) -> None:
    parts = path.replace("\\", "/").split("/")
    if path.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", path) or "\0" in path:
        raise UsageError(f"The diff names '{path}', which lies outside the repository.")


def _change(repository: Repository, title: str, files: list[ChangedFile], where: str) -> Change:
    texts = {f.path: f.new for f in files if f.new is not None}
    gone = {f.old_path for f in files if f.kind in ("deleted", "renamed")} - {f.path for f in files if f.kind != "deleted"}

    def read(path: str) -> str | None:
        if path in gone:
            return None
        if path not in texts:
            raw = repository.show([f"{where}{path}"]).get(f"{where}{path}") if where else repository.on_disk(path)
            text = _text(raw)[0]
            if text is None:
                return None
            texts[path] = text
        return texts[path]

    def prefetch(paths: Sequence[str]) -> None:
        missing = [p for p in paths if p not in texts and p not in gone]
        if where and missing:
            shown = repository.show([f"{where}{p}" for p in missing])
            for path in missing:
                text = _text(shown.get(f"{where}{path}"))[0]
                if text is not None:
                    texts[path] = text

    def find(words: Sequence[str], globs: Sequence[str]) -> list[tuple[str, int, str]]:
        return [hit for hit in repository.grep(words, globs, where) if hit[0] not in gone]

    return Change(title, files, read, find, prefetch, in_work_tree=not where)


def parse(raw: bytes) -> Iterator[ChangedFile]:
    """Files of a unified diff, as git and other tools write it. Raises `UsageError` when it contradicts itself."""
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    text = raw.decode("utf-8", "surrogateescape").replace("\0", "�")
    try:
        patches = PatchSet(text)
    except (UnidiffParseError, ValueError, IndexError) as error:
        raise UsageError(f"The diff cannot be read: {str(error)[:200]}.") from error
    for patch in patches:
        source, target = _unquoted(patch.source_file), _unquoted(patch.target_file)
        old_path = "" if source == "/dev/null" else _bare(source, "a/", "i/", "c/", "o/")
        new_path = "" if target == "/dev/null" else _bare(target, "b/", "w/", "i/", "c/")
        info = "".join(str(line) for line in (patch.patch_info or ()))
        kind = "added" if not old_path else "deleted" if not new_path else "modified"
        if patch.is_rename and "copy from" not in info:
            kind = "renamed"
        if _LINK.search(info):
            kind = "link"
        elif "Subproject commit" in str(patch) and _SUBMODULE.search(info):
            kind = "submodule"
        elif patch.is_binary_file:
            kind = "binary"
        elif not len(patch) and kind == "modified" and "old mode" in info:
            kind = "mode"
        yield ChangedFile(new_path or old_path, old_path or new_path, kind, [_hunk(h) for h in patch])


def _hunk(told: object) -> Hunk:
    hunk = Hunk(told.source_start, told.source_length, told.target_start, told.target_length)  # type: ignore[attr-defined]
    for line in told:  # type: ignore[attr-defined]
        value = line.value.rstrip("\n").removesuffix("\r").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if line.is_added:
            hunk.added[line.target_line_no] = value
        elif line.is_removed:
            hunk.removed[line.source_line_no] = value
    hunk.text = str(told).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return hunk


def _unquoted(path: str) -> str:
    """A path as git quotes it, with its bytes put back."""
    path = path.rstrip("\t\r")
    if len(path) > 1 and path[0] == path[-1] == '"':
        try:
            decoded = codecs.escape_decode(path[1:-1].encode("utf-8", "surrogateescape"))[0]
        except ValueError as error:
            raise UsageError(f"The diff cannot be read: {path} is no quoted path.") from error
        return bytes(decoded).decode("utf-8", "surrogateescape")
    return path


def _bare(path: str, *prefixes: str) -> str:
    return next((path[len(p) :] for p in prefixes if path.startswith(p)), path)


def _text(raw: bytes | None) -> tuple[str | None, bool]:
    """(text, whether bytes were replaced); None for what is binary or too large to read."""
    if raw is None or len(raw) > MOST_BYTES:
        return None, False
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace"), True
    if b"\0" in raw[:8_000]:
        return None, False
    try:
        return raw.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace"), True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _compared(old: str, new: str) -> Hunk:
    """What differs between two texts, as one hunk."""
    a, b = (t.replace("\r\n", "\n").split("\n") for t in (old, new))
    hunk = Hunk(1, len(a), 1, len(b))
    for tag, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            hunk.removed |= {n + 1: a[n] for n in range(i, j)}
            hunk.added |= {n + 1: b[n] for n in range(k, m)}
    return hunk


def _all_added(text: str) -> Hunk:
    lines = text.replace("\r\n", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return Hunk(0, 0, 1, len(lines), {}, dict(enumerate(lines, 1)))


def _joined(file: ChangedFile) -> str:
    return "\n".join(text for _, text in sorted(file.added.items())) + "\n"


def _sparse(file: ChangedFile) -> str:
    """The added lines at their numbers, the rest empty."""
    last = max(file.added, default=0)
    return "\n".join(file.added.get(n, "") for n in range(1, last + 1)) + "\n"


def _sides(hunk: Hunk, *, new: bool) -> list[str]:
    """The lines of one side of a hunk."""
    kept = " +" if new else " -"
    return [line[1:].rstrip("\r") for line in hunk.text.split("\n")[1:] if line[:1] in kept and line]


def _fits(file: ChangedFile, text: str, *, new: bool) -> bool:
    lines = text.replace("\r\n", "\n").split("\n")
    for hunk in file.hunks:
        start = hunk.new_start if new else hunk.old_start
        wanted = _sides(hunk, new=new)
        if lines[max(0, start - 1) : max(0, start - 1) + len(wanted)] != wanted:
            return False
    return True


def _swapped(file: ChangedFile, text: str, *, new: bool) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    for hunk in sorted(file.hunks, key=lambda h: -h.new_start):
        start = max(0, (hunk.new_start if new else hunk.old_start) - 1)
        lines[start : start + len(_sides(hunk, new=new))] = _sides(hunk, new=not new)
    return "\n".join(lines)


def _reverted(file: ChangedFile, text: str) -> str:
    return _swapped(file, text, new=True)


def _applied(file: ChangedFile, text: str) -> str:
    return _swapped(file, text, new=False)
