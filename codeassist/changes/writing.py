"""Writing to files of a repository: only inside it, never through links, whole files only."""

from __future__ import annotations

import difflib
import os
import tempfile
from pathlib import Path

from codeassist.errors import UsageError


def inside(root: Path, path: str) -> Path:
    """The file of a relative path. Raises `UsageError` when it lies outside the repository, or behind a link."""
    full = root / path
    parts = path.replace("\\", "/").split("/")
    if Path(path).is_absolute() or ".." in parts or ".git" in parts or full.is_symlink():
        raise UsageError(f"'{path}' is no file of this repository that may be changed.")
    if not full.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"'{path}' lies outside {root}.")
    return full


def replace_file(path: Path, data: bytes) -> None:
    """Write a file by moving a complete one into its place; its mode stays."""
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
    """A diff that `git apply` takes; "" when nothing differs."""
    if old == new:
        return ""
    before, after = ([f"{line}\n" for line in t.split("\n")] for t in (old, new))
    for lines in (before, after):
        last = lines.pop()[:-1]
        if last:
            lines.append(last)
    made = difflib.unified_diff(before, after, f"a/{path}" if old else "/dev/null", f"b/{path}" if new else "/dev/null")
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in made)
