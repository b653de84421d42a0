"""One query to several repositories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from codeassist.evidence.confidence import LOOKED_AT, confidence
from codeassist.evidence.places import Window, decisive_lines
from codeassist.tasks.search.search import SearchRequest, SearchResult, search
from indexers import Hit, Index

CHARS_PER_TOKEN = 4
QUALITIES = ("none", "weak", "good")
"""How well something matches, from worst to best."""


@dataclass(frozen=True, slots=True)
class SeveralResult:
    """(repository, hit) of all repositories, best first, and how well the best repositories match.

    Only repositories that match as well as the best are in it: beside a good match elsewhere a weak one says nothing.
    """

    request: SearchRequest
    hits: list[tuple[str, Hit]] = field(default_factory=list)
    quality: str = "good"

    def window(self, hit: Hit, lines: int) -> Window:
        """At most `lines` lines of a hit that best answer the query."""
        return decisive_lines(hit, self.request.query, lines)

    def as_json(self) -> dict[str, Any]:
        """The JSON form of a search, schema `codeassist.search/1`; every result names its `repository`."""
        results = [
            {"repository": name} | hit.as_json() | ({"reasons": hit.reasons} if self.request.explain else {})
            for name, hit in self.hits
        ]
        value: dict[str, Any] = {"schema": "codeassist.search/1", "query": self.request.query, "results": results}
        return value if self.quality == "good" else value | {"match": self.quality}


def search_several(indexes: Sequence[tuple[str, Index]], request: SearchRequest) -> SeveralResult:
    """Run a search request on (name, index) of several repositories. Raises `QueryError`."""
    return merged(request, [(name, search(index, request), trust_in(index, request)) for name, index in indexes])


def trust_in(index: Index, request: SearchRequest) -> float:
    """The probability that a repository answers the query, which compares between repositories as scores do not."""
    return confidence(index, request.query, index.passages(request.query, LOOKED_AT, paths=request.paths))


def merged(request: SearchRequest, found: Sequence[tuple[str, SearchResult, float]]) -> SeveralResult:
    """(repository, result, trust in it) of several repositories as one result, ordered by trust times score."""
    best = max((result.quality for _, result, _ in found if result.hits), key=QUALITIES.index, default="none")
    weighed = [(trust * h.score, name, h) for name, result, trust in found if result.quality == best for h in result.hits]
    weighed.sort(key=lambda entry: -entry[0])
    hits = [(name, hit) for _, name, hit in weighed]
    return SeveralResult(request, _within(hits, request.tokens) if request.tokens else hits[: request.results], best)


def _within(hits: list[tuple[str, Hit]], tokens: int) -> list[tuple[str, Hit]]:
    """The first hits that fit into a budget, at least one."""
    kept: list[tuple[str, Hit]] = []
    left = tokens * CHARS_PER_TOKEN
    for name, hit in hits:
        left -= len(hit.text)
        if left < 0 and kept:
            break
        kept.append((name, hit))
    return kept
