"""Queries on symbols and names: definitions, uses, outlines, and references between files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from indexers.stores.catalog import Catalog
from indexers.stores.compression import unpack_bindings, unpack_uses
from indexers.types import TEST, USE_KINDS, Binding, Definition, RawUse

MOST_DEFINITIONS = 5_000
LONGEST_NAME = 5_000
"""Characters; SQLite refuses patterns of more than 50,000 bytes."""

_DEFINITION = (
    "SELECT f.path, s.start, s.end, n.name, s.qualified, s.kind, f.language, s.signature, s.documentation, f.flags, n.uses "
    "FROM symbols s JOIN names n ON n.id = s.name JOIN files f ON f.id = s.file "
)


def definitions_named(catalog: Catalog, name: str) -> list[Definition]:
    """Definitions with exactly this name."""
    return _definitions(catalog, "n.name = ?", name)


def definitions_in_any_case(catalog: Catalog, name: str) -> list[Definition]:
    """Definitions with this name, ignoring case."""
    return _definitions(catalog, "n.name = ? COLLATE NOCASE", name)


def definitions_containing(catalog: Catalog, text: str) -> list[Definition]:
    """Definitions whose name contains `text`, ignoring ASCII case; none for a text that is longer than any name."""
    if len(text) > LONGEST_NAME:
        return []
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return _definitions(catalog, "n.name LIKE ? ESCAPE '\\'", f"%{escaped}%")


def _definitions(catalog: Catalog, condition: str, value: str) -> list[Definition]:
    rows = catalog.connection.execute(
        f"{_DEFINITION} WHERE {condition} AND n.definitions > 0 LIMIT {MOST_DEFINITIONS}", (value,)
    )
    return [_definition(row) for row in rows]


def definitions_in_span(catalog: Catalog, path: str, start: int, end: int) -> list[Definition]:
    """The definitions that start in lines `start` to `end` of a file, in order."""
    rows = catalog.connection.execute(
        f"{_DEFINITION} WHERE f.path = ? AND s.start BETWEEN ? AND ? ORDER BY s.start", (path, start, end)
    )
    return [_definition(row) for row in rows]


def definitions_of_kinds(catalog: Catalog, kinds: Sequence[str], lines: int) -> list[Definition]:
    """The definitions of these kinds with at least `lines` lines, by path and line, outer before inner ones."""
    rows = catalog.connection.execute(
        f"{_DEFINITION} WHERE s.kind IN ({','.join('?' * len(kinds))}) AND s.end - s.start + 1 >= ? "
        "ORDER BY f.path, s.start, s.end DESC",
        (*kinds, lines),
    )
    return [_definition(row) for row in rows]


def definitions_around(catalog: Catalog, path: str, line: int) -> list[Definition]:
    """The definitions that enclose a line, innermost first."""
    rows = catalog.connection.execute(
        f"{_DEFINITION} WHERE f.path = ? AND s.start <= ? AND s.end >= ? ORDER BY s.end - s.start", (path, line, line)
    )
    return [_definition(row) for row in rows]


def definitions_of_file(catalog: Catalog, path: str) -> list[Definition]:
    """Every definition of a file, in order, outer before inner ones."""
    rows = catalog.connection.execute(f"{_DEFINITION} WHERE f.path = ? ORDER BY s.start, s.end DESC", (path,))
    return [_definition(row) for row in rows]


def uses_of_name(catalog: Catalog, name: str) -> list[RawUse]:
    """Every reference to a name, grouped by file."""
    rows = catalog.connection.execute(
        "SELECT f.id, f.path, f.flags, f.uses FROM names n JOIN uses u ON u.name = n.id JOIN files f ON f.id = u.file "
        "WHERE n.name = ?",
        (name,),
    )
    return [
        RawUse(file, path, bool(flags & TEST), USE_KINDS[kind], line, name, receiver)
        for file, path, flags, packed in rows
        for used, kind, lines, receiver in unpack_uses(packed)
        if used == name
        for line in lines
    ]


def uses_in_file(catalog: Catalog, path: str) -> list[RawUse]:
    """Every reference in a file, in no particular order."""
    row = catalog.connection.execute("SELECT id, flags, uses FROM files WHERE path = ?", (path,)).fetchone()
    if row is None:
        return []
    file, flags, packed = row
    return [
        RawUse(file, path, bool(flags & TEST), USE_KINDS[kind], line, name, receiver)
        for name, kind, lines, receiver in unpack_uses(packed)
        for line in lines
    ]


def bindings_of_file(catalog: Catalog, path: str) -> list[Binding]:
    """What the names of a file stand for."""
    row = catalog.connection.execute("SELECT uses FROM files WHERE path = ?", (path,)).fetchone()
    return unpack_bindings(row[0]) if row and row[0] else []


def imports_of_files(catalog: Catalog) -> Iterator[tuple[str, str, set[str]]]:
    """(path, language, modules: `module` or `module:name`) of every indexed file that imports something."""
    for path, language, packed in catalog.connection.execute("SELECT path, language, uses FROM files WHERE uses IS NOT NULL"):
        imported = {value[1:] for _, _, value in unpack_bindings(packed) if value.startswith("=")}
        if imported:
            yield path, language, imported


def names_with_prefix(catalog: Catalog, prefix: str, limit: int) -> list[tuple[str, int]]:
    """(name, number of uses) of the most used names that begin with `prefix`, in this case of letters."""
    beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1) if prefix else "\U0010ffff"
    sql = "SELECT name, uses FROM names WHERE name >= ? AND name < ? ORDER BY uses + 2 * definitions DESC LIMIT ?"
    return [(name, uses) for name, uses in catalog.connection.execute(sql, (prefix, beyond, limit))]


def members_of(catalog: Catalog, owner: str, limit: int) -> list[Definition]:
    """What is defined directly in the classes of this name, in the order of the files."""
    rows = catalog.connection.execute(
        f"{_DEFINITION} JOIN symbols p ON p.id = s.parent JOIN names o ON o.id = p.name WHERE o.name = ? "
        "ORDER BY f.path, s.start LIMIT ?",
        (owner, limit),
    )
    return [_definition(row) for row in rows]


def is_known_name(catalog: Catalog, name: str) -> bool:
    """Whether a name is defined, used or imported anywhere."""
    sql = "SELECT 1 FROM names WHERE name = ? AND (definitions > 0 OR uses > 0) LIMIT 1"
    return catalog.connection.execute(sql, (name,)).fetchone() is not None


def is_name(catalog: Catalog, name: str) -> bool:
    """Whether a name is defined, used or imported anywhere, ignoring case."""
    sql = "SELECT 1 FROM names WHERE name = ? COLLATE NOCASE AND (definitions > 0 OR uses > 0) LIMIT 1"
    return catalog.connection.execute(sql, (name,)).fetchone() is not None


def defined_names_of_length(catalog: Catalog, least: int, most: int) -> list[tuple[str, int]]:
    """(name, number of uses) of every defined name with `least` to `most` characters."""
    sql = "SELECT name, uses FROM names WHERE definitions > 0 AND length(name) BETWEEN ? AND ?"
    return catalog.connection.execute(sql, (least, most)).fetchall()


def is_defined(catalog: Catalog, name: str) -> bool:
    """Whether a name is defined anywhere, ignoring case."""
    sql = "SELECT 1 FROM names WHERE name = ? COLLATE NOCASE AND definitions > 0"
    return catalog.connection.execute(sql, (name,)).fetchone() is not None


def paths_by_id(catalog: Catalog) -> dict[int, str]:
    """The path of every indexed file by its id, in path order."""
    return dict(catalog.connection.execute("SELECT id, path FROM files WHERE skipped IS NULL ORDER BY path"))


def file_references(catalog: Catalog, most: int, but: Sequence[str]) -> list[tuple[int, int, int]]:
    """(using file, defining file, count): the uses of names in one file that another file defines.

    Names with more than `most` definitions and the names in `but` are excluded.
    """
    marks = ",".join("?" * len(but))
    return catalog.connection.execute(
        "SELECT u.file, s.file, sum(u.count) FROM uses u JOIN names n ON n.id = u.name JOIN symbols s ON s.name = n.id "
        f"WHERE n.definitions BETWEEN 1 AND ? AND u.file != s.file AND u.count > 0 AND n.name NOT IN ({marks}) "
        "GROUP BY u.file, s.file",
        (most, *but),
    ).fetchall()


def _definition(row: tuple[Any, ...]) -> Definition:
    path, start, end, name, qualified, kind, language, signature, documentation, flags, uses = row
    return Definition(path, start, end, name, qualified, kind, language, signature, documentation, bool(flags & TEST), uses)
