"""Open or create what an index is stored in: the folder under its writer lock, and the catalog of the right encoder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from indexers.errors import EncoderMismatchError, IndexMissingError
from indexers.stores.catalog import Catalog
from indexers.stores.connections import guarded, has_full_text_search, sqlite_version
from indexers.stores.folder import create_catalog, make_folder
from indexers.stores.names import CATALOG
from indexers.stores.seal import verify_seal
from indexers.types import Encoder

LOCK_PAUSE = 0.01
LOCK_ATTEMPTS = 200


@contextmanager
def locked_folder(folder: Path, root: Path, *, wait: bool) -> Iterator[None]:
    """Make the folder of an index and hold its writer lock, also when another process removes the folder meanwhile."""
    from indexers.stores.locking import writer_lock

    with ExitStack() as stack:
        for attempt in range(LOCK_ATTEMPTS):
            try:
                make_folder(folder, root)
                stack.enter_context(writer_lock(folder, wait=wait, made_elsewhere=True))
                make_folder(folder, root)  # its `.gitignore` may have been removed before the lock was taken
                break
            except FileNotFoundError:
                if attempt + 1 == LOCK_ATTEMPTS:
                    raise
                time.sleep(LOCK_PAUSE)
        yield


def catalog_to_update(folder: Path, root: Path, encoder: Encoder, *, rebuild: bool) -> Catalog:
    """The existing catalog, checked, or a new one. One in which nothing was ever stored binds nobody to its encoder."""
    if rebuild or not (folder / CATALOG).exists():
        return create_catalog(folder, root, encoder)
    verify_seal(folder, locked=True)
    catalog = Catalog.open(folder / CATALOG)
    try:
        check_encoder(catalog, encoder)
    except EncoderMismatchError:
        with guarded(folder):
            has_content = catalog.meta("vectors", None) is not None
        catalog.close()
        if has_content:
            raise
        return create_catalog(folder, root, encoder)
    except BaseException:
        catalog.close()
        raise
    return catalog


def check_encoder(catalog: Catalog, encoder: Encoder) -> None:
    """Raise `EncoderMismatchError` unless the catalog was built with this encoder."""
    fingerprint = catalog.meta("fingerprint", None)
    if fingerprint != encoder.fingerprint:
        built_with = catalog.meta("encoder", "?")
        other = "another version of this encoder" if built_with == encoder.name else f"the encoder '{built_with}'"
        raise EncoderMismatchError(
            f"The index at {catalog.path.parent} was built with {other}, not with the current '{encoder.name}'; "
            "run 'codeassist index --rebuild'."
        )


def identity(folder: Path) -> tuple[int, int] | None:
    """What tells the database file from another of the same name, or None if there is none."""
    try:
        found = (folder / CATALOG).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def removed(folder: Path) -> IndexMissingError:
    """The error for an open index whose files are gone."""
    return IndexMissingError(f"The index at {folder} was removed; run 'codeassist index'.")


def database_support() -> tuple[str, bool]:
    """(version of the SQLite library, whether it supports the full-text search that an index needs)."""
    return sqlite_version(), has_full_text_search()
