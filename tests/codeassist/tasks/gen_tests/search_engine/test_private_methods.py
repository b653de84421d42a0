"""Methods for callers inside a class, which are tested only where public ones do not reach their code."""

from __future__ import annotations

import time

from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

TABLE = """
class Table:
    rows = {}

    def __init__(self, name: str):
        self.name = name

    def call(self, key, value):
        return getattr(self, self.rows[key])(value)

    def shown(self, count: int) -> str:
        return self._used(count)

    def _sign(self, value: int) -> str:
        if value < 0:
            return "minus"
        return "plus"

    @staticmethod
    def _half(value: int) -> int:
        return value // 2 if value % 2 == 0 else value

    def _used(self, count: int) -> str:
        return f"{self.name} {count}"

    def __changed(self, count: int) -> int:
        return count + 1
"""


def test_private_methods_are_called_where_public_ones_do_not_reach_them(bench_of):
    search = Search(bench := bench_of(TABLE), Inventory(bench), 1)
    search.explore(time.monotonic() + 4)
    called = {c.target for c, _ in search.kept}
    assert {"Table._sign", "Table._half"} <= called
    assert "Table._used" not in called  # `shown` reaches it
    assert not any("changed" in target for target in called)
    assert not search.open(search.by_name["Table._sign"])


def test_wanted_names_bring_no_private_methods(bench_of):
    assert [t.name for t in Inventory(bench_of(TABLE), ("Table.shown",)).all_targets] == ["shown"]
