"""Queries on chunks: rows and locations, filters, chunks by path and by defined name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from indexers.stores.catalog import Catalog
from indexers.types import TEST, ChunkPlace, ChunkRow, Ids, Symbol

BATCH = 900
MOST_PATHS = 50
MOST_DEFINITIONS = 200


def chunk_rows(catalog: Catalog, ids: Sequence[int]) -> dict[int, ChunkRow]:
    """The rows that ranking needs, by chunk id."""
    by_id: dict[int, ChunkRow] = {}
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        rows = catalog.connection.execute(
            "SELECT c.id, c.file, c.start, c.end, c.kind, f.path, f.language, f.flags, n.name, s.signature, n.uses, "
            "c.symbol FROM chunks c JOIN files f ON f.id = c.file LEFT JOIN symbols s ON s.id = c.symbol "
            f"LEFT JOIN names n ON n.id = s.name WHERE c.id IN ({','.join(map(str, batch))})"
        )
        by_id.update((row.chunk, row) for row in map(ChunkRow._make, rows))
    return by_id


def places(catalog: Catalog, ids: Iterable[int]) -> dict[int, ChunkPlace]:
    """Path and lines of chunks, by chunk id."""
    sorted_ids = sorted(ids)
    by_id: dict[int, ChunkPlace] = {}
    for start in range(0, len(sorted_ids), BATCH):
        batch = sorted_ids[start : start + BATCH]
        sql = (
            "SELECT c.id, f.path, c.start, c.end FROM chunks c JOIN files f ON f.id = c.file "
            f"WHERE c.id IN ({','.join('?' * len(batch))})"
        )
        by_id.update((row[0], ChunkPlace(*row[1:])) for row in catalog.connection.execute(sql, batch))
    return by_id


def places_of_symbols(catalog: Catalog) -> dict[int, ChunkPlace]:
    """Path and lines of every chunk that has a main symbol, by chunk id."""
    rows = catalog.connection.execute(
        "SELECT c.id, f.path, c.start, c.end FROM chunks c JOIN files f ON f.id = c.file WHERE c.symbol IS NOT NULL"
    )
    return {row[0]: ChunkPlace(*row[1:]) for row in rows}


def chunks_that_pass(
    catalog: Catalog,
    *,
    languages: Sequence[str] = (),
    kinds: Sequence[str] = (),
    tests: bool | None = None,
    path: Callable[[str], bool] | None = None,
) -> Ids:
    """The ids of the chunks that pass all given filters, ascending.

    `kinds` matches chunks of these kinds and chunks in which a symbol of these kinds starts; `tests` selects only tests
    (True) or no tests (False); `path` is a predicate on the file's path.
    """
    conditions, values = ["files.skipped IS NULL"], list[Any]()
    if languages:
        conditions.append(f"files.language IN ({','.join('?' * len(languages))})")
        values.extend(languages)
    if kinds:
        marks = ",".join("?" * len(kinds))
        conditions.append(
            f"(chunks.kind IN ({marks}) OR EXISTS (SELECT 1 FROM symbols s WHERE s.file = chunks.file "
            f"AND s.start BETWEEN chunks.start AND chunks.end AND s.kind IN ({marks})))"
        )
        values.extend((*kinds, *kinds))
    if tests is not None:
        conditions.append(f"(files.flags & {TEST}) {'!=' if tests else '='} 0")
    if path is not None:
        rows = catalog.connection.execute("SELECT id, path FROM files WHERE skipped IS NULL")
        files = [str(identifier) for identifier, name in rows if path(name)]
        conditions.append(f"files.id IN ({','.join(files)})")
    where = " AND ".join(conditions)
    if not kinds:  # the chunks of a file have consecutive ids
        tables = "files JOIN chunks ON chunks.file = files.id"
        sql = f"SELECT min(chunks.id), max(chunks.id) FROM {tables} WHERE {where} GROUP BY files.id"
        ranges = np.array(catalog.connection.execute(sql, values).fetchall(), dtype=np.int64).reshape(-1, 2)
        return _consecutive(ranges[np.argsort(ranges[:, 0])])
    sql = f"SELECT chunks.id FROM chunks JOIN files ON files.id = chunks.file WHERE {where}"
    found = np.fromiter((row[0] for row in catalog.connection.execute(sql, values)), dtype=np.int64)
    found.sort()
    return found


def _consecutive(ranges: Ids) -> Ids:
    """All ids from the first to the last of each range; `ranges` has shape (n, 2)."""
    if not len(ranges):
        return np.empty(0, dtype=np.int64)
    lengths = ranges[:, 1] - ranges[:, 0] + 1
    starts = np.cumsum(lengths) - lengths
    return np.repeat(ranges[:, 0] - starts, lengths) + np.arange(int(lengths.sum()))


def among(ids: Sequence[int], allowed: Ids | None) -> list[int]:
    """Those of `ids` that are in `allowed`, which is ascending; all of them when it is None."""
    if allowed is None or not len(ids):
        return list(ids)
    if not len(allowed):
        return []
    wanted = np.asarray(ids, dtype=np.int64)
    places = np.minimum(np.searchsorted(allowed, wanted), len(allowed) - 1)
    return [int(i) for i in wanted[allowed[places] == wanted]]


def kinds(catalog: Catalog) -> list[str]:
    """Every kind of chunk and symbol in the index, sorted."""
    rows = catalog.connection.execute("SELECT DISTINCT kind FROM chunks UNION SELECT DISTINCT kind FROM symbols")
    return sorted(row[0] for row in rows)


def first_chunks_of_path(catalog: Catalog, ending: str) -> list[tuple[int, str]]:
    """(first chunk, path) of the files whose path ends with `ending`."""
    escaped = ending.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return catalog.connection.execute(
        "SELECT min(chunks.id), files.path FROM files JOIN chunks ON chunks.file = files.id "
        "WHERE files.path LIKE ? ESCAPE '\\' GROUP BY files.id ORDER BY length(files.path), files.path LIMIT ?",
        ("%" + escaped, MOST_PATHS),
    ).fetchall()


def files_named(catalog: Catalog, names: Sequence[str]) -> list[tuple[int, str]]:
    """(id, path) of the indexed files that have one of these names, by path."""
    found: dict[str, int] = {}
    for name in names:
        escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = catalog.connection.execute(
            "SELECT path, id FROM files WHERE skipped IS NULL AND (path = ? OR path LIKE ? ESCAPE '\\') LIMIT ?",
            (name, f"%/{escaped}", MOST_DEFINITIONS),
        )
        found.update(rows)
    return [(found[path], path) for path in sorted(found)]


def chunk_at(catalog: Catalog, file: int, line: int, name: str = "") -> int | None:
    """The innermost chunk of a file around a line; that of the nearest definition of `name`, if the file defines it."""
    if name:
        row = catalog.connection.execute(
            "SELECT s.start, s.end FROM symbols s JOIN names n ON n.id = s.name WHERE s.file = ? AND n.name = ? "
            "ORDER BY abs(s.start - ?), s.start LIMIT 1",
            (file, name, line),
        ).fetchone()
        if row and not row[0] <= line <= row[1]:  # the lines are those of another version of the file
            line = row[0]
    row = catalog.connection.execute(
        "SELECT id FROM chunks WHERE file = ? AND ? BETWEEN start AND end ORDER BY end - start, id LIMIT 1", (file, line)
    ).fetchone()
    return row[0] if row else None


def chunks_that_define(catalog: Catalog, name: str, *, any_case: bool) -> list[tuple[int, str, str, str]]:
    """(chunk, name, qualified name, kind) of a name's definitions; `any_case` ignores case if there is no exact match."""
    # The second condition scans every name (3 ms for 50,000), so `any_case` is meant for words written like a name.
    for condition in ("names.name = ?", "names.name = ? COLLATE NOCASE")[: 1 + any_case]:
        rows = catalog.connection.execute(
            "SELECT chunks.id, names.name, symbols.qualified, symbols.kind FROM names "
            "JOIN symbols ON symbols.name = names.id "
            "JOIN files ON files.id = symbols.file "
            "JOIN chunks ON chunks.file = symbols.file AND symbols.start BETWEEN chunks.start AND chunks.end "
            f"WHERE {condition} AND names.definitions > 0 "
            f"ORDER BY files.flags & {TEST}, files.path, symbols.start, chunks.start LIMIT {MOST_DEFINITIONS}",
            (name,),
        ).fetchall()
        if rows:
            return rows
    return []


def symbol_of_chunk(catalog: Catalog, row: ChunkRow, wanted: Sequence[str]) -> Symbol | None:
    """The symbol shown for a chunk: the first of the `wanted` kinds in it if its own kind is not wanted, else its main one."""
    select = (
        "SELECT n.name, s.qualified, s.kind, s.start, s.end, s.signature, s.documentation FROM symbols s "
        "JOIN names n ON n.id = s.name "
    )
    sql, symbol = catalog.connection, None
    if wanted and row.kind not in wanted:
        marks = ",".join("?" * len(wanted))
        where = f"WHERE s.file = ? AND s.start BETWEEN ? AND ? AND s.kind IN ({marks}) ORDER BY s.start LIMIT 1"
        symbol = sql.execute(select + where, (row.file, row.start, row.end, *wanted)).fetchone()
    elif row.symbol is not None:
        symbol = sql.execute(select + "WHERE s.id = ?", (row.symbol,)).fetchone()
    return None if symbol is None else Symbol(*symbol)


def symbols_in_chunk(catalog: Catalog, chunk: int) -> list[Symbol]:
    """The symbols that start in a chunk, in order."""
    rows = catalog.connection.execute(
        "SELECT n.name, s.qualified, s.kind, s.start, s.end, s.signature, s.documentation FROM chunks c "
        "JOIN symbols s ON s.file = c.file AND s.start BETWEEN c.start AND c.end JOIN names n ON n.id = s.name "
        "WHERE c.id = ? ORDER BY s.start",
        (chunk,),
    )
    return [Symbol(*row) for row in rows]
