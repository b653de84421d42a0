"""Ranked hits for a query, lines that match a pattern, and a search of the files while there is no index."""

from __future__ import annotations

from codeassist.tasks.search.pattern import PatternResult, search_pattern
from codeassist.tasks.search.scan import Scan, scan
from codeassist.tasks.search.search import SearchRequest, SearchResult, search
from codeassist.tasks.search.several import QUALITIES, SeveralResult, merged, search_several, trust_in

__all__ = [
    "QUALITIES",
    "PatternResult",
    "Scan",
    "SearchRequest",
    "SearchResult",
    "SeveralResult",
    "merged",
    "scan",
    "search",
    "search_pattern",
    "search_several",
    "trust_in",
]
