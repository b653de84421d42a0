"""Suggestions written to files: only inside the repository, only over lines that are still what was reviewed."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from codeassist.changes.change import Change
from codeassist.errors import UsageError
from codeassist.tasks.review.finding import Finding


def inside(root: Path, path: str) -> Path:
    """The file of a relative path. Raises `UsageError` when it lies outside the repository, or behind a link."""
    full = root / path
    parts = path.replace("\\", "/").split("/")
    if Path(path).is_absolute() or ".." in parts or ".git" in parts or full.is_symlink():
        raise UsageError(f"'{path}' is no file of this repository that may be changed.")
    if not full.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"'{path}' lies outside {root}.")
    return full


def patchable(root: Path, change: Change, finding: Finding) -> bool:
    """Whether the lines of a finding are on disk as they were reviewed."""
    file = change.file(finding.path)
    try:
        text = inside(root, finding.path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, UsageError):
        return False
    return file is not None and file.new is not None and text.replace("\r\n", "\n") == file.new.replace("\r\n", "\n")


def patched(text: str, findings: Sequence[Finding]) -> str:
    """A text with suggestions in place, the last first; of two that overlap the better ranked wins.

    Each line keeps its own end.
    """
    lines = text.split("\n")
    taken: list[tuple[int, int]] = []
    for finding in sorted(findings, key=lambda f: -f.rank):
        if finding.patch is not None and not any(finding.start <= e and s <= finding.end for s, e in taken):
            taken.append((finding.start, finding.end))
    by_span = {(f.start, f.end): f for f in sorted(findings, key=lambda f: f.rank)}
    for start, last in sorted(taken, reverse=True):
        patch = by_span[start, last].patch or ""
        end = "\r" if lines[start - 1].endswith("\r") else ""
        lines[start - 1 : last] = [f"{line}{end}" for line in patch.rstrip("\n").split("\n")] if patch else []
    return "\n".join(lines)


def apply_patches(root: Path, change: Change, findings: Sequence[Finding]) -> list[str]:
    """Write suggestions; returns the paths that changed. A file that is no longer what was reviewed is left alone."""
    changed = []
    for path in dict.fromkeys(f.path for f in findings):
        full = inside(root, path)
        if not patchable(root, change, next(f for f in findings if f.path == path)):
            continue
        raw = full.read_bytes()
        mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
        text = patched(raw.removeprefix(mark).decode("utf-8"), [f for f in findings if f.path == path])
        replace_file(full, mark + text.encode("utf-8"))
        changed.append(path)
    return changed


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
