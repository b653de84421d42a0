"""Compression of per-file data in the catalog: lexical rows and references.

FTS5 needs the old text to delete a row, and references are read one file at a time. Compressed, both take a fifth of the
space; stored as rows they would make the catalog half as large again.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence

from indexers.types import Reference

USE_KINDS = ("call", "import", "base", "type")
_KIND_NUMBER = {kind: str(number) for number, kind in enumerate(USE_KINDS)}
_ROW, _FIELD = "\x1e", "\x1f"
_LEVEL = 1  # the fastest of zlib: the slowest saves another 10 % and takes six times as long


def pack_terms(terms: Sequence[tuple[str, str, str, str]]) -> bytes:
    """The (path, names, documentation, body) terms of a file's chunks, compressed."""
    return _pack(map(_FIELD.join, terms))


def unpack_terms(packed: bytes) -> list[list[str]]:
    """The inverse of `pack_terms`."""
    return [row.split(_FIELD) for row in _unpack(packed)]


def pack_uses(references: Iterable[Reference]) -> bytes:
    """The references of a file, compressed: one row per name and kind, with its lines in order."""
    lines: dict[tuple[str, str], list[str]] = {}
    for reference in references:
        lines.setdefault((storable(reference.name), _KIND_NUMBER[reference.kind]), []).append(str(reference.line))
    return _pack(_FIELD.join((name, kind, " ".join(numbers))) for (name, kind), numbers in lines.items())


def unpack_uses(packed: bytes) -> list[tuple[str, int, list[int]]]:
    """The inverse of `pack_uses`: (name, number of the kind, lines)."""
    rows = (row.split(_FIELD) for row in _unpack(packed))
    return [(name, int(kind), [int(line) for line in lines.split()]) for name, kind, lines in rows]


def count_uses(references: Iterable[Reference]) -> dict[str, int]:
    """The number of uses of each name."""
    return dict(Counter(storable(reference.name) for reference in references))


def storable(text: str) -> str:
    """Text that can be stored: lone surrogates and the separators of this module are replaced."""
    if text.isprintable():
        return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return text.encode("utf-8", "replace").decode("utf-8").replace(_ROW, " ").replace(_FIELD, " ")


def _pack(rows: Iterable[str]) -> bytes:
    text = _ROW.join(rows)
    return zlib.compress(text.encode("utf-8", "replace"), _LEVEL) if text else b""


def _unpack(packed: bytes) -> list[str]:
    return zlib.decompress(packed).decode("utf-8").split(_ROW) if packed else []
