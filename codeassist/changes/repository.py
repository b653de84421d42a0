"""The repository under review, read with git."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Sequence
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path

from codeassist.errors import UsageError
from indexers.files.decoding import decode
from indexers.files.git import untrusted
from indexers.files.reading import read_start
from indexers.files.run_git import Problem, run_git

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The object name of git's empty tree."""

MOST_NAMED = 5
"""The most branches and tags that a message names all of."""

MOST_NEAR = 3
"""Of more, the most with a name like the one that is not known."""

MOST_BYTES = 2_000_000
TIMEOUT = 120


class Repository:
    """A folder, and git if the folder is a git repository."""

    def __init__(self, root: Path) -> None:
        """`root` is the top of the working tree; whole files and diffs need no git repository."""
        self.root = root

    def git(self, *arguments: str, give: bytes | None = None) -> tuple[int, bytes, str]:
        """Run git with `give` as standard input; returns (exit code, stdout, stderr). Raises `UsageError`."""
        done = run_git(
            self.root, *arguments, stdin=give, timeout=TIMEOUT, index_file=_index_file(), located=_location(self.root)
        )
        if done.problem is Problem.NO_PROGRAM:
            raise UsageError("git is not installed; name files to review, or give a diff with --diff.")
        if done.problem in (Problem.TIMEOUT, Problem.REFUSED):
            raise UsageError(done.message)
        if done.problem is Problem.NOT_FETCHED and arguments[0] == "diff":
            raise UsageError(
                f"{self.root} is a partial clone without the files of these commits; fetch them with 'git fetch --refetch', "
                "without a filter."
            )
        return done.code, done.out, done.message

    def check(self, advice: str = "") -> None:
        """Raise `UsageError` outside a working tree; `advice` says what can be done without one."""
        code, out, message = self.git("rev-parse", "--is-inside-work-tree")
        if remedy := untrusted(self.root, message):
            raise UsageError(remedy)
        if code or out.strip() != b"true":
            raise UsageError(f"{self.root} is not a git repository{f'; {advice}' if advice else ''}.")

    def common_folder(self) -> Path | None:
        """The folder of git's own files, shared by all worktrees; None outside a repository."""
        code, out, _ = self.git("rev-parse", "--git-common-dir")
        return (self.root / os.fsdecode(out.rstrip(b"\n"))).resolve() if code == 0 else None

    def head(self) -> str:
        """The hash of the checked-out commit, or the empty tree before the first commit."""
        code, out, _ = self.git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return out.decode().strip() if code == 0 else EMPTY_TREE

    def revision(self, name: str) -> str:
        """The commit hash of a revision. Raises `UsageError` for an unknown one."""
        if name.startswith("-"):
            raise UsageError(f"'{name}' is not a revision.")
        code, out, _ = self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if code and self.head() == EMPTY_TREE:
            raise UsageError(f"git does not know the revision '{name}': there are no commits yet.")
        if code:
            raise UsageError(f"git does not know the revision '{name}'; {self._advice(name)}.")
        return out.decode().strip()

    def _advice(self, name: str) -> str:
        """What to do about an unknown revision: fetch the missing commits, or use a name that is almost the same."""
        if self.git("rev-parse", "--is-shallow-repository")[1].strip() == b"true":
            return "this shallow clone may lack it (git fetch --unshallow)"
        listed = self.git("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")[1]
        names = [known for known in os.fsdecode(listed).split() if not known.endswith("/HEAD")]
        if not names:
            return "it knows no branch"
        if len(names) <= MOST_NAMED:
            return f"it knows {', '.join(names)}"
        alike = [known for known in names if get_close_matches(name, (known, known.partition("/")[2]), 1)]
        alike = sorted(alike, key=lambda known: -SequenceMatcher(None, name, known).ratio())[:MOST_NEAR]
        return f"the nearest it knows: {', '.join(alike)}" if alike else "'git branch --all' and 'git tag' list those it knows"

    def knows(self, name: str) -> bool:
        """Whether the repository contains this commit."""
        return self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")[0] == 0

    def merge_base(self, one: str, other: str) -> str:
        """The merge base of two commits; the first commit if they share no history."""
        code, out, _ = self.git("merge-base", one, other)
        return out.decode().strip() if code == 0 else one

    def messages(self, span: str) -> list[str]:
        """The commit messages of a range, newest first."""
        code, out, _ = self.git("log", "--format=%B%x00", span, "--")
        return [m.strip() for m in out.decode("utf-8", "replace").split("\0") if m.strip()] if code == 0 else []

    def untracked(self) -> list[str]:
        """Files that are neither tracked nor ignored."""
        code, out, _ = self.git("ls-files", "--others", "--exclude-standard", "-z")
        return [os.fsdecode(p) for p in out.split(b"\0") if p] if code == 0 else []

    def unstaged(self) -> set[str]:
        """Tracked files whose version in the working tree is not the one in the index, deleted ones as well."""
        code, out, _ = self.git("diff", "--name-only", "-z", "--no-renames", "--ignore-submodules", "--")
        return {os.fsdecode(p) for p in out.split(b"\0") if p} if code == 0 else set()

    def show(self, specs: Sequence[str]) -> dict[str, bytes | None]:
        """The contents of each `REVISION:PATH` or `:PATH`, read in one batch; None for what is not a file."""
        contents: dict[str, bytes | None] = {}
        for multiline in {s for s in specs if "\n" in s}:  # in batch mode a newline ends the name
            code, out, _ = self.git("cat-file", "blob", multiline)
            contents[multiline] = out if code == 0 else None
        batch = [s for s in dict.fromkeys(specs) if "\n" not in s]
        if not batch:
            return contents
        _, out, _ = self.git("cat-file", "--batch", give="".join(f"{s}\n" for s in batch).encode("utf-8", "surrogateescape"))
        offset = 0
        for spec in batch:
            end = out.find(b"\n", offset)
            header = out[offset:end].rsplit(b" ", 2)
            if len(header) != 3 or header[1] != b"blob" or not header[2].isdigit():
                contents[spec], offset = None, end + 1
                if len(header) == 3 and header[2].isdigit() and header[1] in (b"tree", b"commit", b"tag"):
                    offset += int(header[2]) + 1
                continue
            size = int(header[2])
            contents[spec] = out[end + 1 : end + 1 + size]
            offset = end + 2 + size
        return contents

    def attributes(self, paths: Sequence[str], names: Sequence[str]) -> dict[str, set[str]]:
        """The attributes of each path that `.gitattributes` sets, among `names`; a value of `false` counts as not set."""
        given = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
        code, out, _ = self.git("check-attr", "-z", "--stdin", *names, give=given) if paths else (1, b"", "")
        found: dict[str, set[str]] = {}
        parts = out.split(b"\0")[:-1] if code == 0 else []
        for path, name, value in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
            if value not in (b"unspecified", b"unset", b"false"):
                found.setdefault(os.fsdecode(path), set()).add(name.decode())
        return found

    def on_disk(self, path: str) -> bytes | None:
        """The bytes of a file of the working tree, or None; symbolic links and files outside the root are not read."""
        full = self.root / path
        try:
            if full.is_symlink() or not full.is_file() or not full.resolve().is_relative_to(self.root.resolve()):
                return None
            return read_start(full, MOST_BYTES + 1, follow=False)
        except OSError:
            return None

    def grep(self, words: Sequence[str], globs: Sequence[str], where: str) -> list[tuple[str, int, str]]:
        """(path, line, text) of lines that contain one of the words; `where` is "" for the working tree, ":" for the index."""
        plain = [w for w in words if re.fullmatch(r"\w+", w)]
        if not plain:
            return []
        scope = ["--cached"] if where == ":" else [where.rstrip(":")] if where else ["--untracked"]
        command = ["grep", "-z", "-n", "-w", "-I", "-F", "--no-color", "--full-name", "-f", "-"]
        patterns = "".join(f"{word}\n" for word in plain)  # on standard input: thousands of words exceed the command line
        code, out, _ = self.git(*command, *scope, "--", *globs, give=patterns.encode())
        if code > 1:
            return []
        matches = []
        for line in out.decode("utf-8", "replace").split("\n"):
            parts = line.split("\0", 2)
            if len(parts) == 3 and parts[1].isdigit():
                path = parts[0].removeprefix(where) if where not in ("", ":") else parts[0]
                matches.append((path, int(parts[1]), parts[2]))
        return matches


def _location(root: Path) -> dict[str, str]:
    """GIT_DIR and GIT_WORK_TREE, where they name the repository of `root` and `root` has no other."""
    folder, tree = os.environ.get("GIT_DIR", ""), os.environ.get("GIT_WORK_TREE", "")
    if not folder or not Path(folder).is_dir() or (tree and Path(tree).resolve() != root.resolve()):
        return {}
    if not tree and any((above / ".git").exists() for above in (root, *root.parents)):
        return {}
    return {"GIT_DIR": str(Path(folder).absolute()), "GIT_WORK_TREE": str(root.absolute())}


def _index_file() -> Path | None:
    """In a hook, git may set another index file (`git commit -- PATH`), which contains what will be committed."""
    named = os.environ.get("GIT_INDEX_FILE")
    return Path(named).absolute() if named else None


def decoded(raw: bytes | None) -> tuple[str | None, bool]:
    """(text, whether bytes were replaced). The text is None for binary or too large content."""
    if raw is None or len(raw) > MOST_BYTES:
        return None, False
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(raw), True
    if b"\0" in raw[:8_000]:
        return None, False
    try:
        return raw.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        return decode(raw), True
