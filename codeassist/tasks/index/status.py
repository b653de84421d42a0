"""The state of an index: its contents, and whether it is up to date."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeassist.tasks.index.build import skipped_json
from indexers import Index
from indexers.types import Statistics


@dataclass(frozen=True, slots=True)
class Status:
    """Statistics of an index; `stale` is the number of files changed since indexing.

    `files` and `skipped_paths`, as (path, reason) with a `/` after folders, are None unless requested.
    """

    root: Path
    folder: Path
    statistics: Statistics
    stale: int
    size: int
    files: list[str] | None = None
    skipped_paths: list[tuple[str, str]] | None = None

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.status/1`."""
        value = {"schema": "codeassist.status/1", "root": str(self.root), "stale": self.stale, "bytes": self.size}
        value |= self.statistics.as_json() | ({"files": self.files} if self.files is not None else {})
        return value | ({"skipped_files": skipped_json(self.skipped_paths)} if self.skipped_paths is not None else {})


def status(index: Index, *, files: bool = False, skipped: bool = False) -> Status:
    """The state of an index, with the paths of all indexed files if `files` is set, and of the others if `skipped` is."""
    listed = index.files() if files else None
    others = index.skipped_paths() if skipped else None
    return Status(index.root, index.folder, index.statistics(), len(index.changes()), index.size(), listed, others)
