"""The public API: build, open, update and query the index of a folder. Thread-safe.

Every read method takes a connection from a pool, opens a read transaction and uses the vectors of the same generation, so a
call sees a consistent snapshot during writes. Errors of SQLite and the file system are raised as `IndexerError`.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from indexers import encoders
from indexers.errors import EncoderMismatchError, IndexMissingError, IndexUnusableError
from indexers.files.walker import Changes, Listing, WalkRules, compare, discover, require_folder
from indexers.stores.catalog import Catalog, guarded, has_full_text_search, sqlite_version
from indexers.stores.folder import (
    claim,
    create_catalog,
    index_folder,
    index_size,
    make_folder,
    make_private,
    remove_index,
    remove_leftovers,
)
from indexers.stores.names import CATALOG
from indexers.stores.origin import accept as accept_folder
from indexers.stores.ownership import check_folder, create_own_file
from indexers.stores.seal import is_sealed, verify_seal, write_seal
from indexers.stores.vectors import SavedVectors, open_vectors
from indexers.types import (
    USE_KINDS,
    CoveringTest,
    Definition,
    Encoder,
    Health,
    Hit,
    KnownFile,
    SourceFile,
    Statistics,
    Use,
    VectorStore,
)

if TYPE_CHECKING:
    from indexers.build.report import Progress, Report
    from indexers.search.expansion import Expansion, Words
    from indexers.search.fusion import Candidate
    from indexers.search.nearest import Near
    from indexers.search.passages import Ranked
    from indexers.search.rerank import Reranker
    from indexers.search.searcher import Options, Searcher
    from indexers.search.word_match import WordMatch
    from indexers.types import ChunkRow, Commit

__all__ = ["Index", "IndexOptions", "accept_folder", "check_folder", "create_own_file", "database_support", "remove_index"]

READ_ATTEMPTS = 3
LOCK_PAUSE = 0.01
LOCK_ATTEMPTS = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """How a folder is indexed and searched.

    `encoder` is a name that `load_encoder` accepts; `jobs` is the number of processes (0: one per core, at most 8);
    `history` is the number of commits to index (0: none). `seed_from` is the index folder of another working tree, with a copy
    of which a first index begins if it can be used. `load_reranker`, if set, creates the reranker for searches.
    """

    rules: WalkRules = field(default_factory=WalkRules)
    encoder: str = encoders.DEFAULT
    jobs: int = 0
    history: int = 0
    load_encoder: Callable[[str], Encoder] = encoders.load
    load_reranker: Callable[[], Reranker] | None = None
    seed_from: Path | None = None


class _View:
    """A snapshot of one generation: a catalog inside a read transaction, with its vectors and vocabulary."""

    def __init__(self, index: Index, catalog: Catalog) -> None:
        self.catalog = catalog
        self._index = index

    @property
    def vectors(self) -> VectorStore:
        """The vectors of this generation, read on first use."""
        return self._index.belonging_to(self.catalog)[0]

    @property
    def words(self) -> dict[str, Words]:
        """The part of this generation's vocabulary that has been read so far."""
        return self._index.belonging_to(self.catalog)[1]


class Index:
    """The index of one folder. Use it as a context manager, or call `close`."""

    def __init__(self, root: Path, folder: Path, catalog: Catalog, encoder: Encoder | None, options: IndexOptions) -> None:
        """Use `build` or `open` instead."""
        self.root = root
        self.folder = folder
        self.options = options
        self.last_report: Report | None = None
        self._identity = _identity(folder)
        self._idle: list[Catalog] = [catalog]
        self._closed = False
        self._encoder = encoder
        self._reranker: Reranker | None = None
        self._current: tuple[int, VectorStore, dict[str, Words]] | None = None
        self._state = threading.Lock()
        self._loading = threading.RLock()
        self._writing = threading.RLock()

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

        The index is stored in `index_dir`, by default `path/.codeassist`. `encoder` is a name or an object.
        Raises `SourceError`, `UntrustedFolderError`, `IndexBusyError`, `IndexUnusableError`, `IndexWriteError` or
        `EncoderError`.
        """
        root = Path(path).resolve()
        options = _with_encoder(options or IndexOptions(), encoder)
        require_folder(root)
        folder = index_folder(root, index_dir)
        check_folder(folder, made_elsewhere=True)
        loaded = encoder if encoder is not None and not isinstance(encoder, str) else options.load_encoder(options.encoder)
        with _locked_folder(folder, root, wait=wait):
            remove_leftovers(folder)
            claim(folder)
            copied = False
            if options.seed_from is not None and not rebuild and not (folder / CATALOG).exists():
                from indexers.stores.seeding import seed

                copied = seed(folder, root, options.seed_from, loaded.fingerprint)
            index = cls(root, folder, _catalog_to_update(folder, root, loaded, rebuild=rebuild), loaded, options)
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
        return cls(root, folder, catalog, loaded, _with_encoder(options or IndexOptions(), encoder))

    def __enter__(self) -> Self:
        """Return the index; leaving the context closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the index."""
        self.close()

    def close(self) -> None:
        """Close every idle connection; calls running in other threads close theirs when they finish."""
        with self._state:
            self._closed = True
            idle, self._idle = self._idle, []
        for catalog in idle:
            catalog.close()

    # Searching

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        paths: Sequence[str] = (),
        languages: Sequence[str] = (),
        kinds: Sequence[str] = (),
        tests: bool | None = None,
        all_chunks: bool = False,
        options: Options | None = None,
    ) -> list[Hit]:
        """The k best hits for a query, best first; one hit per file unless `all_chunks`.

        `paths` are globs in `.gitignore` syntax, `languages` and `kinds` are names; `tests` is True for only tests, False
        for none. Filters apply before the top k are selected. Raises `QueryError` for an empty query or an invalid filter.
        """
        from indexers.search.searcher import Filters, Options

        filters = Filters(tuple(paths), tuple(languages), tuple(kinds), tests)
        ranking = options or Options(all_chunks=all_chunks)
        return self._read(lambda view: self._searcher(view).search(query, k, filters, ranking))

    def evidence(
        self,
        question: str,
        tokens: int,
        *,
        paths: Sequence[str] = (),
        languages: Sequence[str] = (),
        kinds: Sequence[str] = (),
        tests: bool | None = None,
    ) -> list[Hit]:
        """The passages that best answer a question and fit into `tokens` (estimated: four characters each), best first.

        Several may be of one file; overlapping ones are merged. Filters and errors are those of `search`.
        """
        from indexers.search.searcher import Filters

        filters = Filters(tuple(paths), tuple(languages), tuple(kinds), tests)
        return self._read(lambda view: self._searcher(view).evidence(question, tokens, filters))

    def passages(self, question: str, k: int = 10, *, paths: Sequence[str] = ()) -> Ranked:
        """The passages that may answer a question, best first, with what speaks for each; the first `k` also as hits."""
        from indexers.search.searcher import Filters

        return self._read(lambda view: self._searcher(view).passages(question, k, Filters(tuple(paths))))

    def candidates(self, query: str) -> list[tuple[Candidate, ChunkRow]]:
        """Every candidate chunk for a query with its features, unordered: the input of the ranking."""
        from indexers.search.query import understand
        from indexers.search.searcher import Options

        return self._read(lambda view: self._searcher(view).candidates(understand(query), None, Options()))

    def expansion(self, question: str) -> Expansion:
        """The query expansion of a question in this repository: translations, abbreviations, spelling corrections."""
        from indexers.search.query import understand

        return self._read(lambda view: self._searcher(view).expansion(understand(question)))

    def words(self, question: str) -> WordMatch:
        """The words of a question, expanded for this repository, to be compared with texts."""
        from indexers.search.query import understand

        return self._read(lambda view: self._searcher(view).words(understand(question)))

    def similar(self, texts: Sequence[str], k: int = 10) -> list[list[Near]]:
        """The `k` chunks with the nearest vectors for each text, best first."""
        from indexers.search.nearest import similar

        return self._read(lambda view: similar(view.catalog, view.vectors, self.encoder, texts, k))

    def neighbours(self, k: int, least: float) -> list[tuple[Near, Near]]:
        """Pairs of definition chunks with a cosine of at least `least`, among the `k` nearest of each chunk."""
        from indexers.search.nearest import neighbours

        return self._read(lambda view: list(neighbours(view.catalog, view.vectors, k, least)))

    # Definitions and uses

    def definitions(self, name: str, limit: int = 50) -> list[Definition]:
        """Definitions of a name or a qualified name (`Session.get`), most likely first.

        Only the best kind of match is returned: exact, else case-insensitive, else names that contain the text.
        """
        from indexers.graph.definitions import definitions

        return self._read(lambda view: definitions(view.catalog, name, limit))

    def callers(self, name: str, limit: int = 200, kinds: Sequence[str] = USE_KINDS) -> list[Use]:
        """Uses of a name or a qualified name, of the given kinds: resolved ones first, code before tests, calls first."""
        from indexers.graph.references import callers

        return self._read(lambda view: callers(view.catalog, name, limit, kinds))

    def callees(self, name: str, limit: int = 100) -> list[tuple[Use, Definition | None]]:
        """The calls in the best definition of `name`, in order, each with its most likely definition in the repository."""
        from indexers.graph.references import callees

        return self._read(lambda view: callees(view.catalog, name, limit))

    def callees_of(self, definition: Definition, limit: int = 100) -> list[tuple[Use, Definition | None]]:
        """The calls in one definition, in order, each name once."""
        from indexers.graph.references import callees_of

        return self._read(lambda view: callees_of(view.catalog, definition, limit))

    def mentions(self, name: str, limit: int = 20) -> list[Use]:
        """The lines that mention a name anywhere in the text, except those that define it."""
        from indexers.search.mentions import mentions

        return self._read(lambda view: mentions(view.catalog, self.root, name, limit))

    def implementations(self, name: str, limit: int = 200) -> list[Definition]:
        """The classes that extend or implement a type, or the methods that override a method."""
        from indexers.graph.implementations import implementations

        return self._read(lambda view: implementations(view.catalog, name, limit))

    def tests_of(self, name: str, limit: int = 200) -> list[CoveringTest]:
        """The tests that reach the definitions of a name through calls, the most direct first."""
        from indexers.graph.coverage import covering

        return self._read(lambda view: covering(view.catalog, name, limit))

    def outline(self, path: str) -> list[Definition]:
        """The definitions of a file in order, without variables, fields, aliases and prototypes."""
        from indexers.graph.definitions import major
        from indexers.stores.symbols import definitions_of_file

        return self._read(lambda view: major(definitions_of_file(view.catalog, path)))

    def definitions_in(self, path: str, start: int, end: int) -> list[Definition]:
        """The definitions that start in lines `start` to `end` of a file, in order."""
        from indexers.stores.symbols import definitions_in_span

        return self._read(lambda view: definitions_in_span(view.catalog, path, start, end))

    def definitions_of_kinds(self, kinds: Sequence[str], lines: int = 1) -> list[Definition]:
        """Every definition of these kinds with at least `lines` lines, by path and line, outer before inner ones."""
        from indexers.stores.symbols import definitions_of_kinds

        return self._read(lambda view: definitions_of_kinds(view.catalog, kinds, lines))

    def definition_at(self, path: str, line: int) -> Definition | None:
        """The innermost definition around a line, without variables, fields, aliases and prototypes."""
        from indexers.graph.definitions import major
        from indexers.stores.symbols import definitions_around

        return next(iter(self._read(lambda view: major(definitions_around(view.catalog, path, line)))), None)

    def file_ranks(self) -> dict[str, float]:
        """The PageRank of each file, where a file links to the files that define the names it uses; sums to 1."""
        from indexers.graph.centrality import file_ranks

        return self._read(lambda view: file_ranks(view.catalog))

    # Names, words and files

    def knows_name(self, name: str) -> bool:
        """Whether a name is defined, used or imported anywhere."""
        from indexers.stores.symbols import is_known_name

        return self._read(lambda view: is_known_name(view.catalog, name))

    def names(self, prefix: str, limit: int = 50) -> list[tuple[str, int]]:
        """(name, number of uses) of the most used names that begin with `prefix`, which is not empty."""
        from indexers.stores.symbols import names_with_prefix

        return self._read(lambda view: names_with_prefix(view.catalog, prefix, limit)) if prefix else []

    def members(self, owner: str, limit: int = 200) -> list[Definition]:
        """What is defined directly in the classes of this name."""
        from indexers.stores.symbols import members_of

        return self._read(lambda view: members_of(view.catalog, owner, limit))

    def defines(self, name: str) -> bool:
        """Whether a name is defined anywhere, ignoring case."""
        from indexers.stores.symbols import is_defined

        return self._read(lambda view: is_defined(view.catalog, name))

    def contains_word(self, word: str) -> bool:
        """Whether the indexed text contains a word in exactly this spelling."""
        from indexers.search.exact_match import text_contains

        return self._read(lambda view: text_contains(view.catalog, self.root, word))

    def files(self) -> list[str]:
        """The paths of all indexed files, sorted."""
        return sorted(path for path, file in self._known_files().items() if file.skipped is None)

    def language_of(self, path: str) -> str:
        """The language of an indexed file; empty when the path is not indexed."""
        return self._read(lambda view: view.catalog.language_of(path))

    def commits(self, question: str, paths: Sequence[str] = (), limit: int = 3) -> list[Commit]:
        """The indexed commits whose messages match a question best; empty when history is not indexed."""
        from indexers.graph import history

        return self._read(lambda view: history.find(view.catalog, question, tuple(paths), limit))

    # State

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded on first use and checked against the one the index was built with."""
        with self._loading:
            if self._encoder is None:
                loaded = self.options.load_encoder(self.options.encoder)
                with self._catalog() as catalog:
                    _check_encoder(catalog, loaded)
                self._encoder = loaded
            return self._encoder

    @property
    def generation(self) -> int:
        """A number that increases with every change of the indexed content."""
        return int(self._meta("generation", 0))

    @property
    def replaced(self) -> bool:
        """Whether the database was removed, or made again by a rebuild: an open index then has to be opened again."""
        return _identity(self.folder) != self._identity

    @property
    def remaining(self) -> int:
        """The number of files that an interrupted update did not process."""
        return int(self._meta("remaining", 0))

    @property
    def chunk_count(self) -> int:
        """The number of chunks."""
        return self._read(lambda view: view.catalog.chunk_count())

    def statistics(self) -> Statistics:
        """Files, lines, chunks and symbols by language, skipped files by reason, encoder, generation and update time."""

        def read(view: _View) -> Statistics:
            catalog = view.catalog
            languages, stored_reasons = catalog.counts()
            encodings, replaced_files, replaced_characters = catalog.encodings()
            skipped = Counter(catalog.meta("skipped", {}))
            skipped.update(stored_reasons)
            return Statistics(
                languages,
                dict(skipped),
                encoder=catalog.meta("encoder", ""),
                dimension=catalog.meta("dimension", 0),
                generation=catalog.meta("generation", 0),
                updated=catalog.meta("updated", 0.0),
                remaining=catalog.meta("remaining", 0),
                unparsed=catalog.unparsed_files(),
                encodings=encodings,
                replaced_files=replaced_files,
                replaced_characters=replaced_characters,
            )

        return self._read(read)

    def health(self) -> Health:
        """Check that catalog and vectors are intact and match. Raises `IndexUnusableError` for a damaged catalog."""
        verify_seal(self.folder, fully=True)
        return self._read(lambda view: Health(view.catalog.chunk_count(), len(view.vectors), view.catalog.check()))

    def size(self) -> int:
        """The size of the index on disk, in bytes."""
        return index_size(self.folder)

    # Updating

    def changes(self, listing: Listing | None = None) -> Changes:
        """The files that were added, changed or deleted since the last update.

        A file of which only the inode or the change time differs is among `changed` if its content differs too.
        """
        known = self._known_files()
        found = compare(listing or discover(self.root, self.options.rules), known)
        differing = [file for file in found.suspects if not _has_content(file, known[file.path].hash)]
        return replace(found, changed=[*found.changed, *differing])

    def skipped_paths(self) -> list[tuple[str, str]]:
        """(path, reason) of every file below the root that is not indexed, sorted; a folder ends with `/`."""
        listing = discover(self.root, self.options.rules, explain=True)
        listed = {file.path for file in listing.files}
        by_content = [(p, file.skipped) for p, file in self._known_files().items() if file.skipped is not None and p in listed]
        return sorted({*listing.skipped_paths, *by_content})

    def update(
        self,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
        wait: bool = False,
        listing: Listing | None = None,
    ) -> Report:
        """Update the index to match the folder; see `build` for errors. Readers keep using the previous generation."""
        from indexers.stores.locking import writer_lock

        with ExitStack() as stack:
            stack.enter_context(self._writing)
            try:
                stack.enter_context(writer_lock(self.folder, wait=wait))
            except FileNotFoundError as error:
                raise _removed(self.folder) from error
            if not (self.folder / CATALOG).exists():
                raise _removed(self.folder)
            verify_seal(self.folder, locked=True)
            make_private(self.folder)
            return self._update(listing or discover(self.root, self.options.rules), on_progress, stop)

    def _update(
        self, listing: Listing, on_progress: Callable[[Progress], None] | None, stop: Callable[[], bool] | None
    ) -> Report:
        started = time.monotonic()
        with self._catalog() as catalog:
            report = self._bring_up_to_date(catalog, listing, on_progress, stop)
            if not is_sealed(self.folder) and catalog.checkpoint():
                with suppress(OSError):  # without a seal nothing is compared; the next update writes it
                    write_seal(self.folder)
        report.seconds = time.monotonic() - started
        self.last_report = report
        return report

    def _bring_up_to_date(
        self,
        catalog: Catalog,
        listing: Listing,
        on_progress: Callable[[Progress], None] | None,
        stop: Callable[[], bool] | None,
    ) -> Report:
        from indexers.build.report import Report
        from indexers.build.workers import start_workers

        known_files = catalog.files()
        changes = compare(listing, known_files)
        changes = replace(changes, changed=[*changes.changed, *changes.suspects])  # reading them shows what changed
        report = Report()
        with start_workers(changes, self.options.jobs) if len(changes) else nullcontext() as workers:
            from indexers.build.update import apply  # after the processes were started: these take longer to import
            from indexers.encoders.static import StaticEncoder
            from indexers.graph import history
            from indexers.stores.writer import Writer

            # Read even when nothing changed, because an index without vectors is unusable; and read a fresh copy, because the
            # writer changes it in place while readers use the previous generation.
            vectors = self._read_vectors(catalog)
            if workers is not None:
                if not known_files:  # who reads a new catalog before its first files are there must know
                    with catalog.transaction():
                        catalog.set_meta(remaining=len(changes))
                report = apply(
                    catalog,
                    Writer(catalog, vectors, self.encoder, park=not isinstance(self.encoder, StaticEncoder)),
                    changes,
                    known_files,
                    self.encoder,
                    workers,
                    on_progress=on_progress,
                    stop=stop,
                )
        if not known_files and len(changes) and report.complete and isinstance(self.encoder, StaticEncoder):
            catalog.compact()
        with self._state:
            generation = int(catalog.meta("generation", 0))
            if self._current is None or self._current[0] != generation:
                self._current = generation, vectors, {}
        if report.complete:
            history.update(catalog, self.root, self.options.history)
        report.unchanged += len(listing.files) - len(changes.added) - len(changes.changed)
        report.skipped.update(listing.skipped)
        report.repositories, report.notes = listing.repositories, listing.notes
        stored = (catalog.meta("skipped", None), catalog.meta("remaining", 0))
        if len(changes) or stored != (dict(listing.skipped), report.remaining):
            with catalog.transaction():
                catalog.set_meta(skipped=dict(listing.skipped), updated=time.time(), remaining=report.remaining)
        return report

    # Reading

    def _read(self, query: Callable[[_View], T]) -> T:
        """Run `query` on one generation; retry when a writer replaces it between reading the catalog and the vectors."""
        for attempt in range(READ_ATTEMPTS):
            try:
                with self._catalog() as catalog, catalog.snapshot():
                    return query(_View(self, catalog))
            except EncoderMismatchError:
                raise
            except IndexUnusableError:
                if attempt + 1 == READ_ATTEMPTS:
                    raise
        raise AssertionError

    @contextmanager
    def _catalog(self) -> Iterator[Catalog]:
        """An exclusive connection, from the pool or new; SQLite errors are converted to those of this package."""
        with guarded(self.folder):
            with self._state:
                catalog = self._idle.pop() if self._idle else None
            if catalog is None:
                catalog = Catalog.open(self.folder / CATALOG)
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
                current = generation, self._read_vectors(catalog), {}
                with self._state:
                    if self._current is None or self._current[0] < generation:
                        self._current = current
        return current[1], current[2]

    def _read_vectors(self, catalog: Catalog) -> VectorStore:
        return open_vectors(self.folder, SavedVectors.of(catalog.meta("vectors", None)), int(catalog.meta("dimension", 0)))

    def _searcher(self, view: _View) -> Searcher:
        from indexers.search.searcher import Searcher

        return Searcher(self.root, view.catalog, view.vectors, self.encoder, self._loaded_reranker(), view.words)

    def _loaded_reranker(self) -> Reranker | None:
        with self._loading:
            if self._reranker is None and self.options.load_reranker is not None:
                self._reranker = self.options.load_reranker()
            return self._reranker

    def _known_files(self) -> dict[str, KnownFile]:
        with self._catalog() as catalog:
            return catalog.files()

    def _meta(self, key: str, default: Any) -> Any:
        with self._catalog() as catalog:
            return catalog.meta(key, default)


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells the database file from another of the same name, or None if there is none."""
    try:
        found = (folder / CATALOG).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _check_encoder(catalog: Catalog, encoder: Encoder) -> None:
    fingerprint = catalog.meta("fingerprint", None)
    if fingerprint != encoder.fingerprint:
        built_with = catalog.meta("encoder", "?")
        other = "another version of this encoder" if built_with == encoder.name else f"the encoder '{built_with}'"
        raise EncoderMismatchError(
            f"The index at {catalog.path.parent} was built with {other}, not with the current '{encoder.name}'; "
            "run 'codeassist index --rebuild'."
        )


def _removed(folder: Path) -> IndexMissingError:
    return IndexMissingError(f"The index at {folder} was removed; run 'codeassist index'.")


@contextmanager
def _locked_folder(folder: Path, root: Path, *, wait: bool) -> Iterator[None]:
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


def _catalog_to_update(folder: Path, root: Path, encoder: Encoder, *, rebuild: bool) -> Catalog:
    """The existing catalog, checked, or a new one. One in which nothing was ever stored binds nobody to its encoder."""
    if rebuild or not (folder / CATALOG).exists():
        return create_catalog(folder, root, encoder)
    verify_seal(folder, locked=True)
    catalog = Catalog.open(folder / CATALOG)
    try:
        _check_encoder(catalog, encoder)
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


def database_support() -> tuple[str, bool]:
    """(version of the SQLite library, whether it supports the full-text search that an index needs)."""
    return sqlite_version(), has_full_text_search()


def _has_content(file: SourceFile, known_hash: bytes) -> bool:
    """Whether the current content of a file has this hash."""
    from indexers.build.prepare import digest
    from indexers.files.reading import read_bytes

    try:
        return digest(read_bytes(file.absolute, follow=False)) == known_hash
    except OSError:
        return False


def _with_encoder(options: IndexOptions, encoder: Encoder | str | None) -> IndexOptions:
    if isinstance(encoder, str):
        return replace(options, encoder=encoder)
    return options
