"""Search an index: ranked hits for a query, and the lines of each that answer it."""

from __future__ import annotations

from codeassist.tasks.search.search import SearchRequest, SearchResult, search

__all__ = ["SearchRequest", "SearchResult", "search"]
