"""The folder of an index: create it, repair it, start over, remove it. `names` lists every file in it."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from pathlib import Path

from indexers.errors import IndexerError, IndexMissingError, SourceError
from indexers.files.reading import read_bytes
from indexers.stores.catalog import Catalog
from indexers.stores.connections import guarded
from indexers.stores.names import (
    CATALOG,
    IGNORE,
    IGNORE_ALL,
    INDEX_FOLDER,
    LOCK,
    ORIGIN,
    PID,
    REBUILD,
    belongs_to_program,
    holds_content,
    is_own,
    is_record,
)
from indexers.stores.origin import is_marked, mark
from indexers.stores.ownership import check_folder
from indexers.stores.private_files import FILE_MODE, FOLDER_MODE, tighten, write_private
from indexers.stores.seal import remove_seal
from indexers.stores.unfinished import remove_unfinished
from indexers.types import Encoder

_GAP = 1_000_000
"""More than the generations that one vector file and its log can have."""


def index_folder(root: Path, index_dir: str | Path | None = None) -> Path:
    """The index folder of `root`: `index_dir`, or `.codeassist` inside `root`. A link at the last name is not followed."""
    if not index_dir:
        return root / INDEX_FOLDER
    given = Path(index_dir).absolute()
    return given.parent.resolve() / given.name


def make_folder(folder: Path, root: Path) -> None:
    """Create the index folder with its `.gitignore`, for the user alone, and complete one that is half made.

    Raises `UntrustedFolderError`, or `SourceError` for a folder that contains only files of others.
    """
    if folder == root:
        raise SourceError("The index needs a separate folder, not the root of the repository.")
    check_folder(folder, made_elsewhere=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(FOLDER_MODE)
    foreign = [path.name for path in folder.iterdir() if not belongs_to_program(path)]
    if foreign and not (folder / CATALOG).exists():
        raise SourceError(f"{folder} contains other files ({foreign[0]}); give an empty folder for the index.")
    ignore = folder / IGNORE
    if not ignore.exists() or (belongs_to_program(ignore) and read_bytes(ignore) != IGNORE_ALL.encode()):
        write_private(ignore, IGNORE_ALL.encode())
    make_private(folder)


def make_private(folder: Path) -> None:
    """Take the rights of other users on the files of this program away, and on the folder if it holds nothing else."""
    if os.name == "nt":
        return
    paths = list(folder.iterdir())
    own = [path for path in paths if belongs_to_program(path)]
    for path in own:
        tighten(path, FOLDER_MODE if path.name == REBUILD else FILE_MODE)
    if len(own) == len(paths):
        tighten(folder, FOLDER_MODE)


def claim(folder: Path) -> None:
    """Make a folder this user's: what another user or machine has put there is removed. Call it while holding the lock."""
    if is_marked(folder) and (folder / ORIGIN).exists():
        return
    if not is_marked(folder):
        for path in folder.iterdir():
            if holds_content(path.name.casefold()):  # also what a file system without case takes for a file of the index
                path.unlink(missing_ok=True)
    mark(folder)


def create_catalog(folder: Path, root: Path, encoder: Encoder, *, after: Path | None = None) -> Catalog:
    """Replace the catalog by an empty one; generation numbers continue, so that no reader mixes old and new files.

    They continue those of the folder `after`, by default the same one.
    """
    vector_files = [path for path in (after or folder).iterdir() if path.name.startswith("vectors-") and is_own(path.name)]
    generations = [int(match[1]) for path in vector_files if (match := re.match(r"vectors-(\d+)", path.name))]
    remove_seal(folder)
    catalog = Catalog.create(
        folder / CATALOG,
        generation=_last_generation(after or folder, max(generations, default=0)),
        root=str(root),
        encoder=encoder.name,
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        created=time.time(),
        updated=time.time(),
        remaining=1,  # until the first update is done, readers are warned that files are missing
        skipped={},
        vectors=None,
    )
    if after is None:
        for path in vector_files:
            path.unlink(missing_ok=True)
    return catalog


def _last_generation(folder: Path, known: int) -> int:
    """The generation of the catalog that is being replaced, at least `known`; far above it when it cannot be read."""
    try:
        catalog = Catalog.open(folder / CATALOG)
    except IndexMissingError:
        return known
    except (IndexerError, OSError):
        return known + _GAP
    try:
        with guarded(folder):
            return max(known, int(catalog.meta("generation", 0)))
    except (IndexerError, TypeError, ValueError):
        return known + _GAP
    finally:
        catalog.close()


def remove_index(folder: Path, *, keep_runs: bool = False) -> int:
    """Remove this program's files from a folder, and the folder if it is then empty; returns the number of bytes freed.

    With `keep_runs` the record of runs stays, with the `.gitignore` that hides it from git. The lock is held until nothing
    is left, and a process that waits for it takes the lock of a new folder. Raises `IndexBusyError` or
    `UntrustedFolderError`.
    """
    check_folder(folder, made_elsewhere=True)
    if not folder.is_dir() or not any(_removable(path, keep_runs=keep_runs) for path in folder.iterdir()):
        return 0
    from indexers.stores.locking import writer_lock

    with writer_lock(folder, made_elsewhere=True):
        freed = remove_unfinished(folder)
        paths = list(folder.iterdir())
        kept = {path.name for path in paths if keep_runs and is_record(path.name)}
        for path in paths:
            is_lock = path.name in (LOCK, PID)
            if (
                is_lock
                or path.name == REBUILD
                or path.name in kept
                or (kept and path.name in (IGNORE, ORIGIN))
                or not belongs_to_program(path)
            ):
                continue
            freed += path.stat().st_size
            path.unlink(missing_ok=True)
        if os.name != "nt":
            _remove_lock(folder)
    if os.name == "nt":  # an open file cannot be removed there; if another process has opened it since, the folder is its
        _remove_lock(folder)
    return freed


def _remove_lock(folder: Path) -> None:
    """Remove the lock and then the folder, unless another process has put something into it."""
    with suppress(OSError):
        for name in (PID, LOCK):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def _removable(path: Path, *, keep_runs: bool) -> bool:
    if keep_runs and (is_record(path.name) or path.name in (IGNORE, LOCK, ORIGIN)):
        return False
    return belongs_to_program(path)


def index_size(folder: Path) -> int:
    """The size of an index on disk, in bytes."""
    total = 0
    for path in folder.iterdir():
        try:
            total += path.stat().st_size
        except OSError:
            continue
    return total
