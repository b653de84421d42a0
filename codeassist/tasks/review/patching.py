"""Writing suggested patches to files: only inside the repository, and only to files that are as they were reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codeassist.changes.change import Change
from codeassist.changes.safe_write import inside, replace_file
from codeassist.errors import UsageError
from codeassist.tasks.review.finding import Finding
from indexers.files.reading import read_bytes, read_text


def patchable(root: Path, change: Change, finding: Finding) -> bool:
    """Whether the file of a finding is on disk as it was reviewed."""
    file = change.file(finding.path)
    try:
        text = read_text(inside(root, finding.path), encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, UsageError):
        return False
    return file is not None and file.new is not None and text.replace("\r\n", "\n") == file.new.replace("\r\n", "\n")


def patched(text: str, findings: Sequence[Finding]) -> str:
    """A text with the patches of findings applied; of two that overlap, the higher ranked is applied.

    Lines keep their line endings.
    """
    lines = text.split("\n")
    patches: dict[tuple[int, int], str] = {}
    for finding in sorted(findings, key=lambda f: -f.rank):
        if finding.patch is not None and not any(finding.start <= end and start <= finding.end for start, end in patches):
            patches[finding.start, finding.end] = finding.patch
    for (start, last), patch in sorted(patches.items(), reverse=True):
        carriage_return = "\r" if lines[start - 1].endswith("\r") else ""
        lines[start - 1 : last] = [f"{line}{carriage_return}" for line in patch.rstrip("\n").split("\n")] if patch else []
    return "\n".join(lines)


def apply_patches(root: Path, change: Change, findings: Sequence[Finding]) -> list[str]:
    """Write the patches of findings and return the changed paths; files that changed since the review are skipped."""
    changed = []
    for path in dict.fromkeys(f.path for f in findings):
        full = inside(root, path)
        if not patchable(root, change, next(f for f in findings if f.path == path)):
            continue
        raw = read_bytes(full)
        bom = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
        text = patched(raw.removeprefix(bom).decode("utf-8"), [f for f in findings if f.path == path])
        replace_file(full, bom + text.encode("utf-8"))
        changed.append(path)
    return changed
