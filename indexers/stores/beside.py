"""Make an index again beside the one that is in use, and put it in that one's place only when it is complete.

The new files are in a folder inside the index folder, whose writer lock is held. What an interrupted or killed rebuild has left
there is removed by the next writer, and the index in use is as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from indexers.errors import IndexerError, IndexWriteError
from indexers.stores.catalog import Catalog
from indexers.stores.connections import companions
from indexers.stores.folder import claim, make_folder
from indexers.stores.names import CATALOG, REBUILD, log_name, vectors_name
from indexers.stores.seal import remove_seal, verify_seal, write_seal
from indexers.stores.unfinished import remove_unfinished
from indexers.stores.vectors import SavedVectors, remove_other_vectors


def is_worth_keeping(folder: Path) -> bool:
    """Whether the index in a folder, whose lock is held, can be read and has content, so that a rebuild must not lose it."""
    try:
        verify_seal(folder, locked=True)
        with closing(Catalog.open(folder / CATALOG)) as catalog:
            return catalog.meta("vectors", None) is not None
    except (IndexerError, OSError):
        return False


@contextmanager
def beside(folder: Path, root: Path) -> Iterator[Path]:
    """An empty index folder inside that of an index; what is still in it at the end is removed."""
    new = folder / REBUILD
    try:
        make_folder(new, root)
        claim(new)
        yield new
    finally:
        remove_unfinished(folder)


def take_over(folder: Path, new: Path) -> None:
    """Replace the index of a folder, whose lock is held, by the complete and closed one in `new`.

    The vectors are moved first, under names that the old catalog does not know: killed in between, this leaves the old index.
    """
    if any(path.exists() and path.stat().st_size for path in companions(new / CATALOG)[:1]):
        raise IndexWriteError(f"The new index at {new} is still in use; run 'codeassist index --rebuild' again.")
    with closing(Catalog.open(new / CATALOG)) as catalog:
        base = SavedVectors.of(catalog.meta("vectors", None)).base
    with closing(Catalog.open(folder / CATALOG)) as old:
        old.checkpoint()
    remove_seal(folder)
    for name in (vectors_name(base), log_name(base)):
        if (new / name).exists():
            (new / name).replace(folder / name)
    for companion in (*companions(folder / CATALOG), *companions(new / CATALOG)):
        companion.unlink(missing_ok=True)
    (new / CATALOG).replace(folder / CATALOG)
    remove_other_vectors(folder, base)
    with suppress(OSError):  # without a seal nothing is compared; the next update writes it
        write_seal(folder)
