"""Write files of a repository: only inside it, never through symbolic links, whole files only."""

from __future__ import annotations

import difflib
import os
import tempfile
from pathlib import Path

from codeassist.errors import UsageError


def inside(root: Path, path: str) -> Path:
    """The absolute path of a relative one. Raises `UsageError` if it is outside the repository, in .git or a symbolic link."""
    full = root / path
    parts = path.replace("\\", "/").split("/")
    plain = {part.rstrip(" .").casefold() for part in parts}  # some systems take `.GIT ` for `.git`
    if Path(path).is_absolute() or ".." in parts or not plain.isdisjoint((".git", "git~1")) or full.is_symlink():
        raise UsageError(f"'{path}' is not a file of this repository that may be changed.")
    if not full.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"'{path}' is outside {root}.")
    return full


def replace_file(path: Path, data: bytes) -> None:
    """Write a file atomically (write a temporary file, then rename it); its mode is kept."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".codeassist-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def unified(path: str, old: str, new: str) -> str:
    """A unified diff that `git apply` accepts; "" if the texts are equal."""
    if old == new:
        return ""
    before, after = ([f"{line}\n" for line in t.split("\n")] for t in (old, new))
    for lines in (before, after):
        last = lines.pop()[:-1]
        if last:
            lines.append(last)
    diff = difflib.unified_diff(before, after, f"a/{path}" if old else "/dev/null", f"b/{path}" if new else "/dev/null")
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in diff)
