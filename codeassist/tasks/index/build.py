"""Building an index, and previewing what would be indexed."""

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
from indexers.build.update import Report
from indexers.files.walker import discover


@dataclass(slots=True)
class IndexResult:
    """What an update did, and the index it made, which is open."""

    index: Index
    report: Report
    seconds: float
    statistics: dict[str, Any]
    size: int

    @property
    def changed(self) -> int:
        """How many files were added, changed or deleted."""
        return self.report.added + self.report.changed + self.report.deleted

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.index/1`."""
        return {
            "schema": "codeassist.index/1",
            "root": str(self.index.root),
            "added": self.report.added,
            "changed": self.report.changed,
            "deleted": self.report.deleted,
            "remaining": self.report.remaining,
            "seconds": round(self.seconds, 3),
            "bytes": self.size,
            **{key: self.statistics[key] for key in ("languages", "skipped", "encoder", "generation")},
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """The files that would be indexed, and how many others would be skipped, by reason."""

    files: list[SourceFile]
    skipped: Counter[str]

    @property
    def size(self) -> int:
        """Bytes that would be read."""
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
    """Build the index of `root`, or bring it up to date. A cancelled build keeps what is done and reports what is left.

    Raises `WorkspaceError` and the indexer's errors.
    """
    started = time.monotonic()
    stop = cancel or Cancel()
    index = workspace.build(root, config, rebuild=rebuild, wait=wait, on_progress=events.indexing, stop=lambda: stop.requested)
    assert index.last_report is not None
    return IndexResult(index, index.last_report, time.monotonic() - started, index.statistics(), index.size())


def preview(root: Path, config: Config) -> Preview:
    """What would be indexed; nothing is written. Raises `SourceError`."""
    listing = discover(root, workspace.index_options(config).rules)
    return Preview(listing.files, listing.skipped)
