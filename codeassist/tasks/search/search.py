"""Ranked hits for a query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from codeassist.evidence.places import Window
    from indexers import Hit, Index


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query with its filters; see `Index.search`. `explain` adds the components of each score.

    With `tokens`, the result is the evidence that fits into so many tokens (`Index.evidence`) instead of a number of results.
    """

    query: str
    results: int = 10
    paths: Sequence[str] = ()
    languages: Sequence[str] = ()
    kinds: Sequence[str] = ()
    tests: bool | None = None
    all_chunks: bool = False
    explain: bool = False
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits, best first, and how well they match."""

    request: SearchRequest
    hits: list[Hit] = field(default_factory=list)
    quality: Literal["good", "weak", "none"] = "good"

    def window(self, hit: Hit, lines: int) -> Window:
        """At most `lines` lines of a hit that best answer the query."""
        from codeassist.evidence.places import decisive_lines

        return decisive_lines(hit, self.request.query, lines)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.search/1`."""
        results = [hit.as_json() | ({"reasons": hit.reasons} if self.request.explain else {}) for hit in self.hits]
        value = {"schema": "codeassist.search/1", "query": self.request.query, "results": results}
        return value if self.quality == "good" else value | {"match": self.quality}


def search(index: Index, request: SearchRequest) -> SearchResult:
    """Run a search request. Raises `QueryError` for an empty query or an invalid filter."""
    from codeassist.evidence.confidence import LOOKED_AT, quality  # not for what only names a request

    filters: dict[str, Any] = {
        "paths": request.paths,
        "languages": request.languages,
        "kinds": request.kinds,
        "tests": request.tests,
    }
    if request.tokens:
        hits = index.evidence(request.query, request.tokens, **filters)
        return SearchResult(request, hits, quality(index, request.query, hits))
    judged = max(request.results, LOOKED_AT)  # how many are shown must not decide how good they are
    found = index.search(request.query, judged, all_chunks=request.all_chunks, **filters)
    return SearchResult(request, found[: request.results], quality(index, request.query, found))
