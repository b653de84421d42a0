"""The findings of the last reviews of a repository, so that `fix` accepts the fingerprints that they printed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from codeassist import workspace
from codeassist.tasks.review.finding import Finding
from indexers.files.reading import read_text

MOST = 500
"""Findings that are kept: those of the last review first."""


class SavedFinding(msgspec.Struct, frozen=True):
    """What is kept of a finding."""

    fingerprint: str
    path: str
    start: int
    end: int
    message: str


def saved_findings(root: Path) -> list[SavedFinding]:
    """The findings that the last reviews of a repository reported, the newest first; none if there is no such file."""
    try:
        return msgspec.json.decode(read_text(_file(root)).encode(), type=list[SavedFinding])
    except (OSError, ValueError, msgspec.MsgspecError):
        return []


def save_findings(root: Path, findings: Sequence[Finding]) -> None:
    """Add findings to those that are kept; errors of writing the cache are ignored."""
    new = [SavedFinding(f.fingerprint, f.path, f.start, f.end, f.message) for f in findings]
    marks = {f.fingerprint for f in new}
    kept = [*new, *(f for f in saved_findings(root) if f.fingerprint not in marks)][:MOST]
    path = _file(root)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.json.encode(kept))
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)


def _file(root: Path) -> Path:
    """The file in the user's cache."""
    return workspace.cache_folder("reviews") / f"{workspace.repository_key(root)}-findings.json"
