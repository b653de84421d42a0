"""What a file keeps compressed in the catalog: its lexical rows and its references.

FTS5 needs the old text to delete a row exactly, and references are read a file at a time; both are a fifth of their size
when compressed, and the catalog would be half as large again with them as rows.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence

from indexers.types import Reference

USE_KINDS = ("call", "import", "base", "type")
_KIND_NUMBER = {kind: str(number) for number, kind in enumerate(USE_KINDS)}
_ROW, _FIELD = "\x1e", "\x1f"
_LEVEL = 1  # zlib's fastest: the slowest saves another tenth and takes six times as long


def pack_terms(terms: Sequence[tuple[str, str, str, str]]) -> bytes:
    """The (path, names, documentation, body) terms of a file's chunks, compressed."""
    return _pack(map(_FIELD.join, terms))


def unpack_terms(packed: bytes) -> list[list[str]]:
    """The inverse of `pack_terms`."""
    return [row.split(_FIELD) for row in _unpack(packed)]


def pack_uses(references: Iterable[Reference]) -> bytes:
    """The references of a file, compressed: one row for each name and kind, with its lines in order."""
    lines: dict[tuple[str, str], list[str]] = {}
    for reference in references:
        lines.setdefault((storable(reference.name), _KIND_NUMBER[reference.kind]), []).append(str(reference.line))
    return _pack(_FIELD.join((name, kind, " ".join(at))) for (name, kind), at in lines.items())


def unpack_uses(packed: bytes) -> list[tuple[str, int, list[int]]]:
    """The inverse of `pack_uses`: (name, number of the kind, lines)."""
    rows = (row.split(_FIELD) for row in _unpack(packed))
    return [(name, int(kind), [int(line) for line in lines.split()]) for name, kind, lines in rows]


def count_uses(references: Iterable[Reference]) -> dict[str, int]:
    """How often each name is used."""
    return dict(Counter(storable(reference.name) for reference in references))


def storable(text: str) -> str:
    """Text that SQLite can keep: no lone surrogates, none of the separators used here."""
    if text.isprintable():
        return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return text.encode("utf-8", "replace").decode("utf-8").replace(_ROW, " ").replace(_FIELD, " ")


def _pack(rows: Iterable[str]) -> bytes:
    text = _ROW.join(rows)
    return zlib.compress(text.encode("utf-8", "replace"), _LEVEL) if text else b""


def _unpack(packed: bytes) -> list[str]:
    return zlib.decompress(packed).decode("utf-8").split(_ROW) if packed else []
