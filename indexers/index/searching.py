"""The methods of an index that search its text and vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from indexers.index.opened import OpenIndex
from indexers.index.snapshots import View
from indexers.types import Hit, Use

if TYPE_CHECKING:
    from indexers.search.expansion import Expansion
    from indexers.search.fusion import Candidate
    from indexers.search.nearest import Near
    from indexers.search.options import Options
    from indexers.search.passages import Ranked
    from indexers.search.searcher import Searcher
    from indexers.search.word_match import WordMatch
    from indexers.types import ChunkRow, Commit


class SearchMethods(OpenIndex):
    """Search by questions, words and similarity."""

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
        from indexers.search.filters import Filters
        from indexers.search.options import Options

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
        from indexers.search.filters import Filters

        filters = Filters(tuple(paths), tuple(languages), tuple(kinds), tests)
        return self._read(lambda view: self._searcher(view).evidence(question, tokens, filters))

    def passages(self, question: str, k: int = 10, *, paths: Sequence[str] = ()) -> Ranked:
        """The passages that may answer a question, best first, with what speaks for each; the first `k` also as hits."""
        from indexers.search.filters import Filters

        return self._read(lambda view: self._searcher(view).passages(question, k, Filters(tuple(paths))))

    def candidates(self, query: str) -> list[tuple[Candidate, ChunkRow]]:
        """Every candidate chunk for a query with its features, unordered: the input of the ranking."""
        from indexers.search.options import Options
        from indexers.search.query import understand

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

    def mentions(self, name: str, limit: int = 20) -> list[Use]:
        """The lines that mention a name anywhere in the text, except those that define it."""
        from indexers.search.mentions import mentions

        return self._read(lambda view: mentions(view.catalog, self.root, name, limit))

    def contains_word(self, word: str) -> bool:
        """Whether the indexed text contains a word in exactly this spelling."""
        from indexers.search.exact_match import text_contains

        return self._read(lambda view: text_contains(view.catalog, self.root, word))

    def commits(self, question: str, paths: Sequence[str] = (), limit: int = 3) -> list[Commit]:
        """The indexed commits whose messages match a question best; empty when history is not indexed."""
        from indexers.graph import history

        return self._read(lambda view: history.find(view.catalog, question, tuple(paths), limit))

    def _searcher(self, view: View) -> Searcher:
        from indexers.search.searcher import Searcher

        return Searcher(self.root, view.catalog, view.vectors, self.encoder, self._loaded_reranker(), view.words)
