"""The catalog: metadata, transactions, damage, locks, parked vectors."""

from __future__ import annotations

import os
import re
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexers import Index, IndexBusyError, IndexMissingError, IndexUnusableError, IndexWriteError
from indexers.stores.catalog import FORMAT, Catalog, guarded, has_full_text_search, sqlite_version
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
    from indexers import IndexBusyError

    monkeypatch.setattr("indexers.stores.catalog.BUSY_SECONDS", 0.05)
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


@pytest.fixture
def fresh(tmp_path):
    """An empty catalog."""
    created = Catalog.create(tmp_path / "index.db", dimension=4)
    yield created
    created.close()


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


def test_the_oldest_parked_vectors_are_deleted_first(fresh, monkeypatch):
    monkeypatch.setattr("indexers.stores.catalog.PARKED_LIMIT", 600)
    digests = [b"%04d" % number for number in range(700)]
    fresh.park((digest, digest * 2) for digest in digests)
    assert fresh.unpark([b"absent", *digests]) == {digest: digest * 2 for digest in digests[100:]}
    fresh.park([(digests[-1], b"other")])
    assert fresh.unpark(digests[-1:]) == {digests[-1]: b"other"}


def test_counts_and_languages_of_the_files(catalog):
    languages, skipped = catalog.counts()
    assert {name: counts.files for name, counts in languages.items()} == {"python": 3, "javascript": 2, "go": 1, "markdown": 1}
    assert sum(counts.chunks for counts in languages.values()) == catalog.chunk_count()
    assert languages["go"].lines == 15
    assert skipped == {"empty": 1}
    assert [catalog.language_of(path) for path in ("stock/inventory.go", "shop/__init__.py", "none")] == ["go", "", ""]


@pytest.mark.parametrize(
    ("error", "raised", "message"),
    [
        (sqlite3.OperationalError("database is locked"), IndexBusyError, "locked by another process"),
        (sqlite3.OperationalError("database or disk is full"), IndexWriteError, "cannot be written: database or disk is full"),
        (sqlite3.DatabaseError("file is not a database"), IndexUnusableError, "codeassist index --rebuild"),
        (ValueError("other"), ValueError, "other"),
    ],
)
def test_errors_of_the_database_become_those_of_the_package(tmp_path, error, raised, message):
    with pytest.raises(raised, match=message), guarded(tmp_path):
        raise error


def test_full_text_search_is_available():
    assert has_full_text_search()
    assert re.fullmatch(r"3\.\d+\.\d+", sqlite_version())
