"""The class that programs use: `Index`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self

from indexers.errors import IndexMissingError
from indexers.files.walker import discover, require_folder
from indexers.index.opening import catalog_to_update, identity, locked_folder
from indexers.index.options import IndexOptions, with_encoder
from indexers.index.searching import SearchMethods
from indexers.index.symbols import SymbolMethods
from indexers.index.updating import UpdateMethods
from indexers.stores.catalog import Catalog
from indexers.stores.folder import claim, index_folder, index_size
from indexers.stores.names import CATALOG
from indexers.stores.ownership import check_folder
from indexers.stores.seal import verify_seal
from indexers.stores.unfinished import remove_leftovers
from indexers.types import Encoder, Health, Statistics

if TYPE_CHECKING:
    from indexers.build.report import Progress


class Index(SearchMethods, SymbolMethods, UpdateMethods):
    """The index of one folder. Use it as a context manager, or call `close`."""

    @classmethod
    def build(
        cls,
        path: str | Path,
        *,
        encoder: Encoder | str | None = None,
        options: IndexOptions | None = None,
        index_dir: str | Path | None = None,
        rebuild: bool = False,
        wait: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Self:
        """Index a folder or update its index, and open it.

        The index is stored in `index_dir`, by default `path/.codeassist`. `encoder` is a name or an object. `rebuild` reads
        every file again; an index that can be read stays in use until the new one is complete.
        Raises `SourceError`, `UntrustedFolderError`, `IndexBusyError`, `IndexUnusableError`, `IndexWriteError` or
        `EncoderError`.
        """
        root = Path(path).resolve()
        options = with_encoder(options or IndexOptions(), encoder)
        require_folder(root)
        folder = index_folder(root, index_dir)
        check_folder(folder, made_elsewhere=True)
        loaded = encoder if encoder is not None and not isinstance(encoder, str) else options.load_encoder(options.encoder)
        with locked_folder(folder, root, wait=wait):
            remove_leftovers(folder)
            claim(folder)
            if rebuild and (folder / CATALOG).exists():
                from indexers.index.rebuilding import rebuilt
                from indexers.stores.beside import is_worth_keeping

                if is_worth_keeping(folder):
                    return rebuilt(cls, root, folder, loaded, options, on_progress, stop)
            copied = False
            if options.seed_from is not None and not rebuild and not (folder / CATALOG).exists():
                from indexers.stores.seeding import seed

                copied = seed(folder, root, options.seed_from, loaded.fingerprint)
            index = cls(root, folder, catalog_to_update(folder, root, loaded, rebuild=rebuild), loaded, options)
            try:
                report = index._update(discover(root, options.rules), on_progress, stop)
            except BaseException:
                index.close()
                raise
            if copied:
                report.notes.append(f"Begun with a copy of the index at {options.seed_from}.")
        return index

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        encoder: Encoder | str | None = None,
        options: IndexOptions | None = None,
        index_dir: str | Path | None = None,
    ) -> Self:
        """Open the existing index of a folder. Raises `IndexMissingError`, `IndexUnusableError` or `UntrustedFolderError`."""
        root = Path(path).resolve()
        folder = index_folder(root, index_dir)
        check_folder(folder)
        database = folder / CATALOG
        if not database.exists() or not database.stat().st_size:
            raise IndexMissingError(f"{root} is not indexed yet; run 'codeassist index {path}'.")
        verify_seal(folder)
        catalog = Catalog.open(database)
        loaded = None if encoder is None or isinstance(encoder, str) else encoder
        return cls(root, folder, catalog, loaded, with_encoder(options or IndexOptions(), encoder))

    def __enter__(self) -> Self:
        """Return the index; leaving the context closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the index."""
        self.close()

    def close(self) -> None:
        """Close every idle connection; calls running in other threads close theirs when they finish."""
        self._snapshots.close()

    @property
    def generation(self) -> int:
        """A number that increases with every change of the indexed content."""
        return int(self._meta("generation", 0))

    @property
    def replaced(self) -> bool:
        """Whether the database was removed, or made again by a rebuild: an open index then has to be opened again."""
        return identity(self.folder) != self._identity

    @property
    def remaining(self) -> int:
        """The number of files that an interrupted update did not process."""
        return int(self._meta("remaining", 0))

    @property
    def chunk_count(self) -> int:
        """The number of chunks."""
        return self._read(lambda view: view.catalog.chunk_count())

    def files(self) -> list[str]:
        """The paths of all indexed files, sorted."""
        return sorted(path for path, file in self._known_files().items() if file.skipped is None)

    def language_of(self, path: str) -> str:
        """The language of an indexed file; empty when the path is not indexed."""
        return self._read(lambda view: view.catalog.language_of(path))

    def statistics(self) -> Statistics:
        """Files, lines, chunks and symbols by language, skipped files by reason, encoder, generation and update time."""
        from indexers.stores.statistics import statistics

        return self._read(lambda view: statistics(view.catalog))

    def health(self) -> Health:
        """Check that catalog and vectors are intact and match. Raises `IndexUnusableError` for a damaged catalog."""
        verify_seal(self.folder, fully=True)
        return self._read(lambda view: Health(view.catalog.chunk_count(), len(view.vectors), view.catalog.check()))

    def size(self) -> int:
        """The size of the index on disk, in bytes."""
        return index_size(self.folder)
