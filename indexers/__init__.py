"""Files to a searchable index: walk, chunk, encode, store, search. Knows nothing of any model or terminal."""

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
    "VectorStore",
    "WalkRules",
]

_HOMES = {"Index": "index", "IndexOptions": "index", "WalkRules": "files.walker"}
_TYPES = frozenset({"Chunk", "Encoder", "Hit", "Reference", "SourceFile", "Symbol", "VectorStore"})


def __getattr__(name: str) -> Any:
    """Import each public name from its home on first use: errors are there at once, FAISS only with `Index`."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES.get(name) or ("types" if name in _TYPES else "errors")
    value = globals()[name] = getattr(import_module(f"indexers.{home}"), name)
    return value
