"""The façade: build, open, update, search and question the index of one folder. Safe from many threads.

Every reading method takes a connection of its own from a pool, opens a read transaction and the vectors that belong to it, so
each call sees one generation whatever a writer does. Whatever SQLite or the file system reports arrives as an `IndexerError`.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from indexers import encoders
from indexers.errors import EncoderMismatchError, IndexMissingError, IndexUnusableError
from indexers.files.walker import Changes, Listing, WalkRules, compare, discover, require_folder
from indexers.stores.catalog import Catalog, guarded, has_full_text_search, sqlite_version
from indexers.stores.folder import CATALOG, create_catalog, index_folder, index_size, make_folder, remove_index
from indexers.stores.vectors import empty_vectors, open_vectors
from indexers.types import Definition, Encoder, Health, Hit, KnownFile, Use, VectorStore

if TYPE_CHECKING:
    from indexers.build.update import Progress, Report
    from indexers.search.expansion import Expansion, Words
    from indexers.search.fusion import Candidate
    from indexers.search.nearest import Near
    from indexers.search.rerank import Reranker
    from indexers.search.searcher import Options, Searcher
    from indexers.types import ChunkRow, Commit

__all__ = ["Index", "IndexOptions", "database_support", "remove_index"]

READ_ATTEMPTS = 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """How a folder is indexed.

    `encoder` is a name that `load_encoder` knows; `jobs` the number of processes (0: one a core); `history` how many
    commits to index (0: none). `load_reranker`, where given, makes what reorders the best hits of a search.
    """

    rules: WalkRules = field(default_factory=WalkRules)
    encoder: str = encoders.DEFAULT
    jobs: int = 0
    history: int = 0
    load_encoder: Callable[[str], Encoder] = encoders.load
    load_reranker: Callable[[], Reranker] | None = None


class _View:
    """One generation as a reading method sees it: a catalog inside a read transaction, and what belongs to it."""

    def __init__(self, index: Index, catalog: Catalog) -> None:
        self.catalog = catalog
        self._index = index

    @property
    def vectors(self) -> VectorStore:
        """The vectors of this generation, read on first use."""
        return self._index.belonging_to(self.catalog)[0]

    @property
    def words(self) -> dict[str, Words]:
        """The vocabulary that was read for this generation so far."""
        return self._index.belonging_to(self.catalog)[1]


class Index:
    """The index of one folder. Use it as a context manager, or call `close`."""

    def __init__(self, root: Path, folder: Path, catalog: Catalog, encoder: Encoder | None, options: IndexOptions) -> None:
        """Use `build` or `open` instead."""
        self.root = root
        self.folder = folder
        self.options = options
        self.last_report: Report | None = None
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
        """Index a folder, or bring its index up to date, and open it.

        The index is in `path/.codeassist` unless `index_dir` says otherwise. `encoder` is a name or an object.
        Raises `SourceError`, `IndexBusyError`, `IndexUnusableError`, `IndexWriteError` or `EncoderError`.
        """
        root = Path(path).resolve()
        options = _with_encoder(options or IndexOptions(), encoder)
        require_folder(root)
        folder = index_folder(root, index_dir)
        made = encoder if encoder is not None and not isinstance(encoder, str) else options.load_encoder(options.encoder)
        make_folder(folder, root)
        from indexers.stores.locking import writer_lock

        with writer_lock(folder, wait=wait):
            exists = (folder / CATALOG).exists() and not rebuild
            catalog = Catalog.open(folder / CATALOG) if exists else create_catalog(folder, root, made)
            index = cls(root, folder, catalog, made, options)
            try:
                index._check_encoder(catalog, made)
                index._update(discover(root, options.rules), on_progress, stop)
            except BaseException:
                index.close()
                raise
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
        """Open the existing index of a folder. Raises `IndexMissingError` or `IndexUnusableError`."""
        root = Path(path).resolve()
        folder = index_folder(root, index_dir)
        if not (folder / CATALOG).exists():
            raise IndexMissingError(f"{root} is not indexed yet; run 'codeassist index {path}'.")
        catalog = Catalog.open(folder / CATALOG)
        made = None if encoder is None or isinstance(encoder, str) else encoder
        return cls(root, folder, catalog, made, _with_encoder(options or IndexOptions(), encoder))

    def __enter__(self) -> Self:
        """Enter a context that closes the index."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the index."""
        self.close()

    def close(self) -> None:
        """Close every connection; calls that are under way in other threads end first with their own."""
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
        """The k best hits for a query, best first; one a file unless `all_chunks`.

        `paths` are globs in `.gitignore` syntax, `languages` and `kinds` names; `tests` True for only tests, False for
        none. Filters apply before the top k is taken. Raises `QueryError` for an empty query or an unknown filter.
        """
        from indexers.search.searcher import Filters, Options

        filters = Filters(tuple(paths), tuple(languages), tuple(kinds), tests)
        chosen = options or Options(all_chunks=all_chunks)
        return self._read(lambda view: self._searcher(view).search(query, k, filters, chosen))

    def candidates(self, query: str) -> list[tuple[Candidate, ChunkRow]]:
        """Every chunk that is considered for a query, with its features, unordered: what a ranker chooses from."""
        from indexers.search.query import understand
        from indexers.search.searcher import Options

        return self._read(lambda view: self._searcher(view).candidates(understand(query), None, Options()))

    def expansion(self, question: str) -> Expansion:
        """What the words of a question may stand for in this repository: translations, abbreviations, corrections."""
        from indexers.search.query import understand

        return self._read(lambda view: self._searcher(view).expansion(understand(question)))

    def similar(self, texts: Sequence[str], k: int = 10) -> list[list[Near]]:
        """For each text the `k` chunks whose vectors are nearest, best first."""
        from indexers.search.nearest import similar

        return self._read(lambda view: similar(view.catalog, view.vectors, self.encoder, texts, k))

    def neighbours(self, k: int, least: float) -> list[tuple[Near, Near]]:
        """Pairs of chunks of definitions that are at least `least` alike, looking at the `k` nearest of each."""
        from indexers.search.nearest import neighbours

        return self._read(lambda view: list(neighbours(view.catalog, view.vectors, k, least)))

    # Definitions and uses

    def definitions(self, name: str, limit: int = 50) -> list[Definition]:
        """Definitions of a name or a qualified name (`Session.get`), most likely meant first.

        Exact spelling comes before another case, and that before names that only contain the text.
        """
        from indexers.graph.definitions import definitions

        return self._read(lambda view: definitions(view.catalog, name, limit))

    def callers(self, name: str, limit: int = 200, kinds: Sequence[str] = ("call", "base", "import")) -> list[Use]:
        """Uses of a name, of these kinds (call, import, base, type): code before tests, calls first."""
        from indexers.graph.references import callers

        return self._read(lambda view: callers(view.catalog, name, limit, kinds))

    def callees(self, name: str, limit: int = 100) -> list[tuple[Use, Definition | None]]:
        """What the best definition of `name` calls, in order, each with its likeliest definition in the repository."""
        from indexers.graph.references import callees

        return self._read(lambda view: callees(view.catalog, name, limit))

    def callees_of(self, definition: Definition, limit: int = 100) -> list[tuple[Use, Definition | None]]:
        """What one definition calls, in order, each name once."""
        from indexers.graph.references import callees_of

        return self._read(lambda view: callees_of(view.catalog, definition, limit))

    def outline(self, path: str) -> list[Definition]:
        """The definitions of a file in order, variables and prototypes aside."""
        from indexers.graph.definitions import major
        from indexers.stores.symbols import definitions_of_file

        return self._read(lambda view: major(definitions_of_file(view.catalog, path)))

    def definitions_in(self, path: str, start: int, end: int) -> list[Definition]:
        """The definitions that start within some lines of a file, in order."""
        from indexers.stores.symbols import definitions_in_span

        return self._read(lambda view: definitions_in_span(view.catalog, path, start, end))

    def definition_at(self, path: str, line: int) -> Definition | None:
        """The innermost definition around a line that is more than a variable."""
        from indexers.graph.definitions import major
        from indexers.stores.symbols import definitions_around

        return next(iter(self._read(lambda view: major(definitions_around(view.catalog, path, line)))), None)

    def file_ranks(self) -> dict[str, float]:
        """How much the repository depends on each file: PageRank over "uses a name that is defined there"; sums to 1."""
        from indexers.graph.centrality import file_ranks

        return self._read(lambda view: file_ranks(view.catalog))

    # Names, words and files

    def knows_name(self, name: str) -> bool:
        """Whether a name is defined, used or imported anywhere."""
        from indexers.stores.symbols import is_known_name

        return self._read(lambda view: is_known_name(view.catalog, name))

    def defines(self, name: str) -> bool:
        """Whether a name is defined anywhere, in any case."""
        from indexers.stores.symbols import is_defined

        return self._read(lambda view: is_defined(view.catalog, name))

    def contains_word(self, word: str) -> bool:
        """Whether a word is anywhere in the indexed text, letter by letter."""
        from indexers.search.exact_match import text_contains

        return self._read(lambda view: text_contains(view.catalog, self.root, word))

    def files(self) -> list[str]:
        """The paths of all indexed files, sorted."""
        return sorted(path for path, known in self._known_files().items() if known.skipped is None)

    def language_of(self, path: str) -> str:
        """The language of an indexed file; empty when there is none of this path."""
        return self._read(lambda view: view.catalog.language_of(path))

    def commits(self, question: str, paths: Sequence[str] = (), limit: int = 3) -> list[Commit]:
        """The indexed commits whose messages fit a question best; empty when history is not indexed."""
        from indexers.graph import history

        return self._read(lambda view: history.find(view.catalog, question, tuple(paths), limit))

    # State

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded on first use and checked against the one that made the index."""
        with self._loading:
            if self._encoder is None:
                made = self.options.load_encoder(self.options.encoder)
                with self._catalog() as catalog:
                    self._check_encoder(catalog, made)
                self._encoder = made
            return self._encoder

    @property
    def generation(self) -> int:
        """A number that grows with every change of the index."""
        return int(self._meta("generation", 0))

    @property
    def remaining(self) -> int:
        """How many files an interrupted update left."""
        return int(self._meta("remaining", 0))

    @property
    def chunk_count(self) -> int:
        """How many chunks there are."""
        return self._read(lambda view: view.catalog.chunk_count())

    def statistics(self) -> dict[str, Any]:
        """Counts of files, chunks and symbols by language, lines, skipped files by reason, encoder and times."""

        def read(view: _View) -> dict[str, Any]:
            catalog = view.catalog
            languages, by_content = catalog.counts()
            skipped = Counter(catalog.meta("skipped", {}))
            skipped.update(by_content)
            return {
                "languages": languages,
                "skipped": dict(skipped),
                "encoder": catalog.meta("encoder", ""),
                "dimension": catalog.meta("dimension", 0),
                "generation": catalog.meta("generation", 0),
                "updated": catalog.meta("updated", 0.0),
                "remaining": catalog.meta("remaining", 0),
            }

        return self._read(read)

    def health(self) -> Health:
        """Whether catalog and vectors are whole and belong together."""
        return self._read(lambda view: Health(view.catalog.chunk_count(), len(view.vectors), view.catalog.check()))

    def size(self) -> int:
        """Bytes the index takes on disk."""
        return index_size(self.folder)

    # Updating

    def changes(self, listing: Listing | None = None) -> Changes:
        """The files that were added, changed or deleted since the index was made."""
        return compare(listing or discover(self.root, self.options.rules), self._known_files())

    def update(
        self,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
        wait: bool = False,
        listing: Listing | None = None,
    ) -> Report:
        """Bring the index up to date with the folder; see `build` for errors. Readers go on with the last generation."""
        from indexers.stores.locking import writer_lock

        with self._writing, writer_lock(self.folder, wait=wait):
            return self._update(listing or discover(self.root, self.options.rules), on_progress, stop)

    def _update(
        self, listing: Listing, on_progress: Callable[[Progress], None] | None, stop: Callable[[], bool] | None
    ) -> Report:
        started = time.monotonic()
        with self._catalog() as catalog:
            report = self._bring_up_to_date(catalog, listing, on_progress, stop)
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
        from indexers.build.update import Report, apply
        from indexers.encoders.static import StaticEncoder
        from indexers.graph import history
        from indexers.stores.writer import Writer

        known = catalog.files()
        changes = compare(listing, known)
        report = Report()
        # Read even when nothing changed, since an index without its vectors is unusable; and read anew, since the writer
        # changes them in place while readers keep the last generation.
        vectors = self._read_vectors(catalog)
        if len(changes):
            report = apply(
                catalog,
                Writer(catalog, vectors, self.encoder, park=not isinstance(self.encoder, StaticEncoder)),
                changes,
                known,
                self.encoder,
                jobs=self.options.jobs,
                on_progress=on_progress,
                stop=stop,
            )
            if not known and report.complete:
                catalog.compact()
        with self._state:
            generation = int(catalog.meta("generation", 0))
            if self._current is None or self._current[0] != generation:
                self._current = generation, vectors, {}
        if report.complete:
            history.update(catalog, self.root, self.options.history)
        report.unchanged += len(listing.files) - len(changes.added) - len(changes.changed)
        report.skipped.update(listing.skipped)
        stored = (catalog.meta("skipped", None), catalog.meta("remaining", 0))
        if len(changes) or stored != (dict(listing.skipped), report.remaining):
            with catalog.transaction():
                catalog.set_meta(skipped=dict(listing.skipped), updated=time.time(), remaining=report.remaining)
        return report

    # Reading

    def _read(self, question: Callable[[_View], T]) -> T:
        """Answer a question on one generation; asked again when a writer replaces it between our two reads."""
        for attempt in range(READ_ATTEMPTS):
            try:
                with self._catalog() as catalog, catalog.snapshot():
                    return question(_View(self, catalog))
            except EncoderMismatchError:
                raise
            except IndexUnusableError:
                if attempt + 1 == READ_ATTEMPTS:
                    raise
        raise AssertionError

    @contextmanager
    def _catalog(self) -> Iterator[Catalog]:
        """A connection of one's own, from the pool or new; SQLite's errors become this package's."""
        with guarded(self.folder):
            with self._state:
                catalog = self._idle.pop() if self._idle else None
            if catalog is None:
                catalog = Catalog.open(self.folder / CATALOG)
            try:
                yield catalog
            finally:
                with self._state:
                    if not self._closed:
                        self._idle.append(catalog)
                        catalog = None
                if catalog is not None:
                    catalog.close()

    def belonging_to(self, catalog: Catalog) -> tuple[VectorStore, dict[str, Words]]:
        """The vectors and the vocabulary of a catalog's generation, kept for the newest one."""
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
        generation, dimension = int(catalog.meta("generation", 0)), int(catalog.meta("dimension", 0))
        if generation == catalog.meta("first_generation", 0):
            return empty_vectors(dimension)
        return open_vectors(self.folder, generation, dimension)

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

    def _check_encoder(self, catalog: Catalog, encoder: Encoder) -> None:
        pinned = catalog.meta("fingerprint", None)
        if pinned != encoder.fingerprint:
            made_with = catalog.meta("encoder", "?")
            other = "another version of this encoder" if made_with == encoder.name else f"the encoder '{made_with}'"
            raise EncoderMismatchError(
                f"The index at {self.folder} was made with {other}, not with this '{encoder.name}'; run "
                "'codeassist index --rebuild' to make it again."
            )


def database_support() -> tuple[str, bool]:
    """(version of the SQLite library, whether it has the full-text search that an index needs)."""
    return sqlite_version(), has_full_text_search()


def _with_encoder(options: IndexOptions, encoder: Encoder | str | None) -> IndexOptions:
    if isinstance(encoder, str):
        return replace(options, encoder=encoder)
    return options
