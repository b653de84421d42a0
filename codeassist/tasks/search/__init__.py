"""Ranked hits for a query, lines that match a pattern, and a search of the files while there is no index."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from codeassist.tasks.search.search import SearchRequest, SearchResult, search

if TYPE_CHECKING:
    from codeassist.tasks.search.pattern import PatternResult, search_pattern
    from codeassist.tasks.search.scanning import Scan, scan
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

_RARE = {
    **dict.fromkeys(("PatternResult", "search_pattern"), "pattern"),
    **dict.fromkeys(("Scan", "scan"), "scanning"),
    **dict.fromkeys(("QUALITIES", "SeveralResult", "merged", "search_several", "trust_in"), "several"),
}


def __getattr__(name: str) -> Any:
    """Import what most searches do not need on first use."""
    if name not in _RARE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"codeassist.tasks.search.{_RARE[name]}"), name)
    return value
