"""Keep an index up to date: update it after each burst of changes in the folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchfiles import Change

    from indexers.build.report import Report
    from indexers.index import Index

DEBOUNCE_MILLISECONDS = 400


def watch(index: Index) -> Iterator[tuple[Report, int]]:
    """Update an index after each burst of changes, forever; yields each report and the number of changed files."""
    from watchfiles import watch as changes

    folder = str(index.folder)

    def relevant(_: Change, path: str) -> bool:
        return path != folder and not path.startswith(folder + os.sep) and "/.git/" not in path.replace("\\", "/")

    for burst in changes(index.root, watch_filter=relevant, debounce=DEBOUNCE_MILLISECONDS, raise_interrupt=True):
        yield index.update(wait=True), len(burst)
