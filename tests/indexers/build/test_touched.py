"""Files whose times changed but whose content did not are recognised without a process that could parse them."""

from __future__ import annotations

import os

import pytest

from indexers import Index
from indexers.build import touched
from tests.conftest import SHOP
from tests.indexers.conftest import assert_consistent


@pytest.fixture
def no_workers(monkeypatch):
    def start(*_):
        raise AssertionError("a worker process was started")

    return lambda: monkeypatch.setattr("indexers.build.workers.start_workers", start)


def test_files_with_other_times_need_no_worker(shop, no_workers):
    Index.build(shop).close()
    for path in SHOP:
        os.utime(shop / path, (1, 1))
    no_workers()
    with Index.build(shop) as index:
        assert (index.last_report.unchanged, index.last_report.changed) == (len(SHOP), 0)
        assert len(index.changes()) == 0  # the new times are stored
        assert_consistent(index)


def test_a_changed_file_of_the_same_size_among_touched_ones_is_indexed(shop):
    Index.build(shop).close()
    for path in SHOP:
        os.utime(shop / path, (1, 1))
    changed = shop / "shop/auth.py"
    changed.write_text(changed.read_text().replace("AuthError", "OopsError"))
    with Index.build(shop) as index:
        assert (index.last_report.unchanged, index.last_report.changed) == (len(SHOP) - 1, 1)
        assert index.definitions("OopsError")
        assert_consistent(index)


def test_a_deleted_file_beside_touched_ones_is_removed(shop, no_workers):
    Index.build(shop).close()
    (shop / "shop/auth.py").unlink()
    os.utime(shop / next(path for path in SHOP if path != "shop/auth.py"), (1, 1))
    no_workers()
    with Index.build(shop) as index:
        assert (index.last_report.unchanged, index.last_report.deleted) == (len(SHOP) - 1, 1)
        assert not index.definitions("AuthError")
        assert_consistent(index)


def test_more_source_than_one_process_should_read_goes_to_the_workers(shop, monkeypatch):
    Index.build(shop).close()
    for path in SHOP:
        os.utime(shop / path, (1, 1))
    monkeypatch.setattr(touched, "MOST_BYTES", 10)
    with Index.build(shop) as index:
        assert (index.last_report.unchanged, index.last_report.changed) == (len(SHOP), 0)
        assert len(index.changes()) == 0


def test_a_touched_file_that_can_no_longer_be_read_is_skipped(shop, monkeypatch):
    Index.build(shop).close()
    os.utime(shop / "shop/auth.py", (1, 1))

    def refuse(*_, **__):
        raise PermissionError

    monkeypatch.setattr(touched, "read_with_status", refuse)
    with Index.build(shop) as index:  # the worker could read it
        assert index.last_report.unchanged == len(SHOP)
