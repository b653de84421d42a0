"""The catalog, a SQLite file that is the source of truth: files, chunks, symbols, references and the lexical index.

The vectors are in the same folder, in a FAISS file and a log of changes. The transaction that changes the chunks also stores
which file and how much of the log belong to them, with checksums, so a read transaction sees matching chunks and vectors.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from indexers.errors import IndexMissingError, IndexUnusableError, IndexWriteError
from indexers.stores.compression import COUNTED, unpack_terms, unpack_uses
from indexers.stores.connections import BUSY_SECONDS, companions, connect, guarded
from indexers.stores.ownership import check_folder, create_own_file
from indexers.stores.seal import remove_seal
from indexers.types import USE_KINDS, KnownFile

FORMAT = 3
"""Incremented when an older index could be misread; an index of another format is rejected with the command to rebuild it."""


# `uses` and `terms` are long and last: what stands behind them is read through all of their pages.
_SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files(
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, language TEXT NOT NULL, size INTEGER NOT NULL,
    mtime INTEGER NOT NULL, hash BLOB NOT NULL, lines INTEGER NOT NULL, flags INTEGER NOT NULL, skipped TEXT,
    ctime INTEGER NOT NULL, inode INTEGER NOT NULL, encoding TEXT NOT NULL, replaced INTEGER NOT NULL,
    uses BLOB, terms BLOB);
CREATE TABLE chunks(
    id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    kind TEXT NOT NULL, symbol INTEGER, hash BLOB NOT NULL);
CREATE INDEX chunks_file ON chunks(file);
CREATE TABLE names(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, uses INTEGER NOT NULL DEFAULT 0,
    definitions INTEGER NOT NULL DEFAULT 0);
CREATE TABLE symbols(
    id INTEGER PRIMARY KEY, file INTEGER NOT NULL, name INTEGER NOT NULL, qualified TEXT NOT NULL,
    kind TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, signature TEXT NOT NULL,
    documentation TEXT NOT NULL, parent INTEGER);
CREATE INDEX symbols_name ON symbols(name);
CREATE INDEX symbols_file ON symbols(file);
CREATE TABLE uses(
    name INTEGER NOT NULL, file INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY(name, file)) WITHOUT ROWID;
CREATE TABLE unparsed(hash BLOB PRIMARY KEY, problem TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE parked(hash BLOB PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE commits(id INTEGER PRIMARY KEY, sha TEXT NOT NULL UNIQUE, date TEXT NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL);
CREATE TABLE commit_paths(path TEXT NOT NULL, commit_id INTEGER NOT NULL, PRIMARY KEY(path, commit_id)) WITHOUT ROWID;
CREATE VIRTUAL TABLE lexicon USING fts5(path, names, documentation, body, content='', tokenize='ascii');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(lexicon, 'row');
CREATE VIRTUAL TABLE commit_lexicon USING fts5(subject, body, content='', tokenize='ascii');
"""


class Catalog:
    """A connection to the catalog. There may be many readers but only one writer (see `locking`)."""

    def __init__(self, connection: sqlite3.Connection, path: Path, *, unwritable: str = "") -> None:
        """Wrap an open connection; use `create` or `open`. `unwritable` is the reason why it can only be read."""
        self.connection = connection
        self.path = path
        self._unwritable = unwritable

    @classmethod
    def create(cls, path: Path, **meta: Any) -> Self:
        """Create an empty catalog that contains the values `meta`, atomically replacing any existing one."""
        temporary = path.with_name(path.name + ".new")
        check_folder(path.parent)
        for leftover in (temporary, *companions(temporary)):
            leftover.unlink(missing_ok=True)
        create_own_file(temporary)
        catalog = cls(connect(temporary)[0], temporary)
        with guarded(path.parent), catalog.transaction():
            for statement in _SCHEMA.split(";\n"):
                if statement.strip():
                    catalog.connection.execute(statement)
            catalog.set_meta(format=FORMAT, **{"generation": 0, **meta})
        catalog.close()
        for companion in companions(path):
            companion.unlink(missing_ok=True)
        temporary.replace(path)
        return cls(connect(path)[0], path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing catalog; raises `IndexMissingError`, `IndexUnusableError` or `UntrustedFolderError`."""
        check_folder(path.parent)
        if not path.exists() or not path.stat().st_size:  # empty: the disk was full, or the machine lost power
            raise IndexMissingError(f"There is no index at {path.parent}; run 'codeassist index' to create one.")
        connection, unwritable = connect(path)
        catalog = cls(connection, path, unwritable=unwritable)
        try:
            format_ = catalog.meta("format", None)
        except sqlite3.DatabaseError as error:
            catalog.close()
            if "locked" in str(error) or "busy" in str(error):
                raise
            raise IndexUnusableError(f"The index at {path.parent} is damaged; run 'codeassist index --rebuild'.") from error
        if format_ != FORMAT:
            catalog.close()
            raise IndexUnusableError(
                f"The index at {path.parent} has format {format_}, but this version reads {FORMAT}; "
                "run 'codeassist index --rebuild'."
            )
        return catalog

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A write transaction: commits at the end, rolls back on any exception. The seal is removed first."""
        if self._unwritable:
            raise IndexWriteError(f"The index at {self.path.parent} cannot be written: {self._unwritable}.")
        remove_seal(self.path.parent)
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:  # a full disk has already ended it
                self.connection.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A read transaction: all reads inside see the same state of the index."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.execute("COMMIT")

    def compact(self) -> None:
        """Free the pages that a first build leaves empty, about 5 % of the file."""
        self.connection.execute("VACUUM")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def checkpoint(self) -> bool:
        """Move the WAL into the database file; returns False, at once, when readers still need it or the disk is full."""
        try:
            self.connection.execute("PRAGMA busy_timeout = 0")
            return bool(self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
        except sqlite3.OperationalError:
            return False
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")

    def meta(self, key: str, default: Any) -> Any:
        """A metadata value of the index, or `default`."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else json.loads(row[0])

    def set_meta(self, **values: Any) -> None:
        """Store metadata values, which must be JSON-serialisable."""
        rows = [(key, json.dumps(value)) for key, value in values.items()]
        self.connection.executemany("INSERT OR REPLACE INTO meta VALUES(?, ?)", rows)

    def files(self) -> dict[str, KnownFile]:
        """All files in the catalog by path, including those skipped for their content."""
        rows = self.connection.execute("SELECT id, path, size, mtime, hash, skipped, ctime, inode FROM files")
        return {row[1]: row for row in map(KnownFile._make, rows)}

    def language_of(self, path: str) -> str:
        """The language of an indexed file; empty when the path is not indexed."""
        row = self.connection.execute("SELECT language FROM files WHERE path = ? AND skipped IS NULL", (path,)).fetchone()
        return row[0] if row else ""

    def unparsed(self) -> dict[bytes, str]:
        """Why a parser failed on a content, by its hash; also of contents that no file has any more."""
        return dict(self.connection.execute("SELECT hash, problem FROM unparsed"))

    def chunk_count(self) -> int:
        """The number of chunks."""
        return int(self.connection.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def check(self) -> str:
        """The result of SQLite's quick check: "ok", or the problem."""
        return str(self.connection.execute("PRAGMA quick_check").fetchone()[0])

    def touch(self, rows: Iterable[tuple[int, int, int, int, int]]) -> None:
        """Update files from rows of (size, mtime, ctime, inode, id)."""
        self.connection.executemany("UPDATE files SET size = ?, mtime = ?, ctime = ?, inode = ? WHERE id = ?", rows)

    def delete_files(self, ids: Sequence[int]) -> list[tuple[int, bytes]]:
        """Delete files and everything that refers to them; returns (id, content hash) of their chunks."""
        deleted: list[tuple[int, bytes]] = []
        sql = self.connection
        for file in ids:
            chunks = sql.execute("SELECT id, hash FROM chunks WHERE file = ? ORDER BY id", (file,)).fetchall()
            uses, terms = sql.execute("SELECT uses, terms FROM files WHERE id = ?", (file,)).fetchone()
            if chunks:
                rows = ((chunk[0], *row) for chunk, row in zip(chunks, unpack_terms(terms), strict=True))
                sql.executemany(
                    "INSERT INTO lexicon(lexicon, rowid, path, names, documentation, body) VALUES('delete',?,?,?,?,?)",
                    rows,
                )
                deleted.extend(chunks)
            used_names = [(len(lines) if USE_KINDS[kind] in COUNTED else 0, name) for name, kind, lines, _ in unpack_uses(uses)]
            sql.executemany("UPDATE names SET uses = uses - ? WHERE name = ?", used_names)
            delete_use = "DELETE FROM uses WHERE file = ? AND name = (SELECT id FROM names WHERE name = ?)"
            sql.executemany(delete_use, ((file, name) for _, name in used_names))
            defined = Counter(r[0] for r in sql.execute("SELECT name FROM symbols WHERE file = ?", (file,)))
            sql.executemany(
                "UPDATE names SET definitions = definitions - ? WHERE id = ?", ((n, name) for name, n in defined.items())
            )
            sql.execute("DELETE FROM chunks WHERE file = ?", (file,))
            sql.execute("DELETE FROM symbols WHERE file = ?", (file,))
            sql.execute("DELETE FROM files WHERE id = ?", (file,))
        return deleted
