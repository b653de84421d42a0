"""The data types of the indexer, and the protocols that other implementations can satisfy.

Lines are numbered from 1 and line ranges include both ends. Paths are relative to the indexed root and use `/`.
"""

from __future__ import annotations

from indexers.types.parsed import USE_KINDS, Binding, Chunk, FileRecord, Reference, SourceFile, Symbol
from indexers.types.protocols import FIRST_VECTORS, Encoder, Ids, Vectors, VectorStore
from indexers.types.results import BY_NAME, RESOLVED, Commit, Counts, CoveringTest, Definition, Health, Hit, Statistics, Use
from indexers.types.stored import DOCUMENT, EXAMPLE, TEST, VENDORED, ChunkPlace, ChunkRow, KnownFile, RawUse

__all__ = [
    "BY_NAME",
    "DOCUMENT",
    "EXAMPLE",
    "FIRST_VECTORS",
    "RESOLVED",
    "TEST",
    "USE_KINDS",
    "VENDORED",
    "Binding",
    "Chunk",
    "ChunkPlace",
    "ChunkRow",
    "Commit",
    "Counts",
    "CoveringTest",
    "Definition",
    "Encoder",
    "FileRecord",
    "Health",
    "Hit",
    "Ids",
    "KnownFile",
    "RawUse",
    "Reference",
    "SourceFile",
    "Statistics",
    "Symbol",
    "Use",
    "VectorStore",
    "Vectors",
]
