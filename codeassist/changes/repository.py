"""The repository under review, read with git; nothing of its settings can make git run a program here."""

from __future__ import annotations

import codecs
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from codeassist.errors import UsageError
from indexers.files.git import SAFE_GIT, git_environment

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""What git calls a tree with nothing in it."""

MOST_BYTES = 2_000_000
TIMEOUT = 120


class Repository:
    """A folder, and git when it is one of git's."""

    def __init__(self, root: Path) -> None:
        """`root` is the top of the work tree; any folder will do for whole files and diffs."""
        self.root = root

    def git(self, *arguments: str, give: bytes | None = None) -> tuple[int, bytes, str]:
        """(exit code, output, what it said)."""
        try:
            done = subprocess.run(
                [*SAFE_GIT, "-C", str(self.root), *arguments],
                input=give,
                capture_output=True,
                check=False,
                timeout=TIMEOUT,
                env=git_environment() | _index_file(),
            )
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
        if code and self.head() == EMPTY_TREE:
            raise UsageError(f"git knows no revision '{name}': there is no commit yet.")
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


def decoded(raw: bytes | None) -> tuple[str | None, bool]:
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
