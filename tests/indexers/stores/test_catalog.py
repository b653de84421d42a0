"""The catalog: metadata, transactions, damage, locks."""

from __future__ import annotations

import os
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexers import Index, IndexBusyError, IndexMissingError, IndexUnusableError
from indexers.stores.catalog import FORMAT, Catalog
from tests.conftest import write


def test_overwritten_database_pages_are_reported(shop):
    Index.build(shop).close()
    database = shop / ".codeassist" / "index.db"
    data = bytearray(database.read_bytes())
    data[8192:] = os.urandom(len(data) - 8192)
    database.write_bytes(bytes(data))
    with pytest.raises(IndexUnusableError, match="--rebuild"), Index.open(shop) as index:
        index.search("authenticate")
    with pytest.raises(IndexUnusableError, match="--rebuild"):
        Index.build(shop)
    with Index.build(shop, rebuild=True) as index:
        assert index.search("authenticate")


def test_a_locked_database_raises_index_busy_error(shop, monkeypatch):

    monkeypatch.setattr("indexers.stores.connections.BUSY_SECONDS", 0.05)
    Index.build(shop).close()
    other = sqlite3.connect(shop / ".codeassist" / "index.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        write(shop, {"new.py": "x = 1\n"})
        with Index.open(shop) as index:
            with pytest.raises(IndexBusyError):
                index.update()
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_missing_catalog_is_an_error_with_the_command_that_makes_one(tmp_path):
    with pytest.raises(IndexMissingError, match="run 'codeassist index'"):
        Catalog.open(tmp_path / "index.db")
    assert list(tmp_path.iterdir()) == []


def test_a_catalog_of_another_format_is_rejected(fresh):
    with fresh.transaction():
        fresh.set_meta(format=99)
    with pytest.raises(IndexUnusableError, match=f"has format 99, but this version reads {FORMAT}"):
        Catalog.open(fresh.path)


def test_create_replaces_an_existing_catalog(fresh):
    with fresh.transaction():
        fresh.set_meta(own=1)
    fresh.path.with_name("index.db.new").write_bytes(b"left by a killed process")
    fresh.close()
    again = Catalog.create(fresh.path)
    assert (again.meta("own", None), again.meta("dimension", None), again.meta("generation", None)) == (None, None, 0)
    assert again.check() == "ok"
    again.close()
    assert not fresh.path.with_name("index.db.new").exists()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.text("abc", min_size=1, max_size=3),
        st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=9) | st.lists(st.integers(), max_size=3),
        max_size=4,
    )
)
def test_metadata_are_stored_and_read_again(fresh, values):
    with fresh.transaction():
        fresh.set_meta(**values)
    other = Catalog.open(fresh.path)
    assert {key: other.meta(key, "missing") for key in values} == values
    assert other.meta("never set", "missing") == "missing"
    other.close()


def test_a_transaction_that_fails_changes_nothing(fresh):
    with pytest.raises(KeyboardInterrupt), fresh.transaction():
        fresh.set_meta(dimension=5)
        raise KeyboardInterrupt
    assert fresh.meta("dimension", None) == 4


def test_a_snapshot_does_not_see_later_changes(fresh):
    reader = Catalog.open(fresh.path)
    with reader.snapshot():
        assert reader.meta("dimension", None) == 4
        with fresh.transaction():
            fresh.set_meta(dimension=5)
        with reader.snapshot():
            assert reader.meta("dimension", None) == 4
    assert reader.meta("dimension", None) == 5
    reader.close()


def test_languages_of_the_files(catalog):
    assert [catalog.language_of(path) for path in ("stock/inventory.go", "shop/__init__.py", "none")] == ["go", "", ""]
