"""A coding assistant that knows your repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["CodeRetriever", "__version__"]

if TYPE_CHECKING:
    from codeassist.retriever import CodeRetriever


def __getattr__(name: str) -> Any:
    """Import LangChain only when the retriever is accessed."""
    if name == "CodeRetriever":
        from codeassist.retriever import CodeRetriever

        return CodeRetriever
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
