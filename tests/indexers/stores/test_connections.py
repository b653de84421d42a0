"""Errors of SQLite, and what it supports."""

from __future__ import annotations

import re
import sqlite3

import pytest

from indexers import IndexBusyError, IndexUnusableError, IndexWriteError
from indexers.stores.connections import guarded, has_full_text_search, sqlite_version


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
