"""Remove what a killed writer has left in an index folder."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path

from indexers.stores.names import CATALOG, REBUILD, belongs_to_program, is_unfinished


def remove_leftovers(folder: Path) -> None:
    """Remove the unfinished files of killed writers and an empty catalog; call it while holding the writer lock."""
    remove_unfinished(folder)
    for path in folder.iterdir():
        with suppress(OSError):
            if is_unfinished(path.name) or (path.name == CATALOG and path.stat().st_size == 0):
                path.unlink()


def remove_unfinished(folder: Path) -> int:
    """Remove the folder of a rebuild that was not completed, if there is one; returns the number of bytes freed.

    Only files of this program are removed, and no link is followed. Call it while holding the writer lock of `folder`.
    """
    new = folder / REBUILD
    freed = 0
    with suppress(OSError):
        if not stat.S_ISDIR(new.lstat().st_mode):
            new.unlink()
            return 0
        for path in new.iterdir():
            if belongs_to_program(path):
                freed += path.lstat().st_size
                path.unlink()
        new.rmdir()
    return freed
