"""Numbers about what a catalog contains."""

from __future__ import annotations

from collections import Counter

from indexers.stores.catalog import Catalog
from indexers.types import Counts, Statistics


def statistics(catalog: Catalog) -> Statistics:
    """Files, lines, chunks and symbols by language, skipped files by reason, encoder, generation and update time."""
    languages, stored_reasons = counts(catalog)
    encodings, replaced_files, replaced_characters = _encodings(catalog)
    skipped = Counter(catalog.meta("skipped", {}))
    skipped.update(stored_reasons)
    return Statistics(
        languages,
        dict(skipped),
        encoder=catalog.meta("encoder", ""),
        dimension=catalog.meta("dimension", 0),
        generation=catalog.meta("generation", 0),
        updated=catalog.meta("updated", 0.0),
        remaining=catalog.meta("remaining", 0),
        unparsed=_unparsed_files(catalog),
        encodings=encodings,
        replaced_files=replaced_files,
        replaced_characters=replaced_characters,
    )


def counts(catalog: Catalog) -> tuple[dict[str, Counts], dict[str, int]]:
    """(numbers of files, lines, chunks and symbols by language; skipped files by reason)."""
    sql = catalog.connection
    languages = {
        name: Counts(files, lines)
        for name, files, lines in sql.execute(
            "SELECT language, count(*), sum(lines) FROM files WHERE skipped IS NULL GROUP BY language"
        )
    }
    for table in ("chunks", "symbols"):
        numbers = sql.execute(f"SELECT f.language, count(*) FROM {table} t JOIN files f ON f.id = t.file GROUP BY f.language")
        for name, count in numbers:
            setattr(languages[name], table, count)
    skipped = dict(sql.execute("SELECT skipped, count(*) FROM files WHERE skipped IS NOT NULL GROUP BY skipped"))
    return languages, skipped


def _encodings(catalog: Catalog) -> tuple[dict[str, int], int, int]:
    """(number of files by encoding other than UTF-8, number of files with replaced characters, number of these)."""
    sql = catalog.connection
    encodings = dict(
        sql.execute("SELECT encoding, count(*) FROM files WHERE skipped IS NULL AND encoding != 'utf-8' GROUP BY encoding")
    )
    files, characters = sql.execute(
        "SELECT count(*), coalesce(sum(replaced), 0) FROM files WHERE skipped IS NULL AND replaced > 0"
    ).fetchone()
    return encodings, files, characters


def _unparsed_files(catalog: Catalog) -> list[tuple[str, str]]:
    """(path, problem) of each indexed file that was split by lines because its parser failed."""
    rows = catalog.connection.execute(
        "SELECT path, problem FROM unparsed JOIN files USING(hash) WHERE skipped IS NULL ORDER BY path"
    )
    return rows.fetchall()
