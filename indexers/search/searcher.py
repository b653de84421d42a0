"""A query -> hits: lexical and dense candidates, scored by `fusion`, one result a file unless every chunk is wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from indexers.errors import QueryError
from indexers.files.decoding import read_lines
from indexers.files.exclusions import is_glob, make_spec
from indexers.search import fusion
from indexers.search.exact_match import defining_chunks, named_files
from indexers.search.expansion import Expansion, Vocabulary, expand
from indexers.search.fusion import Candidate
from indexers.search.lexical import chunks_saying, lexical_scores, phrases, share_said
from indexers.search.name_features import NameFeatures, Row, demotion_of, excused, platform_demotion
from indexers.search.query import MAX_TERMS, Query, understand
from indexers.search.rerank import Reranker, rerank
from indexers.search.word_similarity import meanings
from indexers.stores.catalog import TEST, Catalog
from indexers.syntax.languages import PLAIN, detect, names
from indexers.syntax.words import terms
from indexers.types import Encoder, Hit, Ids, VectorStore

CANDIDATES = 170
"""Chunks taken from each of the lexical and the dense side; 300 change the benchmark by less than a thousandth."""

PHRASE_CANDIDATES = 12

MAX_RESULTS = 1000

RERANKED = 30
"""Hits that a reranker reads, when there is one."""


ROUNDING = 1e-6


ONLY_A_NAME = 2.0
"""When the query is one name and nothing else, its definition is what is wanted; chunks that only say it often are not."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrictions applied before ranking. `tests`: None for both, True for only tests, False for none."""

    paths: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tests: bool | None = None

    def __bool__(self) -> bool:
        """Whether anything is restricted."""
        return bool(self.paths or self.languages or self.kinds or self.tests is not None)


@dataclass(frozen=True, slots=True)
class Options:
    """How to rank: weights by feature, whether a file may appear more than once, which sides take part."""

    weights: Mapping[str, float] = field(default_factory=lambda: fusion.WEIGHTS)
    all_chunks: bool = False
    lexical: bool = True
    dense: bool = True
    aggregate: bool = True
    demote: bool = True


class Searcher:
    """Ranks the chunks of one index. Not thread-safe: it shares one database connection."""

    def __init__(
        self,
        root: Path,
        catalog: Catalog,
        vectors: VectorStore,
        encoder: Encoder,
        reranker: Reranker | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """Take the parts of an open index; `root` is where files are read from.

        A `reranker` reorders the best hits; a `vocabulary` that was read before spares reading it again.
        """
        self._root = root
        self._catalog = catalog
        self._vectors = vectors
        self._encoder = encoder
        self._names = meanings(encoder)
        self._reranker = reranker
        self._vocabulary = vocabulary or Vocabulary(catalog.connection)

    def search(self, text: str, k: int = 10, filters: Filters | None = None, options: Options | None = None) -> list[Hit]:
        """The k best hits, best first; raises `QueryError` for an empty query or a filter that cannot be."""
        options = options or Options()
        query = understand(text)
        if not query.text:
            raise QueryError("The question is empty.")
        if k < 1:
            raise QueryError("The number of results must be at least 1.")
        allowed = self._allowed(filters) if filters else None
        if allowed is not None and len(allowed) == 0:
            return []
        ranked = self.candidates(query, allowed, options)
        kinds = filters.kinds if filters else ()
        k = min(k, MAX_RESULTS)
        if self._reranker is None:
            return [self._hit(*entry, kinds) for entry in self._pick(ranked, k, options)]
        hits = [self._hit(*entry, kinds) for entry in self._pick(ranked, max(k, RERANKED), options)]
        return [*rerank(self._reranker, query.text, hits[:RERANKED]), *hits[RERANKED:]][:k]

    def expansion(self, query: Query) -> Expansion:
        """What the query's words may stand for in this repository."""
        return expand(query, self._catalog.connection, self._vocabulary, self._names.between, self._names.knows)

    def _allowed(self, filters: Filters) -> Ids:
        """The ids of all chunks that pass the filters."""
        conditions, values = ["files.skipped IS NULL"], list[Any]()
        if filters.languages:
            conditions.append(f"files.language IN ({','.join('?' * len(filters.languages))})")
            values.extend(_language(name) for name in filters.languages)
        if filters.kinds:
            self._require_kinds(filters.kinds)
            marks = ",".join("?" * len(filters.kinds))
            conditions.append(
                f"(chunks.kind IN ({marks}) OR EXISTS (SELECT 1 FROM symbols s WHERE s.file = chunks.file "
                f"AND s.start BETWEEN chunks.start AND chunks.end AND s.kind IN ({marks})))"
            )
            values.extend((*filters.kinds, *filters.kinds))
        if filters.tests is not None:
            conditions.append(f"(files.flags & {TEST}) {'!=' if filters.tests else '='} 0")
        if filters.paths:
            globs = [self._relative(glob) for glob in filters.paths]
            if wrong := next((glob for glob in globs if not glob or not is_glob(glob)), None):
                raise QueryError(f"'{wrong}' is no path pattern.")
            spec = make_spec(globs)
            assert spec is not None
            rows = self._catalog.connection.execute("SELECT id, path FROM files WHERE skipped IS NULL")
            files = [str(identifier) for identifier, path in rows if spec.match_file(path)]
            conditions.append(f"files.id IN ({','.join(files)})")
        sql = f"SELECT chunks.id FROM chunks JOIN files ON files.id = chunks.file WHERE {' AND '.join(conditions)}"
        rows = self._catalog.connection.execute(sql, values)
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def _require_kinds(self, kinds: Sequence[str]) -> None:
        rows = self._catalog.connection.execute("SELECT DISTINCT kind FROM chunks UNION SELECT DISTINCT kind FROM symbols")
        known = sorted(row[0] for row in rows)
        for kind in kinds:
            if kind not in known:
                raise QueryError(f"Nothing of kind '{kind}' is indexed; there are {', '.join(known)}.")

    def _relative(self, glob: str) -> str:
        """A path filter as the index spells paths: from the root, without a leading `./`."""
        root = self._root.as_posix() + "/"
        return glob.removeprefix(root) if glob.startswith(root) else glob.removeprefix("./")

    def candidates(self, query: Query, allowed: Ids | None, options: Options) -> list[tuple[Candidate, Row]]:
        """Every candidate with its row of the catalog, unordered."""
        sql = self._catalog.connection
        meant = self.expansion(query)
        frequencies = meant.frequencies
        total = max(1, len(self._vectors))
        wanted = meant.weights(total)
        lexical = lexical_scores(sql, frequencies, total, CANDIDATES, allowed) if options.lexical else {}
        asked = phrases(terms(query.text)[:MAX_TERMS]) if options.lexical else []
        said = chunks_saying(sql, asked, total, PHRASE_CANDIDATES, allowed)
        vector = self._encoder.encode([meant.text], query=True)[0]
        dense: dict[int, float] = {}
        if options.dense and vector.any():
            nearest, scores = self._vectors.search(vector, CANDIDATES, only=allowed)
            dense = dict(zip(nearest.tolist(), scores.tolist(), strict=True))
        exact = defining_chunks(sql, query, allowed)
        named = named_files(sql, query, allowed)
        ids = list({**lexical, **dense, **exact, **named, **dict.fromkeys(said)})
        if options.dense and vector.any():
            rest = np.array([i for i in ids if i not in dense], dtype=np.int64)
            dense.update(zip(rest.tolist(), (self._vectors.get(rest) @ vector).tolist(), strict=True))
        lexical_share, dense_share = fusion.scale_by_best(lexical), fusion.scale_by_range(dense)
        unpunished = excused(query)
        names = NameFeatures(wanted)
        rows = self._rows(ids)
        near = self._names.to_stems(meant.text, {row.path for row in rows.values()}) if options.dense else {}
        ranked = []
        for chunk, row in rows.items():
            candidate = Candidate(chunk, row.file, similarity=dense.get(chunk, 0.0))
            candidate.features = {
                "lexical": lexical_share.get(chunk, 0.0),
                "dense": dense_share.get(chunk, 0.0),
                "phrase": self._share_said(asked, row) ** 2 if chunk in said else 0.0,
                "exact_symbol": exact.get(chunk, 0.0) * (ONLY_A_NAME if query.is_symbol else 1.0),
                "exact_path": named.get(chunk, 0.0),
                **names.of(row),
                "stem_meaning": near.get(row.path, 0.0),
            }
            if options.demote:
                candidate.demotion = demotion_of(row.flags, row.kind, row.language, unpunished)
                candidate.demotion *= platform_demotion(row.path, query.text)
            ranked.append((candidate, row))
        return ranked

    def _share_said(self, asked: Sequence[str], row: Row) -> float:
        """The share of the query's phrases that a chunk says, read from its file."""
        return share_said(asked, terms(read_lines(self._root, row.path, row.start, row.end)))

    def _rows(self, ids: Sequence[int]) -> dict[int, Row]:
        found: dict[int, Row] = {}
        for start in range(0, len(ids), 900):
            batch = ids[start : start + 900]
            rows = self._catalog.connection.execute(
                "SELECT c.id, c.file, c.start, c.end, c.kind, f.path, f.language, f.flags, n.name, s.signature, n.uses, "
                "c.symbol FROM chunks c JOIN files f ON f.id = c.file LEFT JOIN symbols s ON s.id = c.symbol "
                f"LEFT JOIN names n ON n.id = s.name WHERE c.id IN ({','.join(map(str, batch))})"
            )
            found.update((row.chunk, row) for row in map(Row._make, rows))
        return found

    def _pick(self, ranked: list[tuple[Candidate, Row]], k: int, options: Options) -> list[tuple[Candidate, Row, float]]:
        """The k best, one a file with the scores of its chunks gathered, or simply the best chunks."""
        scored = [(candidate.score(options.weights), candidate, row) for candidate, row in ranked]
        scored.sort(key=lambda entry: (-entry[0], entry[2].path, entry[2].start))
        if options.all_chunks:
            return [(candidate, row, score) for score, candidate, row in scored[:k]]
        by_file: dict[int, list[tuple[float, Candidate, Row]]] = defaultdict(list)
        for entry in scored:
            by_file[entry[1].file].append(entry)
        best = []
        for entries in by_file.values():
            scores = [score for score, _, _ in entries]
            total = fusion.aggregate(scores) if options.aggregate else scores[0]
            best.append((entries[0][1], entries[0][2], total))
        best.sort(key=lambda entry: (-entry[2], entry[1].path))
        return best[:k]

    def _symbol(self, row: Row, kinds: Sequence[str]) -> tuple[str, str, str, str, str]:
        """(name, kind, qualified name, signature, documentation) of the symbol a hit is shown as.

        That is the one its chunk is about, unless only certain kinds were asked for: then the first of those in it.
        """
        select = (
            "SELECT n.name, s.kind, s.qualified, s.signature, s.documentation FROM symbols s JOIN names n ON n.id = s.name "
        )
        sql, found = self._catalog.connection, None
        if kinds and row.kind not in kinds:
            marks = ",".join("?" * len(kinds))
            where = f"WHERE s.file = ? AND s.start BETWEEN ? AND ? AND s.kind IN ({marks}) ORDER BY s.start LIMIT 1"
            found = sql.execute(select + where, (row.file, row.start, row.end, *kinds)).fetchone()
        elif row.symbol is not None:
            found = sql.execute(select + "WHERE s.id = ?", (row.symbol,)).fetchone()
        return found or ("", row.kind, "", "", "")

    def _hit(self, candidate: Candidate, row: Row, score: float, kinds: Sequence[str]) -> Hit:
        symbol = self._symbol(row, kinds)
        own = candidate.score(fusion.WEIGHTS)
        return Hit(
            path=row.path,
            start_line=row.start,
            end_line=row.end,
            score=score,
            name=symbol[0],
            kind=symbol[1],
            language=row.language,
            text=read_lines(self._root, row.path, row.start, row.end),
            qualified_name=symbol[2],
            signature=symbol[3],
            documentation=symbol[4],
            chunk_id=candidate.chunk,
            similarity=candidate.similarity,
            reasons={
                name: candidate.demotion * fusion.WEIGHTS.get(name, 0.0) * value
                for name, value in candidate.features.items()
                if value
            }
            | ({"other_chunks": score - own} if abs(score - own) > ROUNDING else {}),
        )


def _language(name: str) -> str:
    """A language by its name or its files' extension; raises `QueryError` with the nearest names."""
    if name in names():
        return name
    found = detect(f"x.{name}").name
    if found != PLAIN.name:
        return found
    near = get_close_matches(name, names(), n=1)
    raise QueryError(f"Unknown language '{name}'" + (f"; did you mean '{near[0]}'?" if near else "."))
