"""Files whose times changed but whose content did not: a new working tree, a restored cache, a branch left and entered again.

They are read here: starting a process that could parse them takes longer than comparing thousands of them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from indexers.build.messages import Unchanged
from indexers.files.digest import digest
from indexers.files.reading import inode_of, read_with_status, settled_change_time
from indexers.files.walker import Changes
from indexers.types import KnownFile, SourceFile

MOST_BYTES = 200_000_000
"""More source than this is read by the worker processes, several at once."""


def split_touched(changes: Changes, known: Mapping[str, KnownFile]) -> tuple[list[Unchanged], Changes]:
    """(files that have the content of the index, the other changes). Files of another size are not read."""
    same_size = [file for file in changes.changed if file.size == known[file.path].size]
    if sum(file.size for file in same_size) > MOST_BYTES:
        return [], changes
    touched = _unchanged(same_size, known)
    paths = {file.path for file in touched}
    return touched, replace(changes, changed=[file for file in changes.changed if file.path not in paths])


def _unchanged(files: Sequence[SourceFile], known: Mapping[str, KnownFile]) -> list[Unchanged]:
    found = []
    for file in files:
        opened = time.time_ns()
        try:
            data, status = read_with_status(file.absolute, follow=False)
        except OSError:  # whoever prepares the changed files says why
            continue
        if digest(data) == known[file.path].hash:
            times = settled_change_time(status, opened), inode_of(status)
            found.append(Unchanged(file.path, status.st_size, status.st_mtime_ns, *times))
    return found
