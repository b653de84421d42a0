"""Ranked hits for a query, lines that match a pattern, and a search of the files while there is no index."""

from __future__ import annotations

from codeassist.tasks.search.pattern import PatternResult, search_pattern
from codeassist.tasks.search.scan import Scan, scan
from codeassist.tasks.search.search import SearchRequest, SearchResult, search

__all__ = ["PatternResult", "Scan", "SearchRequest", "SearchResult", "scan", "search", "search_pattern"]
