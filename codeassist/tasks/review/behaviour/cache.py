"""Reports by content: the same change on the same commit, run by the same programs in the same environment, runs once."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from codeassist.changes.change import Change
from codeassist.changes.repository import Repository
from codeassist.sandbox.context_cache import interpreter_mark
from codeassist.sandbox.interpreter import project_pythons
from codeassist.tasks.review.behaviour.report import BehaviourReport
from indexers.files.reading import read_text

MOST_ENTRIES = 200


def key_of(root: Path, change: Change, programs: Sequence[Path], python: str | None, options: Iterable[object]) -> str:
    """A digest of the commit, both versions of every changed file, the programs that run, options, and the environment.

    The environment: the interpreters that may be chosen (`python`, if one is named) and what is installed beside each.
    """
    digest = hashlib.sha256()
    pythons = [python] if python else [*project_pythons(root), sys.executable]
    parts = [str(root), Repository(root).head(), *map(str, options), *(f"{p}:{interpreter_mark(p)}" for p in pythons)]
    for file in sorted(change.files, key=lambda f: f.path):
        parts += [file.path, file.old_path, file.kind, file.old or "", file.new or ""]
    for folder in programs:
        parts += [read_text(path) for path in sorted(folder.glob("*.py"))]
    for part in parts:
        text = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d %b" % (len(text), text))
    return digest.hexdigest()[:40]


def load(folder: Path, key: str) -> BehaviourReport | None:
    """The stored report, or None."""
    try:
        return msgspec.json.decode(read_text(folder / f"{key}.json").encode(), type=BehaviourReport)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def save(folder: Path, key: str, report: BehaviourReport) -> None:
    """Store a report and remove the oldest beyond `MOST_ENTRIES`; errors of writing the cache are ignored."""
    path = folder / f"{key}.json"
    temporary = path.with_suffix(f".{os.getpid()}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.json.encode(report))
        temporary.replace(path)
        entries = sorted(folder.glob("*.json"), key=lambda p: p.stat().st_mtime)
        for old in entries[:-MOST_ENTRIES]:
            old.unlink(missing_ok=True)
    except OSError:
        temporary.unlink(missing_ok=True)
