"""A query -> hits: lexical and dense candidates, scored by `fusion`, one result a file unless every chunk is wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from indexers.errors import QueryError
from indexers.files.decoding import read_lines
from indexers.files.exclusions import is_glob, make_spec
from indexers.search import fusion
from indexers.search.exact_match import defining_chunks, named_files
from indexers.search.expansion import Expansion, Vocabulary, Words, expand
from indexers.search.fusion import Candidate
from indexers.search.lexical import chunks_with_phrases, lexical_scores, phrases, share_of_phrases
from indexers.search.name_features import NameFeatures, demotion_of, excused, platform_demotion
from indexers.search.query import MAX_TERMS, Query, understand
from indexers.search.rerank import Reranker, rerank
from indexers.search.word_similarity import meanings
from indexers.stores.catalog import Catalog
from indexers.stores.chunks import chunk_rows, chunks_that_pass, kinds, symbol_of_chunk
from indexers.syntax.languages import PLAIN, detect, names
from indexers.syntax.words import terms
from indexers.types import ChunkRow, Encoder, Hit, Ids, VectorStore

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
        known_words: dict[str, Words] | None = None,
    ) -> None:
        """Take the parts of an open index; `root` is where files are read from.

        A `reranker` reorders the best hits; `known_words` keeps the vocabulary for other calls on the same generation.
        """
        self._root = root
        self._catalog = catalog
        self._vectors = vectors
        self._encoder = encoder
        self._names = meanings(encoder)
        self._reranker = reranker
        self._vocabulary = Vocabulary(catalog, known_words)

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
        wanted = filters.kinds if filters else ()
        k = min(k, MAX_RESULTS)
        if self._reranker is None:
            return [self._hit(*entry, wanted) for entry in self._pick(ranked, k, options)]
        hits = [self._hit(*entry, wanted) for entry in self._pick(ranked, max(k, RERANKED), options)]
        return [*rerank(self._reranker, query.text, hits[:RERANKED]), *hits[RERANKED:]][:k]

    def expansion(self, query: Query) -> Expansion:
        """What the query's words may stand for in this repository."""
        return expand(query, self._catalog, self._vocabulary, self._names.between, self._names.knows)

    def _allowed(self, filters: Filters) -> Ids:
        """The ids of all chunks that pass the filters. Raises `QueryError` for a filter that makes no sense."""
        if filters.kinds:
            known = kinds(self._catalog)
            if unknown := next((kind for kind in filters.kinds if kind not in known), None):
                raise QueryError(f"Nothing of kind '{unknown}' is indexed; known kinds are {', '.join(known)}.")
        fits = None
        if filters.paths:
            globs = [self._relative(glob) for glob in filters.paths]
            if wrong := next((glob for glob in globs if not glob or not is_glob(glob)), None):
                raise QueryError(f"'{wrong}' is not a path pattern.")
            spec = make_spec(globs)
            assert spec is not None
            fits = spec.match_file
        languages = [_language(name) for name in filters.languages]
        return chunks_that_pass(self._catalog, languages=languages, kinds=filters.kinds, tests=filters.tests, path=fits)

    def _relative(self, glob: str) -> str:
        """A path filter as the index spells paths: from the root, without a leading `./`."""
        root = self._root.as_posix() + "/"
        return glob.removeprefix(root) if glob.startswith(root) else glob.removeprefix("./")

    def candidates(self, query: Query, allowed: Ids | None, options: Options) -> list[tuple[Candidate, ChunkRow]]:
        """Every candidate with its row of the catalog, unordered."""
        catalog = self._catalog
        meant = self.expansion(query)
        frequencies = meant.frequencies
        total = max(1, len(self._vectors))
        wanted = meant.weights(total)
        lexical = lexical_scores(catalog, frequencies, total, CANDIDATES, allowed) if options.lexical else {}
        asked = phrases(terms(query.text)[:MAX_TERMS]) if options.lexical else []
        said = chunks_with_phrases(catalog, asked, total, PHRASE_CANDIDATES, allowed)
        vector = self._encoder.encode([meant.text], query=True)[0]
        dense: dict[int, float] = {}
        if options.dense and vector.any():
            nearest, scores = self._vectors.search(vector, CANDIDATES, only=allowed)
            dense = dict(zip(nearest.tolist(), scores.tolist(), strict=True))
        exact = defining_chunks(catalog, query, allowed)
        named = named_files(catalog, query, allowed)
        ids = list({**lexical, **dense, **exact, **named, **dict.fromkeys(said)})
        if options.dense and vector.any():
            rest = np.array([i for i in ids if i not in dense], dtype=np.int64)
            dense.update(zip(rest.tolist(), (self._vectors.get(rest) @ vector).tolist(), strict=True))
        lexical_share, dense_share = fusion.scale_by_best(lexical), fusion.scale_by_range(dense)
        unpunished = excused(query)
        names = NameFeatures(wanted)
        rows = chunk_rows(catalog, ids)
        near = self._names.to_stems(meant.text, {row.path for row in rows.values()}) if options.dense else {}
        ranked = []
        for chunk, row in rows.items():
            candidate = Candidate(chunk, row.file, similarity=dense.get(chunk, 0.0))
            candidate.features = {
                "lexical": lexical_share.get(chunk, 0.0),
                "dense": dense_share.get(chunk, 0.0),
                "phrase": self._share_of_phrases(asked, row) ** 2 if chunk in said else 0.0,
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

    def _share_of_phrases(self, asked: Sequence[str], row: ChunkRow) -> float:
        """The share of the query's phrases that a chunk says, read from its file."""
        return share_of_phrases(asked, terms(read_lines(self._root, row.path, row.start, row.end)))

    def _pick(
        self, ranked: list[tuple[Candidate, ChunkRow]], k: int, options: Options
    ) -> list[tuple[Candidate, ChunkRow, float]]:
        """The k best, one a file with the scores of its chunks gathered, or simply the best chunks."""
        scored = [(candidate.score(options.weights), candidate, row) for candidate, row in ranked]
        scored.sort(key=lambda entry: (-entry[0], entry[2].path, entry[2].start))
        if options.all_chunks:
            return [(candidate, row, score) for score, candidate, row in scored[:k]]
        by_file: dict[int, list[tuple[float, Candidate, ChunkRow]]] = defaultdict(list)
        for entry in scored:
            by_file[entry[1].file].append(entry)
        best = []
        for entries in by_file.values():
            scores = [score for score, _, _ in entries]
            total = fusion.aggregate(scores) if options.aggregate else scores[0]
            best.append((entries[0][1], entries[0][2], total))
        best.sort(key=lambda entry: (-entry[2], entry[1].path))
        return best[:k]

    def _hit(self, candidate: Candidate, row: ChunkRow, score: float, wanted: Sequence[str]) -> Hit:
        symbol = symbol_of_chunk(self._catalog, row, wanted)
        own = candidate.score(fusion.WEIGHTS)
        return Hit(
            path=row.path,
            start_line=row.start,
            end_line=row.end,
            score=score,
            name=symbol.name if symbol else "",
            kind=symbol.kind if symbol else row.kind,
            language=row.language,
            text=read_lines(self._root, row.path, row.start, row.end),
            qualified_name=symbol.qualified_name if symbol else "",
            signature=symbol.signature if symbol else "",
            documentation=symbol.documentation if symbol else "",
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
