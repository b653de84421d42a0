"""Helpers for tests of an index: a large source file, the rows of a query, and a check that all parts of an index match."""

from __future__ import annotations

import pytest

from indexers import Index
from indexers.stores.catalog import Catalog
from indexers.stores.compression import COUNTED, unpack_terms, unpack_uses
from indexers.stores.vectors import SavedVectors, open_vectors
from indexers.types import USE_KINDS

BIG = "\n\n".join(f"def function_{n}(value):\n    return compute_{n}(value, {n})" for n in range(400))


def rows(index: Index, query: str) -> list[tuple]:
    """The rows of a query on the database of an index."""
    catalog = Catalog.open(index.folder / "index.db")
    try:
        return catalog.connection.execute(query).fetchall()
    finally:
        catalog.close()


def assert_consistent(index: Index) -> None:
    """Check that chunks, vectors, lexical rows and names match."""
    catalog = Catalog.open(index.folder / "index.db")
    sql = catalog.connection
    vectors = open_vectors(index.folder, SavedVectors.of(catalog.meta("vectors", None)), catalog.meta("dimension", 0))
    ids = [row[0] for row in sql.execute("SELECT id FROM chunks ORDER BY id")]
    assert len(vectors) == len(ids)
    assert (abs(vectors.get(ids)).sum(axis=1) > 0).sum() >= len(ids) * 0.9
    assert sql.execute("SELECT count(*) FROM lexicon").fetchone()[0] == len(ids)
    stored = sum(len(unpack_terms(row[0])) for row in sql.execute("SELECT terms FROM files WHERE terms != x''"))
    assert stored == len(ids)
    mismatched = sql.execute(
        "SELECT n.name FROM names n WHERE n.uses != (SELECT coalesce(sum(count), 0) FROM uses u WHERE u.name = n.id) "
        "OR n.definitions != (SELECT count(*) FROM symbols s WHERE s.name = n.id)"
    ).fetchall()
    assert not mismatched
    rows = (use for row in sql.execute("SELECT uses FROM files") for use in unpack_uses(row[0]))
    packed = sum(len(lines) for _, kind, lines, _ in rows if USE_KINDS[kind] in COUNTED)
    assert packed == sql.execute("SELECT coalesce(sum(count), 0) FROM uses").fetchone()[0]
    orphans = "SELECT count(*) FROM chunks WHERE file NOT IN (SELECT id FROM files)"
    assert sql.execute(orphans).fetchone()[0] == 0
    sql.execute("INSERT INTO lexicon(lexicon) VALUES('integrity-check')")
    catalog.close()


@pytest.fixture
def catalog(shop_index):
    """The catalog of the shop, to be read only."""
    opened = Catalog.open(shop_index.folder / "index.db")
    yield opened
    opened.close()


@pytest.fixture
def fresh(tmp_path):
    """An empty catalog, to be written."""
    created = Catalog.create(tmp_path / "index.db", dimension=4)
    yield created
    created.close()
