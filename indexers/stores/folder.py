"""The folder of an index: create it, recognise its files, start over, remove it."""

from __future__ import annotations

import re
import time
from pathlib import Path

from indexers.errors import SourceError
from indexers.files.reading import read_bytes
from indexers.stores.catalog import Catalog
from indexers.types import Encoder

IGNORE_ALL = "*\n"


_OWN_NAME = re.compile(r"index\.db(?:\.new)?(?:-wal|-shm|-journal)?|vectors-\d+\.faiss(?:\.tmp)?|write\.(?:lock|pid)")

_KEPT_NAME = re.compile(r"runs\.db(?:-wal|-shm|-journal|\.lock)?")
"""Files beside an index that outlive it: the record of runs."""


INDEX_FOLDER = ".codeassist"


CATALOG = "index.db"


def index_folder(root: Path, index_dir: str | Path | None = None) -> Path:
    """The index folder of `root`: `index_dir`, or `.codeassist` inside `root`."""
    return Path(index_dir).resolve() if index_dir else root / INDEX_FOLDER


def make_folder(folder: Path, root: Path) -> None:
    """Create the index folder with its `.gitignore`; raises `SourceError` for a folder that contains other files."""
    if folder == root:
        raise SourceError("The index needs a separate folder, not the root of the repository.")
    folder.mkdir(parents=True, exist_ok=True)
    foreign = [p.name for p in folder.iterdir() if not (_is_index_file(p) or _KEPT_NAME.fullmatch(p.name))]
    if foreign and not (folder / CATALOG).exists():
        raise SourceError(f"{folder} contains other files ({foreign[0]}); give an empty folder for the index.")
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text(IGNORE_ALL, encoding="utf-8")


def _is_index_file(path: Path) -> bool:
    """Whether a file in an index folder belongs to the index."""
    if path.name == ".gitignore":
        return read_bytes(path) == IGNORE_ALL.encode()
    return _OWN_NAME.fullmatch(path.name) is not None


def create_catalog(folder: Path, root: Path, encoder: Encoder) -> Catalog:
    """Replace the catalog by an empty one; generation numbers continue, so that no reader mixes old and new files."""
    vector_files = list(folder.glob("vectors-*.faiss*"))
    generations = [int(match[1]) for path in vector_files if (match := re.match(r"vectors-(\d+)", path.name))]
    catalog = Catalog.create(
        folder / CATALOG,
        generation=max(generations, default=0),
        first_generation=max(generations, default=0),
        root=str(root),
        encoder=encoder.name,
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        created=time.time(),
        updated=time.time(),
        remaining=0,
        skipped={},
    )
    for path in vector_files:
        path.unlink(missing_ok=True)
    return catalog


def remove_index(folder: Path) -> int:
    """Remove the index files of a folder, and the folder if nothing else is in it; returns the bytes freed.

    Where recorded runs are kept the `.gitignore` stays, so that git does not see them.
    """
    if not (folder / CATALOG).exists():
        return 0
    from indexers.stores.locking import writer_lock

    freed = 0
    with writer_lock(folder):
        for path in list(folder.iterdir()):
            if _is_index_file(path) and not path.name.startswith(("write.", ".gitignore")):
                freed += path.stat().st_size
                path.unlink()
    for name in ("write.lock", "write.pid"):
        (folder / name).unlink(missing_ok=True)
    ignore = folder / ".gitignore"
    if ignore.exists() and _is_index_file(ignore) and not any(_KEPT_NAME.fullmatch(path.name) for path in folder.iterdir()):
        ignore.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()
    return freed


def index_size(folder: Path) -> int:
    """The size of an index on disk, in bytes."""
    total = 0
    for path in folder.iterdir():
        try:
            total += path.stat().st_size
        except OSError:
            continue
    return total
