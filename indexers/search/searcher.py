"""Search: lexical and dense candidates, scored by `fusion`, grouped by file unless all chunks are requested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexers.errors import QueryError
from indexers.files.decoding import read_lines
from indexers.search import fusion
from indexers.search.exact_match import called_as_asked, defining_chunks, framed_chunks, named_files, spelled_out
from indexers.search.expansion import Expansion, expand
from indexers.search.filters import Filters, chunks_allowed
from indexers.search.fusion import Candidate
from indexers.search.lexical import chunks_with_phrases, lexical_scores, share_of_phrases
from indexers.search.message_match import covered
from indexers.search.name_features import NameFeatures, demotion_of, excused, is_collection, platform_demotion
from indexers.search.options import Options
from indexers.search.passages import READ, Passage, Ranked, match_of, rank_passages, weights
from indexers.search.phrases import messages_of, phrases_of
from indexers.search.query import Query, understand
from indexers.search.reexports import FACTOR, only_passes_on
from indexers.search.spelling import respelled
from indexers.search.vocabulary import Vocabulary, Words
from indexers.search.word_match import WordMatch
from indexers.search.word_similarity import meanings
from indexers.stores.catalog import Catalog
from indexers.stores.chunks import chunk_rows, symbol_of_chunk
from indexers.syntax.words import terms
from indexers.types import ChunkRow, Encoder, Hit, Ids, Vectors, VectorStore

if TYPE_CHECKING:
    from indexers.search.rerank import Reranker

CANDIDATES = 170
"""Chunks retrieved by each of lexical and dense search; 300 change the benchmark by less than 0.001."""

PHRASE_CANDIDATES = 12

MAX_RESULTS = 1000

RERANKED = 30
"""The number of best hits that a reranker scores."""

ROUNDING = 1e-6

QUESTION_TERMS = 6
"""A query of at least this many terms is a question in a person's own words: all its chunks are ranked by their text."""

NAMING_TERMS = 4
"""A query of more terms asks how something is made: what gathers the parts of a folder may answer it."""

SPARE = 3
"""Results beyond those that are asked for, which may stand before one that only passes names on."""

ONLY_A_NAME = 6.0
"""The factor of `exact_symbol` for a query that is only a name, also one in words: chunks that repeat it rank below."""


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
        """Create a searcher from the parts of an open index; files are read below `root`.

        A `reranker` reorders the best hits; `known_words` is a vocabulary cache shared by calls on the same generation.
        """
        self._root = root
        self._catalog = catalog
        self._vectors = vectors
        self._encoder = encoder
        self._names = meanings(encoder)
        self._reranker = reranker
        self._vocabulary = Vocabulary(catalog, known_words)

    def search(self, text: str, k: int = 10, filters: Filters | None = None, options: Options | None = None) -> list[Hit]:
        """The k best hits, best first; raises `QueryError` for an empty query or an invalid filter."""
        options = options or Options()
        query = respelled(understand(text), self._catalog, self._root, self._names)
        if not query.text:
            raise QueryError("The question is empty.")
        if k < 1:
            raise QueryError("The number of results must be at least 1.")
        allowed = chunks_allowed(self._catalog, self._root, filters) if filters else None
        if allowed is not None and len(allowed) == 0:
            return []
        if options == Options(all_chunks=True) and len(query.terms) >= QUESTION_TERMS and k <= READ and self._reranker is None:
            passages = self.passages(text, 0, filters).passages
            order = fusion.diverse([(passage.score, passage.row.path) for passage in passages], k)
            return [self.passage_hit(p, p.row.start, p.row.end) for p in (passages[position] for position in order)]
        if query.is_pasted and options.weights is fusion.WEIGHTS:
            options = replace(options, weights=fusion.PASTED_WEIGHTS, share=fusion.PASTED_SHARE, chunks=fusion.PASTED_CHUNKS)
        ranked = self.candidates(query, allowed, options)
        preferred_kinds = filters.kinds if filters else ()
        k = min(k, MAX_RESULTS)
        best = self._pick(ranked, k if self._reranker is None else max(k, RERANKED), options, query)
        hits = [self._hit(*entry, preferred_kinds, options.weights) for entry in best]
        if self._reranker is None:
            return hits if preferred_kinds else called_as_asked(self._catalog, query, hits)
        from indexers.search.rerank import rerank

        return [*rerank(self._reranker, query.text, hits[:RERANKED]), *hits[RERANKED:]][:k]

    def passages(self, text: str, k: int = 0, filters: Filters | None = None) -> Ranked:
        """The passages that may answer a question, best first by their text, the first `k` also as hits.

        Raises `QueryError` for an empty question or an invalid filter.
        """
        query = understand(text)
        if not query.text:
            raise QueryError("The question is empty.")
        allowed = chunks_allowed(self._catalog, self._root, filters) if filters else None
        candidates = self.candidates(query, allowed, Options()) if allowed is None or len(allowed) else []
        total = max(1, len(self._vectors))
        ranked = rank_passages(self._root, self._names.encoder, text, self.expansion(query), total, candidates)
        ranked.hits = [self.passage_hit(passage, passage.row.start, passage.row.end) for passage in ranked.passages[:k]]
        return ranked

    def evidence(self, text: str, tokens: int, filters: Filters | None = None) -> list[Hit]:
        """The best passages for a question within a budget of tokens, best first; see `evidence.select`."""
        if tokens < 1:
            raise QueryError("The number of tokens must be at least 1.")
        from indexers.search.evidence import select

        ranked = self.passages(text, 0, filters)
        spans = select(ranked.passages, tokens, ranked.words)
        preferred_kinds = filters.kinds if filters else ()
        return [self.passage_hit(span.passage, span.start, span.end, preferred_kinds) for span in spans]

    def passage_hit(self, passage: Passage, start: int, end: int, preferred_kinds: Sequence[str] = ()) -> Hit:
        """A passage as a hit, with the given lines."""
        hit = self._hit(passage.candidate, passage.row, passage.score, preferred_kinds)
        fitted = weights()
        reasons = {name: fitted.get(name, 0.0) * value for name, value in passage.features.items() if value}
        text = hit.text if (start, end) == (hit.start_line, hit.end_line) else read_lines(self._root, hit.path, start, end)
        return replace(hit, start_line=start, end_line=end, text=text, reasons=reasons)

    def words(self, query: Query) -> WordMatch:
        """The words of a query, expanded for this repository, to be compared with texts."""
        return match_of(self._names.encoder, self.expansion(query), max(1, self._catalog.chunk_count()))

    def expansion(self, query: Query) -> Expansion:
        """The expansion of the query for this repository."""
        return expand(query, self._catalog, self._vocabulary, self._names.between, self._names.knows)

    def candidates(self, query: Query, allowed: Ids | None, options: Options) -> list[tuple[Candidate, ChunkRow]]:
        """Every candidate with its catalog row, unordered."""
        catalog = self._catalog
        expansion = self.expansion(query)
        frequencies = expansion.frequencies
        total = max(1, len(self._vectors))
        term_weights = expansion.weights(total)
        lexical = self._lexical(query, frequencies, total, allowed) if options.lexical else {}
        query_phrases = phrases_of(query) if options.lexical else []
        with_phrases = chunks_with_phrases(catalog, query_phrases, total, PHRASE_CANDIDATES, allowed)
        vector = self._vector(query, expansion)
        dense: dict[int, float] = {}
        if options.dense and vector.any():
            nearest, scores = self._vectors.search(vector, CANDIDATES + 1, only=allowed)
            dense = dict(zip(nearest.tolist(), scores.tolist(), strict=True))
            if len(dense) > CANDIDATES:  # which of equal vectors is found last depends on the history of the index
                edge = min(dense.values())
                dense = {chunk: score for chunk, score in dense.items() if score > edge} or dense
        defining = defining_chunks(catalog, query, allowed, ONLY_A_NAME if query.is_symbol else 1.0)
        defining |= dict.fromkeys(spelled_out(catalog, query, allowed), ONLY_A_NAME)
        named = named_files(catalog, query, allowed)
        framed = framed_chunks(catalog, query, allowed) if query.frames else {}
        ids = list({**lexical, **dense, **defining, **named, **framed, **dict.fromkeys(with_phrases)})
        if options.dense and vector.any():
            unscored = np.array([i for i in ids if i not in dense], dtype=np.int64)
            dense.update(zip(unscored.tolist(), (self._vectors.get(unscored) @ vector).tolist(), strict=True))
        lexical_share, dense_share = fusion.scale_by_best(lexical), fusion.scale_by_range(dense)
        not_demoted = excused(query)
        names = NameFeatures(term_weights)
        rows = chunk_rows(catalog, ids)
        stem_similarities = (
            self._names.to_stems(query.subject if query.is_pasted else expansion.text, {row.path for row in rows.values()})
            if options.dense
            else {}
        )
        ranked = []
        for chunk, row in rows.items():
            candidate = Candidate(chunk, row.file, similarity=dense.get(chunk, 0.0))
            candidate.features = {
                "lexical": lexical_share.get(chunk, 0.0),
                "dense": dense_share.get(chunk, 0.0),
                "phrase": self._phrase(query, query_phrases, row) if chunk in with_phrases else 0.0,
                "frame": framed.get(chunk, 0.0),
                "exact_symbol": defining.get(chunk, 0.0),
                "exact_path": named.get(chunk, 0.0),
                **names.of(row),
                "stem_meaning": stem_similarities.get(row.path, 0.0),
            }
            if options.demote:
                candidate.demotion = demotion_of(row, candidate.features, not_demoted) * platform_demotion(row.path, query.text)
            ranked.append((candidate, row))
        return ranked

    def _lexical(self, query: Query, frequencies: Mapping[str, int], total: int, allowed: Ids | None) -> dict[int, float]:
        """BM25 scores by chunk; for a pasted text the mean of its title's and of its decisive terms'."""
        scores = lexical_scores(self._catalog, frequencies, total, CANDIDATES, allowed)
        if not query.is_pasted:
            return scores
        titled = {term: n for term, n in frequencies.items() if query.importance.get(term) == 1.0}
        of_title = lexical_scores(self._catalog, titled, total, CANDIDATES, allowed)
        shares = fusion.scale_by_best(of_title), fusion.scale_by_best(scores)
        return {chunk: sum(s.get(chunk, 0.0) for s in shares) / 2 for chunk in {**of_title, **scores}}

    def _vector(self, query: Query, expansion: Expansion) -> Vectors:
        """The vector of a query; for a pasted text between its title's and its decisive words'."""
        texts = [query.subject, expansion.text] if query.is_pasted else [expansion.text]
        vector: Vectors = self._encoder.encode(texts, query=True).sum(axis=0)
        length = float(np.linalg.norm(vector))
        return vector / length if len(texts) > 1 and length > 0 else vector

    def _phrase(self, query: Query, query_phrases: Sequence[str], row: ChunkRow) -> float:
        """How much of an error message or of the query's phrases a chunk contains; its text is read from its file."""
        text = read_lines(self._root, row.path, row.start, row.end)
        of_messages = max((covered(message, text) for message in messages_of(query)), default=0.0)
        return max(share_of_phrases(query_phrases, terms(text)) ** 2, of_messages)

    def _pick(
        self, ranked: list[tuple[Candidate, ChunkRow]], k: int, options: Options, query: Query
    ) -> list[tuple[Candidate, ChunkRow, float]]:
        """The k best files, each by its best chunk with the aggregated score of its chunks, or the k best chunks."""
        scored = [(candidate.score(options.weights), candidate, row) for candidate, row in ranked]
        scored.sort(key=lambda entry: (-entry[0], entry[2].path, entry[2].start))
        if options.all_chunks:
            order = fusion.diverse([(score, row.path) for score, _, row in scored], k)
            return [(candidate, row, score) for score, candidate, row in (scored[position] for position in order)]
        by_file: dict[int, list[tuple[float, Candidate, ChunkRow]]] = defaultdict(list)
        for entry in scored:
            by_file[entry[1].file].append(entry)
        best = []
        for entries in by_file.values():
            scores = [score for score, _, _ in entries]
            total = fusion.aggregate(scores, options.share, options.chunks) if options.aggregate else scores[0]
            shown, row = entries[0][1:]
            if options.weights is fusion.PASTED_WEIGHTS or any(c.features.get("frame") for _, c, _ in entries):
                # what the trace or its message points at
                _, shown, row = max(entries, key=lambda entry: _pointed_at(entry[1]))
            best.append((shown, row, total))
        best.sort(key=lambda entry: (-entry[2], entry[1].path))
        return self._definitions_first(best[: k + SPARE])[:k] if len(query.terms) <= NAMING_TERMS else best[:k]

    def _definitions_first(self, best: list[tuple[Candidate, ChunkRow, float]]) -> list[tuple[Candidate, ChunkRow, float]]:
        """Results with those that only pass names on further behind; the text of what could be one is read."""
        weighed = [(candidate, row, score * FACTOR if self._passes_on(row) else score) for candidate, row, score in best]
        return sorted(weighed, key=lambda entry: (-entry[2], entry[1].path))

    def _passes_on(self, row: ChunkRow) -> bool:
        """Whether a chunk has no definition and little more than imports and exports."""
        return not row.name and is_collection(row.path) and only_passes_on(read_lines(self._root, row.path, row.start, row.end))

    def _hit(
        self,
        candidate: Candidate,
        row: ChunkRow,
        score: float,
        preferred_kinds: Sequence[str],
        weights: Mapping[str, float] = fusion.WEIGHTS,
    ) -> Hit:
        symbol = symbol_of_chunk(self._catalog, row, preferred_kinds)
        chunk_score = candidate.score(weights)
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
                name: candidate.demotion * weights.get(name, 0.0) * value for name, value in candidate.features.items() if value
            }
            | ({"other_chunks": score - chunk_score} if abs(score - chunk_score) > ROUNDING else {}),
        )


def _pointed_at(candidate: Candidate) -> float:
    return candidate.features.get("frame", 0.0) + candidate.features.get("phrase", 0.0)
