"""Connections to the catalog's database, and SQLite's errors as those of this package."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexers.errors import IndexBusyError, IndexUnusableError, IndexWriteError

BUSY_SECONDS = 10.0
"""How long a connection waits for a lock before it raises `IndexBusyError`."""

_WAL_PAGES = 8_000
"""The size of the WAL, 32 MB, at which SQLite moves it into the file: a page that many commits change is moved once."""

_LEAST_FREE = 1 << 16
"""Below this many free bytes SQLite cannot make its shared-memory file."""


def connect(path: Path) -> tuple[sqlite3.Connection, str]:
    """A connection, and the reason if it can only be read."""
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise IndexBusyError(f"The index at {path.parent} is locked by another process; try again later.") from error
        readonly = _connect_readonly(path)
        if readonly is None:
            raise IndexUnusableError(f"The index at {path.parent} cannot be opened: {error}.") from error
        return readonly, _why_unwritable(path.parent, error)
    except sqlite3.DatabaseError as error:
        raise IndexUnusableError(f"The index at {path.parent} is damaged; run 'codeassist index --rebuild'.") from error
    return connection, ""


def _why_unwritable(folder: Path, error: sqlite3.Error) -> str:
    """SQLite says "disk I/O error" or "unable to open" for a file that it could not make."""
    try:
        is_full = shutil.disk_usage(folder).free < _LEAST_FREE
    except OSError:
        is_full = False
    if is_full:
        return "the disk is full"
    return "it is read-only" if not os.access(folder, os.W_OK) else str(error)


def _connect_readonly(path: Path) -> sqlite3.Connection | None:
    """Open an index on a read-only or full file system, where SQLite cannot make the files that readers share.

    None when it cannot be read either. Without a WAL the file is complete and nobody can write it, so it needs no locks.
    """
    wal = companions(path)[0]
    has_wal = wal.exists() and wal.stat().st_size > 0
    uri = f"{path.absolute().as_uri()}?mode=ro" + ("" if has_wal else "&immutable=1")
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("SELECT count(*) FROM meta").fetchone()
    except sqlite3.DatabaseError:
        return None
    return connection


def companions(path: Path) -> tuple[Path, Path]:
    """The WAL and shared-memory files of a database."""
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


@contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Convert SQLite's errors for a damaged, full or locked database into those of this package."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise IndexBusyError(f"The index at {folder} is locked by another process; try again later.") from error
        raise IndexWriteError(f"The index at {folder} cannot be written: {text}.") from error
    except sqlite3.DatabaseError as error:
        raise IndexUnusableError(f"The index at {folder} is damaged ({error}); run 'codeassist index --rebuild'.") from error


def sqlite_version() -> str:
    """The version of the SQLite library."""
    return sqlite3.sqlite_version


def has_full_text_search() -> bool:
    """Whether SQLite was built with FTS5."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True
