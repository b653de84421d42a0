"""A lock that one function does not take any more, while others take it for the same data."""

from __future__ import annotations

import pytest

CACHE = """import threading


class Cache:
    def __init__(self):
        self._lock = threading.Lock()
        self._rows = {}

    def put(self, key, value):
        with self._lock:
            self._rows[key] = value

    def drop(self, key):
        with self._lock:
            self._rows.pop(key, None)
"""
BARE = CACHE.replace("        with self._lock:\n            self._rows[key] = value", "        self._rows[key] = value")


def locks(findings, after):
    return [f for f in findings({"m.py": CACHE}, {"m.py": after}).every if f.rule == "lock-removed"]


def test_a_lock_that_is_not_taken_any_more(findings):
    (finding,) = locks(findings, BARE)
    assert (finding.severity.value, finding.start) == ("warning", 10)
    assert finding.message == (
        "'Cache.put' does not hold 'self._lock' any more while it uses 'self._rows', which m.py:14 still does only with the lock."
    )


@pytest.mark.parametrize(
    "after",
    [
        BARE.replace("        with self._lock:\n            self._rows.pop", "        self._rows.pop"),
        BARE
        + "\n    def all(self, rows):\n        with self._lock:\n            for row in rows:\n                self.put(*row)\n",
        CACHE.replace("with self._lock:\n            self._rows[key]", "with self.locked():\n            self._rows[key]"),
        CACHE.replace("with self._lock:\n            self._rows[key] = value", "self._other = value"),
    ],
    ids=["nothing takes it", "the callers hold it", "another lock", "the data is not used"],
)
def test_a_lock_that_is_not_needed(findings, after):
    assert locks(findings, after) == []
