"""Build or update an index, and preview which files it would contain."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeassist import workspace
from codeassist.config import Config
from codeassist.deadline import SILENT, Cancel, Events
from indexers import Index, SourceFile
from indexers.build.report import Report
from indexers.files.walker import discover
from indexers.types import Statistics

NAMED = 5
"""How many files a note names."""


@dataclass(slots=True)
class IndexResult:
    """The report of a build or update, with its duration in seconds, and the open index; `size` is in bytes."""

    index: Index
    report: Report
    seconds: float
    statistics: Statistics
    size: int

    @property
    def changed(self) -> int:
        """The number of files added, changed or deleted."""
        return self.report.added + self.report.changed + self.report.deleted

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.index/1`."""
        statistics = self.statistics.as_json()
        return {
            "schema": "codeassist.index/1",
            "root": str(self.index.root),
            "added": self.report.added,
            "changed": self.report.changed,
            "deleted": self.report.deleted,
            "remaining": self.report.remaining,
            "seconds": round(self.seconds, 3),
            "bytes": self.size,
            **{key: statistics[key] for key in ("languages", "skipped", "unparsed", "encoder", "generation")},
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """The files that would be indexed, and the number of skipped files by reason."""

    files: list[SourceFile]
    skipped: Counter[str]

    @property
    def size(self) -> int:
        """Total size of the files in bytes."""
        return sum(file.size for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.index-dry-run/1`."""
        return {
            "schema": "codeassist.index-dry-run/1",
            "files": [{"path": file.path, "size": file.size} for file in self.files],
            "bytes": self.size,
            "skipped": dict(self.skipped),
        }


def build(
    root: Path,
    config: Config,
    *,
    rebuild: bool = False,
    wait: bool = False,
    events: Events = SILENT,
    cancel: Cancel | None = None,
) -> IndexResult:
    """Build or update the index of `root`. A cancelled build keeps its progress and reports how many files remain.

    Raises `WorkspaceError` and the indexer's errors.
    """
    started = time.monotonic()
    stop = cancel or Cancel()
    index = workspace.build(root, config, rebuild=rebuild, wait=wait, on_progress=events.indexing, stop=lambda: stop.requested)
    assert index.last_report is not None
    if shortened := index.last_report.shortened:
        others = f" and {len(shortened) - NAMED} other files" if len(shortened) > NAMED else ""
        events.note(f"The encoder calls a part of {', '.join(shortened[:NAMED])}{others} too long; it was encoded in pieces.")
    return IndexResult(index, index.last_report, time.monotonic() - started, index.statistics(), index.size())


def preview(root: Path, config: Config) -> Preview:
    """List the files that would be indexed; nothing is written. Raises `SourceError`."""
    listing = discover(root, workspace.index_options(config).rules)
    return Preview(listing.files, listing.skipped)
