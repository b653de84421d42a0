"""The façade: build, open, update and search the index of one folder."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from indexers import encoders
from indexers.errors import EncoderMismatchError, IndexMissingError, IndexUnusableError
from indexers.files.walker import Listing, WalkRules, compare, discover, require_folder
from indexers.graph.definitions import Graph
from indexers.search.exact_match import stands
from indexers.search.expansion import Expansion, Vocabulary
from indexers.search.query import understand
from indexers.search.rerank import Reranker
from indexers.search.searcher import Filters, Options, Searcher
from indexers.stores.catalog import Catalog, guarded, vectors_path
from indexers.stores.faiss import FaissStore
from indexers.stores.folder import CATALOG, create_catalog, index_folder, make_folder
from indexers.types import Encoder, Hit

if TYPE_CHECKING:
    from indexers.build.update import Progress, Report
    from indexers.graph.history import Commit
    from indexers.search.nearest import Near

READ_ATTEMPTS = 3


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


class Index:
    """The index of one folder. Use it as a context manager, or call `close`."""

    def __init__(self, root: Path, folder: Path, catalog: Catalog, encoder: Encoder | None, options: IndexOptions) -> None:
        """Use `build` or `open` instead."""
        self.root = root
        self.folder = folder
        self.options = options
        self.catalog = catalog
        self._encoder = encoder
        self._reranker: Reranker | None = None
        self._vectors: FaissStore | None = None
        self._generation = -1
        self._vocabulary: tuple[int, Vocabulary] | None = None
        self._lock = threading.RLock()
        self.last_report: Report | None = None

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

        The index lies in `path/.codeassist` unless `index_dir` says otherwise. `encoder` is a name or an object.
        Raises `SourceError`, `IndexBusyError`, `IndexUnusableError` or `EncoderError`.
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
                index._check_encoder(made)
                index._update(discover(root, options.rules), on_progress, stop)
            except BaseException:
                catalog.close()
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
        """Open the existing index of a folder; raises `IndexMissingError` or `IndexUnusableError`."""
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
        """Close the database connection."""
        self.catalog.close()

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded on first use and checked against the one that made the index."""
        if self._encoder is None:
            made = self.options.load_encoder(self.options.encoder)
            self._check_encoder(made)
            self._encoder = made
        return self._encoder

    @property
    def reranker(self) -> Reranker | None:
        """What reorders the best hits, loaded on first use; None when there is none."""
        if self._reranker is None and self.options.load_reranker is not None:
            self._reranker = self.options.load_reranker()
        return self._reranker

    def update(
        self, *, on_progress: Callable[[Progress], None] | None = None, stop: Callable[[], bool] | None = None,
        wait: bool = False, listing: Listing | None = None,
    ) -> Report:  # fmt: skip
        """Bring the index up to date with the folder; see `build` for errors."""
        from indexers.stores.locking import writer_lock

        with self._lock, writer_lock(self.folder, wait=wait):
            return self._update(listing or discover(self.root, self.options.rules), on_progress, stop)

    def stale(self) -> int:
        """How many files were added, changed or deleted since the index was made."""
        return len(compare(discover(self.root, self.options.rules), self.catalog.files()))

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
        none. Filters apply before the top k is taken. Raises `QueryError` for an empty query.
        """
        filters = Filters(tuple(paths), tuple(languages), tuple(kinds), tests)
        for attempt in range(READ_ATTEMPTS):
            try:
                with self._lock, guarded(self.folder), self.catalog.snapshot():
                    return self._searcher().search(query, k, filters, options or Options(all_chunks=all_chunks))
            except EncoderMismatchError:
                raise
            except IndexUnusableError:  # a writer replaced the generation between our two reads: the next state is whole
                if attempt + 1 == READ_ATTEMPTS:
                    raise
        return []

    def expansion(self, question: str) -> Expansion:
        """What the words of a question may stand for in this repository: translations, abbreviations, corrections."""
        with self._lock, guarded(self.folder):
            return self._searcher().expansion(understand(question))

    def says(self, word: str) -> bool:
        """Whether a word stands anywhere in the indexed text, letter by letter."""
        with self._lock, guarded(self.folder):
            return stands(self.catalog.connection, self.root, word)

    def graph(self) -> Graph:
        """Definitions, callers and callees."""
        return Graph(self.catalog.connection)

    def commits(self, question: str, paths: Sequence[str] = (), limit: int = 3) -> list[Commit]:
        """The indexed commits that speak most of a question; empty when history is not indexed."""
        from indexers.graph import history

        return history.find(self.catalog, question, tuple(paths), limit)

    def similar(self, texts: Sequence[str], k: int = 10) -> list[list[Near]]:
        """For each text the `k` chunks whose vectors are nearest, best first."""
        from indexers.search.nearest import similar

        with self._lock, guarded(self.folder):
            return similar(self.catalog, self.vectors(), self.encoder, texts, k)

    def neighbours(self, k: int, least: float) -> list[tuple[Near, Near]]:
        """Pairs of chunks of definitions that are at least `least` alike, looking at the `k` nearest of each."""
        from indexers.search.nearest import neighbours

        with self._lock, guarded(self.folder):
            return list(neighbours(self.catalog, self.vectors(), k, least))

    def vectors(self) -> FaissStore:
        """The vectors of the catalog's current generation, read on first use."""
        generation = int(self.catalog.meta("generation", 0))
        if self._vectors is None or generation != self._generation:
            self._vectors = self._read_vectors(generation)
            self._generation = generation
        return self._vectors

    def _searcher(self) -> Searcher:
        vectors = self.vectors()  # first: it is what notices a new generation
        if self._vocabulary is None or self._vocabulary[0] != self._generation:
            self._vocabulary = self._generation, Vocabulary(self.catalog.connection)
        return Searcher(self.root, self.catalog, vectors, self.encoder, self.reranker, self._vocabulary[1])

    def statistics(self) -> dict[str, Any]:
        """Counts of files, chunks and symbols by language, lines, skipped files by reason, encoder and times."""
        sql = self.catalog.connection
        languages = {
            name: {"files": files, "lines": lines, "chunks": 0, "symbols": 0}
            for name, files, lines in sql.execute(
                "SELECT language, count(*), sum(lines) FROM files WHERE skipped IS NULL GROUP BY language"
            )
        }
        for table in ("chunks", "symbols"):
            counts = sql.execute(
                f"SELECT f.language, count(*) FROM {table} t JOIN files f ON f.id = t.file GROUP BY f.language"
            )
            for name, count in counts:
                languages[name][table] = count
        skipped = Counter(self.catalog.meta("skipped", {}))
        skipped.update(dict(sql.execute("SELECT skipped, count(*) FROM files WHERE skipped IS NOT NULL GROUP BY skipped")))
        return {
            "languages": languages,
            "skipped": dict(skipped),
            "encoder": self.catalog.meta("encoder", ""),
            "dimension": self.catalog.meta("dimension", 0),
            "generation": self.catalog.meta("generation", 0),
            "updated": self.catalog.meta("updated", 0.0),
            "remaining": self.catalog.meta("remaining", 0),
        }

    def _update(
        self, listing: Listing, on_progress: Callable[[Progress], None] | None, stop: Callable[[], bool] | None
    ) -> Report:
        started = time.monotonic()
        with guarded(self.folder):
            report = self._bring_up_to_date(listing, on_progress, stop)
        report.seconds = time.monotonic() - started
        self.last_report = report
        return report

    def _bring_up_to_date(
        self, listing: Listing, on_progress: Callable[[Progress], None] | None, stop: Callable[[], bool] | None
    ) -> Report:
        from indexers.build.update import Report, apply
        from indexers.graph import history
        from indexers.stores.writer import Writer

        known = self.catalog.files()
        changes = compare(listing, known)
        report = Report()
        vectors = self.vectors()  # read even when nothing changed: an index without its vectors is no index
        if len(changes):
            writer = Writer(self.catalog, vectors, self.encoder)
            try:
                report = apply(
                    self.catalog,
                    writer,
                    changes,
                    known,
                    self.encoder,
                    jobs=self.options.jobs,
                    on_progress=on_progress,
                    stop=stop,
                )
            except BaseException:
                self._vectors = None  # they may hold what was rolled back
                raise
            self._generation = int(self.catalog.meta("generation", 0))
            if not known and report.complete:
                self.catalog.compact()
        if report.complete:
            history.update(self.catalog, self.root, self.options.history)
        report.unchanged += len(listing.files) - len(changes.added) - len(changes.changed)
        report.skipped.update(listing.skipped)
        stored = (self.catalog.meta("skipped", None), self.catalog.meta("remaining", 0))
        if len(changes) or stored != (dict(listing.skipped), report.remaining):
            with self.catalog.transaction():
                self.catalog.set_meta(skipped=dict(listing.skipped), updated=time.time(), remaining=report.remaining)
        return report

    def _read_vectors(self, generation: int) -> FaissStore:
        dimension = int(self.catalog.meta("dimension", 0))
        if generation == self.catalog.meta("first_generation", 0):
            return FaissStore(dimension)
        return FaissStore.open(vectors_path(self.folder, generation), dimension)

    def _check_encoder(self, encoder: Encoder) -> None:
        pinned = self.catalog.meta("fingerprint", None)
        if pinned != encoder.fingerprint:
            made_with = self.catalog.meta("encoder", "?")
            other = "another version of this encoder" if made_with == encoder.name else f"the encoder '{made_with}'"
            raise EncoderMismatchError(
                f"The index at {self.folder} was made with {other}, not with this '{encoder.name}'; run "
                "'codeassist index --rebuild' to make it again."
            )


def _with_encoder(options: IndexOptions, encoder: Encoder | str | None) -> IndexOptions:
    if isinstance(encoder, str):
        return replace(options, encoder=encoder)
    return options
