"""Consistent reads of an index while it is written: connections, and vectors of the same generation as the catalog."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from indexers.errors import EncoderMismatchError, IndexUnusableError
from indexers.stores.catalog import Catalog
from indexers.stores.connections import guarded
from indexers.stores.names import CATALOG
from indexers.stores.vectors import SavedVectors, open_vectors
from indexers.types import VectorStore

if TYPE_CHECKING:
    from indexers.search.vocabulary import Words

READ_ATTEMPTS = 3
T = TypeVar("T")


class Snapshots:
    """The connections to the catalog of one index folder, and the vectors of its newest generation. Thread-safe."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        """Read from `folder`; `catalog` is the first connection."""
        self._folder = folder
        self._idle: list[Catalog] = [catalog]
        self._closed = False
        self._current: tuple[int, VectorStore, dict[str, Words]] | None = None
        self._state = threading.Lock()
        self._loading = threading.RLock()

    def close(self) -> None:
        """Close every idle connection; calls running in other threads close theirs when they finish."""
        with self._state:
            self._closed = True
            idle, self._idle = self._idle, []
        for catalog in idle:
            catalog.close()

    def read(self, query: Callable[[View], T]) -> T:
        """Run `query` on one generation; retry when a writer replaces it between reading the catalog and the vectors."""
        for attempt in range(READ_ATTEMPTS):
            try:
                with self.connection() as catalog, catalog.snapshot():
                    return query(View(self, catalog))
            except EncoderMismatchError:
                raise
            except IndexUnusableError:
                if attempt + 1 == READ_ATTEMPTS:
                    raise
        raise AssertionError

    @contextmanager
    def connection(self) -> Iterator[Catalog]:
        """An exclusive connection, from the pool or new; SQLite errors are converted to those of this package."""
        with guarded(self._folder):
            with self._state:
                catalog = self._idle.pop() if self._idle else None
            if catalog is None:
                catalog = Catalog.open(self._folder / CATALOG)
            kept: Catalog | None = catalog
            try:
                yield catalog
            except IndexUnusableError:  # another process may have replaced the database: every open connection is suspect
                with self._state:
                    stale, self._idle = [*self._idle, catalog], []
                kept = None
                for connection in stale:
                    connection.close()
                raise
            finally:
                with self._state:
                    if kept is not None and not self._closed:
                        self._idle.append(kept)
                        kept = None
                if kept is not None:
                    kept.close()

    def belonging_to(self, catalog: Catalog) -> tuple[VectorStore, dict[str, Words]]:
        """The vectors and the vocabulary of a catalog's generation; those of the newest generation are cached."""
        generation = int(catalog.meta("generation", 0))
        with self._loading:
            current = self._current
            if current is None or current[0] != generation:
                current = generation, self.read_vectors(catalog), {}
                with self._state:
                    if self._current is None or self._current[0] < generation:
                        self._current = current
        return current[1], current[2]

    def publish(self, catalog: Catalog, vectors: VectorStore) -> None:
        """Let the reads that follow use these vectors, if they are those of a generation that is not loaded yet."""
        with self._state:
            generation = int(catalog.meta("generation", 0))
            if self._current is None or self._current[0] != generation:
                self._current = generation, vectors, {}

    def read_vectors(self, catalog: Catalog) -> VectorStore:
        """A fresh copy of the vectors of a catalog's generation."""
        return open_vectors(self._folder, SavedVectors.of(catalog.meta("vectors", None)), int(catalog.meta("dimension", 0)))


class View:
    """A snapshot of one generation: a catalog inside a read transaction, with its vectors and vocabulary."""

    def __init__(self, snapshots: Snapshots, catalog: Catalog) -> None:
        self.catalog = catalog
        self._snapshots = snapshots

    @property
    def vectors(self) -> VectorStore:
        """The vectors of this generation, read on first use."""
        return self._snapshots.belonging_to(self.catalog)[0]

    @property
    def words(self) -> dict[str, Words]:
        """The part of this generation's vocabulary that has been read so far."""
        return self._snapshots.belonging_to(self.catalog)[1]
