"""Build and search an index of a folder: walk, chunk, encode, store, search. Independent of language models and the CLI."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexers.errors import (
        EncoderError,
        EncoderMismatchError,
        IndexBusyError,
        IndexerError,
        IndexMissingError,
        IndexUnusableError,
        IndexWriteError,
        MissingExtraError,
        QueryError,
        SourceError,
        UntrustedFolderError,
    )
    from indexers.files.walker import WalkRules
    from indexers.index import Index, IndexOptions
    from indexers.types import Chunk, Encoder, Hit, Reference, SourceFile, Symbol, VectorStore

__all__ = [
    "Chunk",
    "Encoder",
    "EncoderError",
    "EncoderMismatchError",
    "Hit",
    "Index",
    "IndexBusyError",
    "IndexMissingError",
    "IndexOptions",
    "IndexUnusableError",
    "IndexWriteError",
    "IndexerError",
    "MissingExtraError",
    "QueryError",
    "Reference",
    "SourceError",
    "SourceFile",
    "Symbol",
    "UntrustedFolderError",
    "VectorStore",
    "WalkRules",
]

_MODULES = {"Index": "index", "IndexOptions": "index", "WalkRules": "files.walker"}
_TYPES = frozenset({"Chunk", "Encoder", "Hit", "Reference", "SourceFile", "Symbol", "VectorStore"})


def __getattr__(name: str) -> Any:
    """Import each public name from its module on first use, so that FAISS is loaded only with `Index`."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = _MODULES.get(name) or ("types" if name in _TYPES else "errors")
    value = globals()[name] = getattr(import_module(f"indexers.{module}"), name)
    return value
