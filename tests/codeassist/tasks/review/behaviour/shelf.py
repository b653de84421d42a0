"""A module with a class, its tests, and how its changes are tried in the calls of the tests."""

from __future__ import annotations

SECONDS = 120.0

SHELF = '''
class Shelf:
    """Made by a loader that only the tests have."""

    def __init__(self, source):
        self.rows = [source() for _ in range(3)]
        self.limit = 2

    def first(self, count):
        """The first rows."""
        return self.rows[:{count}]

    def room(self):
        return {room}
'''
RIGHT = SHELF.format(count="count if count >= 0 else 0", room="self.limit - len(self.rows) if self.limit else 0")
TESTS = """
import pytest

from shelf import Shelf


class Source:
    def __init__(self, connection):
        assert connection == "open"
        self.number = 0

    def __call__(self):
        self.number += 1
        return {"number": self.number, "name": f"row {self.number}"}


@pytest.fixture(params=["open"])
def shelf(request, monkeypatch):
    monkeypatch.setenv("SHELF", "1")
    return Shelf(Source(request.param))


def test_first(shelf):
    assert [row["name"] for row in shelf.first(2)] == ["row 1", "row 2"]


def test_room(shelf):
    shelf.room()
"""
