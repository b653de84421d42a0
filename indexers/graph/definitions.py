"""Who defines, calls and uses what, by name; and which files everything else leans on.

References are kept by name, so what comes back is what a careful reader would call candidates: the ranking puts
definitions in the same file first, then those of imported names, then unique ones.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexers.stores.catalog import TEST
from indexers.stores.packing import USE_KINDS, unpack_uses
from indexers.syntax.languages import MINOR_KINDS

AMBIGUOUS = 6
"""Names defined more often than this (`get`, `__init__`) tell nothing about which file leans on which."""

COMMON_METHODS = frozenset(
    "add all any append apply as_str assertEqual assertFalse assertRaises assertTrue bind call catch clear clone "
    "close collect concat contains copy count debug dec decode dict each encode endswith enumerate equals error "
    "expect extend filter find flush forEach format from get getattr getter group hasattr hashCode inc includes index "
    "indexOf info init insert int into isEmpty is_empty isinstance items iter join keys len length list lock log "
    "lower lstrip map match max min new next open pop print printf println push put range read readline readlines "
    "reduce remove render replace resolve reverse rsplit rstrip run search seek self set setattr setter shift size "
    "slice sort sorted splice split start startswith stop str strip sub sum super test then toString to_string tuple "
    "type unlock unshift unwrap update upper values warn write".split()
)
"""Methods of every language's own strings, lists and maps, and verbs so common that a bare call of one says nothing about
which definition is meant."""

DAMPING = 0.85
ITERATIONS = 30
"""PageRank with the usual damping (Brin and Page, 1998); 30 rounds change the order of no file that is shown."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name is defined."""

    path: str
    line: int
    end_line: int
    name: str
    qualified_name: str
    kind: str
    language: str
    signature: str
    documentation: str
    is_test: bool
    uses: int


@dataclass(frozen=True, slots=True)
class Use:
    """Where a name is used: by which definition (empty at the top level of a file) and how."""

    path: str
    line: int
    name: str
    kind: str
    by: str
    is_test: bool


_DEFINITION = (
    "SELECT f.path, s.start, s.end, n.name, s.qualified, s.kind, f.language, s.signature, s.documentation, f.flags, n.uses "
    "FROM symbols s JOIN names n ON n.id = s.name JOIN files f ON f.id = s.file "
)


class Graph:
    """Questions about symbols, answered from one catalog connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take the connection of an open catalog."""
        self._sql = connection

    def definitions(self, name: str, limit: int = 50) -> list[Definition]:
        """Definitions of a name or a qualified name (`Session.get`), most likely meant first.

        Exact spelling wins over another case, and that over names that only contain the text.
        """
        last = _last_part(name)
        for condition, value in (
            ("n.name = ?", last),
            ("n.name = ? COLLATE NOCASE", last),
            ("n.name LIKE ? ESCAPE '\\'", f"%{_escape(last)}%"),
        ):
            rows = self._sql.execute(f"{_DEFINITION} WHERE {condition} AND n.definitions > 0 LIMIT 5000", (value,))
            found = [_definition(row) for row in rows]
            if last != name:
                wanted = ".".join(part for part in _split(name))
                found = [d for d in found if f".{d.qualified_name}".casefold().endswith(f".{wanted}".casefold())]
            if found:
                found.sort(key=_importance)
                return found[:limit]
        return []

    def callers(self, name: str, limit: int = 200, kinds: Sequence[str] = ("call", "base", "import")) -> list[Use]:
        """Uses of a name: calls before inheritance before imports, code before tests."""
        wanted = _last_part(name)
        rows = self._sql.execute(
            "SELECT f.id, f.path, f.flags, f.uses FROM names n JOIN uses u ON u.name = n.id JOIN files f ON f.id = u.file "
            "WHERE n.name = ?",
            (wanted,),
        )
        found = [
            (flags & TEST, kind, path, line, file)
            for file, path, flags, packed in rows
            for used, kind, lines in unpack_uses(packed)
            if used == wanted and USE_KINDS[kind] in kinds
            for line in lines
        ]
        found.sort()
        return [
            Use(path, line, wanted, USE_KINDS[kind], self.enclosing(file, line), bool(test))
            for test, kind, path, line, file in found[:limit]
        ]

    def callees(self, name: str, limit: int = 100) -> list[tuple[Use, Definition | None]]:
        """What the best definition of `name` calls, in order, each with its likeliest definition in the repository."""
        found = self.definitions(name, 1)
        return self.callees_of(found[0], limit) if found else []

    def callees_of(self, definition: Definition, limit: int = 100) -> list[tuple[Use, Definition | None]]:
        """What one definition calls, in order, each name once."""
        row = self._sql.execute("SELECT flags, uses FROM files WHERE path = ?", (definition.path,)).fetchone()
        if row is None:
            return []
        flags, packed = row
        first: dict[str, int] = {}
        for name, kind, lines in unpack_uses(packed):
            inside = [line for line in lines if definition.line <= line <= definition.end_line]
            if inside and USE_KINDS[kind] == "call" and name != definition.name:
                first[name] = min(inside)
        ordered = sorted(first.items(), key=lambda entry: entry[1])[:limit]  # stable: calls of one line as they are written
        return [
            (
                Use(definition.path, line, name, "call", definition.qualified_name, bool(flags & TEST)),
                self._resolve(name, definition.path, definition.language),
            )
            for name, line in ordered
        ]

    def _resolve(self, name: str, path: str, language: str) -> Definition | None:
        """The definition a use most likely means: in the same file, in the same folder, else the most used."""
        candidates = [d for d in self.definitions(name, 200) if d.name == name and d.language == language]
        if not candidates:
            return None
        if name in COMMON_METHODS or name.lower() in COMMON_METHODS or len(candidates) > AMBIGUOUS:
            candidates = [d for d in candidates if d.path == path]  # what is called here is not known without types
        folder = path.rpartition("/")[0]
        return min(
            candidates,
            key=lambda d: (d.path != path, d.is_test, d.path.rpartition("/")[0] != folder, *_importance(d)),
            default=None,
        )

    def enclosing(self, file: int, line: int) -> str:
        """The qualified name of the innermost definition around a line, or the empty string."""
        row = self._sql.execute(
            "SELECT qualified FROM symbols WHERE file = ? AND start <= ? AND end >= ? "
            "AND kind NOT IN ('field', 'variable', 'constant') ORDER BY end - start LIMIT 1",
            (file, line, line),
        ).fetchone()
        return row[0] if row else ""

    def in_span(self, path: str, start: int, end: int) -> list[Definition]:
        """The definitions that start within some lines of a file, in order."""
        rows = self._sql.execute(
            f"{_DEFINITION} WHERE f.path = ? AND s.start BETWEEN ? AND ? ORDER BY s.start", (path, start, end)
        )
        return [_definition(row) for row in rows]

    def at(self, path: str, line: int) -> Definition | None:
        """The innermost definition around a line that is more than a variable."""
        rows = self._sql.execute(
            f"{_DEFINITION} WHERE f.path = ? AND s.start <= ? AND s.end >= ? ORDER BY s.end - s.start", (path, line, line)
        )
        return next((d for d in map(_definition, rows) if d.kind not in MINOR_KINDS), None)

    def file_ranks(self) -> dict[str, float]:
        """How much the repository leans on each file: PageRank over 'uses a name that is defined there'; sums to 1."""
        paths = dict(self._sql.execute("SELECT id, path FROM files WHERE skipped IS NULL ORDER BY path"))
        position = {identifier: number for number, identifier in enumerate(paths)}
        edges = self._sql.execute(
            "SELECT u.file, s.file, sum(u.count) FROM uses u JOIN names n ON n.id = u.name JOIN symbols s ON s.name = n.id "
            "WHERE n.definitions BETWEEN 1 AND ? AND u.file != s.file "
            f"AND n.name NOT IN ({','.join('?' * len(COMMON_METHODS))}) GROUP BY u.file, s.file",
            (AMBIGUOUS, *COMMON_METHODS),
        ).fetchall()
        known = [(position[a], position[b], n) for a, b, n in edges if a in position and b in position]
        ranks = page_rank(len(paths), known)
        return {path: float(ranks[position[identifier]]) for identifier, path in paths.items()}

    def outline(self, path: str) -> list[Definition]:
        """The major definitions of a file in order."""
        rows = self._sql.execute(f"{_DEFINITION} WHERE f.path = ? ORDER BY s.start, s.end DESC", (path,))
        return [d for d in map(_definition, rows) if d.kind not in MINOR_KINDS]


def page_rank(count: int, edges: Iterable[tuple[int, int, float]]) -> NDArray[np.float64]:
    """PageRank of `count` nodes for edges (from, to, weight), shape (count,); weights are damped by a square root."""
    listed = list(edges)
    ranks = np.full(count, 1.0 / max(1, count))
    if not listed or not count:
        return ranks
    source = np.array([edge[0] for edge in listed])
    target = np.array([edge[1] for edge in listed])
    weight = np.sqrt(np.array([edge[2] for edge in listed], dtype=np.float64))
    weight /= np.bincount(source, weights=weight, minlength=count)[source]
    dangling = np.bincount(source, minlength=count) == 0
    for _ in range(ITERATIONS):
        flow = np.bincount(target, weights=ranks[source] * weight, minlength=count)
        ranks = (1 - DAMPING) / count + DAMPING * (flow + ranks[dangling].sum() / count)
    return ranks


def _definition(row: tuple[Any, ...]) -> Definition:
    path, start, end, name, qualified, kind, language, signature, documentation, flags, uses = row
    return Definition(path, start, end, name, qualified, kind, language, signature, documentation, bool(flags & TEST), uses)


def _importance(definition: Definition) -> tuple[bool, bool, int, str, int]:
    """Sort key: code before tests, real definitions before prototypes, documented and used ones first."""
    return (
        definition.is_test,
        definition.kind in MINOR_KINDS,
        -(definition.end_line - definition.line > 1) - bool(definition.documentation),
        definition.path,
        definition.line,
    )


def _split(name: str) -> list[str]:
    return [part for part in name.replace("::", ".").replace("#", ".").removesuffix("()").split(".") if part]


def _last_part(name: str) -> str:
    parts = _split(name)
    return parts[-1] if parts else name


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
