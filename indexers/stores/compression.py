"""Compression of per-file data in the catalog: lexical rows and references.

FTS5 needs the old text to delete a row, and references are read one file at a time. Compressed, both take a fifth of the
space; stored as rows they would make the catalog half as large again.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from indexers.types import USE_KINDS, Binding, Reference

_KIND_NUMBER = {kind: str(number) for number, kind in enumerate(USE_KINDS)}
_PART, _ROW, _FIELD = "\x1d", "\x1e", "\x1f"
_SEPARATORS = str.maketrans(_PART + _ROW + _FIELD, "   ")
_LEVEL = 1  # the fastest of zlib: the slowest saves another 10 % and takes six times as long


def pack_terms(terms: Sequence[tuple[str, str, str, str]]) -> bytes:
    """The (path, names, documentation, body) terms of a file's chunks, compressed."""
    return _pack(map(_FIELD.join, terms))


def unpack_terms(packed: bytes) -> list[list[str]]:
    """The inverse of `pack_terms`."""
    return [row.split(_FIELD) for row in _unpack(packed)]


def pack_uses(references: Iterable[Reference], bindings: Iterable[Binding] = ()) -> bytes:
    """The references and bindings of a file, compressed: one row per name, kind and receiver, with its lines in order."""
    lines: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for name, kind, line, _, receiver in references:
        lines[name, kind, receiver].append(line)
    values: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for name, line, value in bindings:
        values[name, value].append(line)
    stored = storing(chain(chain.from_iterable(lines), chain.from_iterable(values)))
    uses = (
        f"{stored(name)}{_FIELD}{_KIND_NUMBER[kind]}{_FIELD}{' '.join(map(str, numbers))}{_FIELD}{stored(receiver)}"
        for (name, kind, receiver), numbers in lines.items()
    )
    bound = (
        f"{stored(name)}{_FIELD}{' '.join(map(str, numbers))}{_FIELD}{stored(value)}"
        for (name, value), numbers in values.items()
    )
    text = _ROW.join(uses) + (_PART + _ROW.join(bound) if values else "")
    return zlib.compress(text.encode("utf-8", "replace"), _LEVEL) if text else b""


def unpack_uses(packed: bytes) -> list[tuple[str, int, list[int], str]]:
    """The references of `pack_uses`: (name, number of the kind, lines, receiver)."""
    rows = (row.split(_FIELD) for row in _parts(packed)[0])
    return [(name, int(kind), [int(line) for line in lines.split()], receiver) for name, kind, lines, receiver in rows]


def unpack_bindings(packed: bytes) -> list[Binding]:
    """The bindings of `pack_uses`."""
    rows = (row.split(_FIELD) for row in _parts(packed)[1])
    return [Binding(name, int(line), value) for name, lines, value in rows for line in lines.split()]


def _parts(packed: bytes) -> tuple[list[str], list[str]]:
    """The rows of both parts of packed uses."""
    uses, _, bound = (zlib.decompress(packed).decode("utf-8") if packed else "").partition(_PART)
    return uses.split(_ROW) if uses else [], bound.split(_ROW) if bound else []


COUNTED = frozenset({"call", "import", "base", "type", "decorator", "jsx"})
"""The kinds of uses that count as evidence of a name's weight: a mention of a value can be of any local name."""


def count_uses(references: Iterable[Reference]) -> dict[str, int]:
    """The number of counted uses of each name, which can be 0."""
    by_name: defaultdict[str, int] = defaultdict(int)
    for name, kind, *_ in references:
        by_name[name] += kind in COUNTED
    stored = storing(by_name)
    if stored is str:
        return dict(by_name)
    counts: dict[str, int] = {}
    for name, count in by_name.items():
        counts[stored(name)] = counts.get(stored(name), 0) + count
    return counts


def storing(texts: Iterable[str]) -> Callable[[str], str]:
    """What makes each of these texts `storable`: where all are plain ASCII, which is seen at once, `str`."""
    together = "".join(texts)
    return str if together.isascii() and together.isprintable() else storable


def storable(text: str) -> str:
    """Text that can be stored: lone surrogates and the separators of this module are replaced."""
    if text.isprintable():
        return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return text.encode("utf-8", "replace").decode("utf-8").translate(_SEPARATORS)


def _pack(rows: Iterable[str]) -> bytes:
    text = _ROW.join(rows)
    return zlib.compress(text.encode("utf-8", "replace"), _LEVEL) if text else b""


def _unpack(packed: bytes) -> list[str]:
    return zlib.decompress(packed).decode("utf-8").split(_ROW) if packed else []
