"""Begin an index with a copy of another one of the same user: that of another working tree of the repository.

Chunks, terms and vectors depend on paths and contents only, so an update of the copy reads every file and makes only what
differs. The files are copied while the other index has no writer. Where the file system shares blocks between copies (Btrfs,
XFS), the copy takes no room until it changes; hard links are refused everywhere in an index folder (`ownership`).
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from indexers.errors import IndexerError
from indexers.stores.catalog import Catalog
from indexers.stores.locking import writer_lock
from indexers.stores.names import CATALOG, log_name, vectors_name
from indexers.stores.ownership import check_folder
from indexers.stores.private_files import clone_private
from indexers.stores.seal import is_sealed, verify_seal
from indexers.stores.vectors import SavedVectors


def seed(folder: Path, root: Path, source: Path, fingerprint: str) -> bool:
    """Copy the index at `source` to `folder`, whose lock is held and which has no catalog; returns whether it was copied.

    It is not when `source` must not be used, is being written, or was made with another encoder than `fingerprint`.
    """
    if source == folder or not (source / CATALOG).exists():
        return False
    copied: list[Path] = []
    try:
        check_folder(source)
        with writer_lock(source):
            if not is_sealed(source):  # its latest changes may be beside the file
                return False
            verify_seal(source, locked=True)
            saved = _vectors_of(source, fingerprint)
            if saved is None:
                return False
            names = [CATALOG, *((vectors_name(saved.base), log_name(saved.base)) if saved.base >= 0 else ())]
            for name in names:
                if (source / name).exists():
                    target = folder / (f"{name}.new" if name == CATALOG else name)
                    copied.append(target)
                    clone_private(source / name, target)
        copied[0].replace(folder / CATALOG)
        copied[0] = folder / CATALOG
        _adopt(folder, root)
    except (IndexerError, OSError):
        for path in copied:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        return False
    return True


def _vectors_of(source: Path, fingerprint: str) -> SavedVectors | None:
    """The vectors of an index; None when another encoder made them."""
    catalog = Catalog.open(source / CATALOG)
    try:
        if catalog.meta("fingerprint", None) != fingerprint:
            return None
        return SavedVectors.of(catalog.meta("vectors", None))
    finally:
        catalog.close()


def _adopt(folder: Path, root: Path) -> None:
    """Note in a copy whose index it is now; until its first update is done, it counts as incomplete."""
    catalog = Catalog.open(folder / CATALOG)
    try:
        with catalog.transaction():
            catalog.set_meta(root=os.fspath(root), created=time.time(), remaining=1)
    finally:
        catalog.close()
