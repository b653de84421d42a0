"""Write file records as rows and vectors, one generation per commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from indexers.stores.catalog import Catalog
from indexers.stores.parked import park, unpark
from indexers.stores.vectors import SavedVectors, VectorChanges, remove_other_vectors, save_vectors
from indexers.types import FIRST_VECTORS, Encoder, FileRecord, Vectors, VectorStore

Row = tuple[Any, ...]

_FILE_COLUMNS = "id, path, language, size, mtime, hash, lines, flags, skipped, ctime, inode, encoding, replaced, uses, terms"
"""Named, because the order in an index differs with the version that made it."""


@dataclass(slots=True)
class _Rows:
    """Rows of new files for each table, with the ids that are next."""

    next_file: int
    next_chunk: int
    next_symbol: int
    files: list[Row] = field(default_factory=list)
    chunks: list[Row] = field(default_factory=list)
    symbols: list[Row] = field(default_factory=list)
    uses: list[Row] = field(default_factory=list)
    lexicon: list[Row] = field(default_factory=list)

    def add(self, record: FileRecord, names: Mapping[str, int]) -> None:
        """The rows of one file; `names` has the id of each name in it."""
        file, first_symbol = self.next_file, self.next_symbol
        self.files.append(
            (
                file,
                record.path,
                record.language,
                record.size,
                record.mtime,
                record.hash,
                record.lines,
                record.flags,
                record.skipped,
                record.ctime,
                record.inode,
                record.encoding,
                record.replaced,
                record.packed_uses,
                record.packed_terms,
            )
        )
        for (start, end, kind, symbol, digest), terms in zip(record.chunks, record.terms, strict=True):
            holder = first_symbol + symbol if symbol >= 0 else None
            self.chunks.append((self.next_chunk, file, start, end, kind, holder, digest))
            self.lexicon.append((self.next_chunk, *terms))
            self.next_chunk += 1
        for position, (name, qualified, kind, start, end, signature, documentation, parent) in enumerate(record.symbols):
            row = (file, names[name], qualified, kind, start, end, signature, documentation)
            self.symbols.append((first_symbol + position, *row, first_symbol + parent if parent >= 0 else None))
        self.uses.extend((names[name], file, count) for name, count in record.uses.items())
        self.next_symbol += len(record.symbols)
        self.next_file += 1


class Writer:
    """Collects changes and commits them so that chunks and vectors always match.

    Use it while holding the writer lock. `commit` saves the vectors of the new generation inside the transaction that
    changes the rows and sets the generation; after a kill in between, the next commit removes what was written in vain.
    """

    def __init__(self, catalog: Catalog, vectors: VectorStore, encoder: Encoder, *, park: bool) -> None:
        """Write to an open catalog and the vectors of its current generation; new chunks are encoded with `encoder`.

        `park` keeps the vectors of deleted chunks for reuse, which pays off when encoding is slow. `shortened` collects the
        paths of files with a text that the encoder had to split.
        """
        self._catalog = catalog
        self._vectors = vectors
        self._encoder = encoder
        self._park = park
        self._names: dict[str, int] = {}
        self._records: list[FileRecord] = []
        self._chunks = 0  # of `_records`
        self._deleted: list[int] = []
        self._touched: list[tuple[int, int, int, int, int]] = []
        self._changes = VectorChanges()
        self.shortened: set[str] = set()

    def put(self, record: FileRecord, replaces: int | None) -> None:
        """Add or replace one file; `replaces` is the id of its old row."""
        self._records.append(record)
        self._chunks += len(record.chunks)
        if replaces is not None:
            self._deleted.append(replaces)

    def delete(self, file: int) -> None:
        """Delete one file by id."""
        self._deleted.append(file)

    def touch(self, file: int, size: int, mtime: int, ctime: int = 0, inode: int = 0) -> None:
        """Update size, times and inode of a file whose content did not change."""
        self._touched.append((size, mtime, ctime, inode, file))

    @property
    def is_first(self) -> bool:
        """Whether nothing has been committed yet and the next commit would have fewer than `FIRST_VECTORS` vectors."""
        return len(self._vectors) == 0 and self._chunks < FIRST_VECTORS

    @property
    def pending(self) -> int:
        """The number of files that the next commit will write."""
        return len(self._records) + len(self._deleted) + len(self._touched)

    def commit(self, **meta: object) -> None:
        """Write the collected changes and the metadata `meta` in one transaction."""
        catalog, folder = self._catalog, self._catalog.path.parent
        chunks_change = bool(self._records or self._deleted)
        generation = int(catalog.meta("generation", 0)) + (1 if chunks_change else 0)
        with catalog.transaction():
            if self._touched:
                catalog.touch(self._touched)
            if chunks_change:
                self._remove(self._deleted)
                self._insert(self._records)
                saved = SavedVectors.of(catalog.meta("vectors", None))
                saved = save_vectors(folder, self._vectors, generation, saved, self._changes, often=self._park)
                catalog.set_meta(vectors=saved.as_json())
            catalog.set_meta(generation=generation, **meta)
        self._records, self._deleted, self._touched, self._changes = [], [], [], VectorChanges()
        self._chunks = 0
        if chunks_change:
            remove_other_vectors(folder, saved.base)

    def _remove(self, files: Sequence[int]) -> None:
        deleted = self._catalog.delete_files(files)
        if not deleted:
            return
        ids = np.array([chunk for chunk, _ in deleted], dtype=np.int64)
        if self._park:
            vectors = self._vectors.get(ids).astype(np.float16)
            park(self._catalog, ((digest, row.tobytes()) for (_, digest), row in zip(deleted, vectors, strict=True)))
        self._vectors.remove(ids)
        self._changes.removed = ids

    def _insert(self, records: Sequence[FileRecord]) -> None:
        sql = self._catalog.connection
        next_file = sql.execute("SELECT coalesce(max(id), 0) + 1 FROM files").fetchone()[0]
        next_symbol = sql.execute("SELECT coalesce(max(id), 0) + 1 FROM symbols").fetchone()[0]
        use_counts, definition_counts = self._count_names(records)
        names = self._names
        rows = _Rows(next_file, self._next_chunk(), next_symbol)
        for record in records:
            rows.add(record, names)
        sql.executemany(f"INSERT INTO files({_FILE_COLUMNS}) VALUES({','.join('?' * 15)})", rows.files)
        failed = [(record.hash, record.problem) for record in records if record.problem]
        sql.executemany("INSERT OR REPLACE INTO unparsed VALUES(?,?)", failed)
        sql.executemany("INSERT INTO chunks VALUES(?,?,?,?,?,?,?)", rows.chunks)
        sql.executemany("INSERT INTO symbols VALUES(?,?,?,?,?,?,?,?,?,?)", rows.symbols)
        sql.executemany("INSERT INTO uses VALUES(?,?,?)", rows.uses)
        sql.executemany("INSERT INTO lexicon(rowid, path, names, documentation, body) VALUES(?,?,?,?,?)", rows.lexicon)
        sql.executemany("UPDATE names SET uses = uses + ? WHERE id = ?", ((n, names[k]) for k, n in use_counts.items()))
        sql.executemany(
            "UPDATE names SET definitions = definitions + ? WHERE id = ?", ((n, names[k]) for k, n in definition_counts.items())
        )
        ids = np.array([row[0] for row in rows.chunks], dtype=np.int64)
        vectors = self._encode(records)
        self._vectors.add(ids, vectors)
        self._changes.added, self._changes.vectors = ids, vectors

    def _next_chunk(self) -> int:
        row = self._catalog.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'chunks'").fetchone()
        return (row[0] if row else 0) + 1

    def _count_names(self, records: Sequence[FileRecord]) -> tuple[Counter[str], Counter[str]]:
        """Store every new name; returns the numbers of uses and of definitions by name."""
        use_counts: Counter[str] = Counter()
        for record in records:
            use_counts.update(record.uses)
        definition_counts: Counter[str] = Counter(symbol[0] for record in records for symbol in record.symbols)
        sql = self._catalog.connection
        new_names = [name for name in {**use_counts, **definition_counts} if name not in self._names]
        sql.executemany("INSERT OR IGNORE INTO names(name) VALUES(?)", ((name,) for name in new_names))
        for start in range(0, len(new_names), 500):
            batch = new_names[start : start + 500]
            marks = ",".join("?" * len(batch))
            self._names.update(sql.execute(f"SELECT name, id FROM names WHERE name IN ({marks})", batch))
        return use_counts, definition_counts

    def _encode(self, records: Sequence[FileRecord]) -> Vectors:
        """One row per chunk, in order: encoded by a worker, parked by an earlier commit, or encoded now."""
        dimension = self._encoder.dimension
        total = sum(len(record.chunks) for record in records)
        out = np.zeros((total, dimension), dtype=np.float32)
        texts: list[str] = []
        missing: list[int] = []
        owners: list[str] = []
        position = 0
        for record in records:
            count = len(record.chunks)
            if record.vectors is not None:
                out[position : position + count] = np.frombuffer(record.vectors, dtype=np.float32).reshape(count, dimension)
            elif record.texts:
                parked = unpark(self._catalog, [chunk[4] for chunk in record.chunks])
                for offset, (chunk, text) in enumerate(zip(record.chunks, record.texts, strict=True)):
                    stored = parked.get(chunk[4])
                    if stored is not None and len(stored) == 2 * dimension:
                        out[position + offset] = np.frombuffer(stored, dtype=np.float16)
                    else:
                        missing.append(position + offset)
                        owners.append(record.path)
                        texts.append(text)
            position += count
        if texts:
            out[missing] = self._encoder.encode(texts)
            self.shortened.update(owners[text] for text in getattr(self._encoder, "shortened", ()))
        return out
