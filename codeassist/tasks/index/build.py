"""Build or update an index, and preview which files it would contain."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeassist import workspace
from codeassist.config import Config
from codeassist.deadline import SILENT, Cancel, Events
from indexers import Index, SourceFile
from indexers.build.report import Report
from indexers.files.content import skip_reason
from indexers.files.exclusions import NO_PERMISSION
from indexers.files.reading import read_bytes
from indexers.files.walker import discover
from indexers.syntax.languages import detect
from indexers.types import Statistics

NAMED = 5
"""How many files a note names."""

KEYS = ("languages", "skipped", "unparsed", "encoder", "generation", "encodings", "replaced_files", "replaced_characters")
"""What the result of a build repeats of the statistics."""


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
            "repositories": self.report.repositories,
            "notes": self.report.notes,
            **{key: statistics[key] for key in KEYS},
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """The files that would be indexed, and (path, reason) of the skipped ones; a path that ends with `/` is a folder."""

    files: list[SourceFile]
    skipped_paths: list[tuple[str, str]]
    notes: list[str]

    @property
    def skipped(self) -> Counter[str]:
        """The number of skipped files and folders by reason."""
        return Counter(reason for _, reason in self.skipped_paths)

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
            "skipped_files": skipped_json(self.skipped_paths),
            "notes": self.notes,
        }


def skipped_json(skipped: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """The documented JSON form of skipped files."""
    return [{"path": path, "reason": reason} for path, reason in skipped]


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
    """List the files that would be indexed, judged by their names and content; nothing is written. Raises `SourceError`."""
    listing = discover(root, workspace.index_options(config).rules, explain=True)
    files: list[SourceFile] = []
    skipped = listing.skipped_paths
    for file in listing.files:
        reason = _content_reason(file)
        if reason:
            skipped.append((file.path, reason))
        else:
            files.append(file)
    return Preview(files, sorted(skipped), listing.notes)


def _content_reason(file: SourceFile) -> str:
    """Why the content of a file would not be indexed; "" if it would."""
    try:
        data = read_bytes(file.absolute, follow=False)
    except PermissionError:
        return NO_PERMISSION
    except OSError:
        return "unreadable"
    return skip_reason(data, detect(file.path, data[:128]))
