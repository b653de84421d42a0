"""What a changed method stores in private attributes shows in what other methods give afterwards."""

from __future__ import annotations

import pytest

TABLE = """class Table:
    def __init__(self, width: int = 3):
        self._width = width
        self._mark = "-"

    def set_mark(self, mark: str):
        self._mark = mark

    def draw(self) -> str:
        return self._mark * min(9, max(0, self._width)) + "|"
"""


@pytest.mark.parametrize(
    ("before", "after", "calls"),
    [
        ("self._mark = mark\n", "self._mark = mark[:1]\n", (".set_mark(", ".draw()")),
        ("self._width = width\n", "self._width = width + 1\n", ("Table(", ".draw()")),
    ],
    ids=["a setter", "a constructor"],
)
def test_it_is_shown_by_the_method_that_reads_it(compare, before, after, calls):
    result, _ = compare({"shop.py": TABLE}, {"shop.py": TABLE.replace(before, after)}, seconds=15.0)
    (finding,) = [f for f in result.every if f.rule == "behaviour-changed"]
    assert all(call in finding.message for call in calls)


def test_a_method_that_stores_the_same_in_another_way_is_no_difference(compare):
    after = TABLE.replace("self._mark = mark\n", "kept = mark\n        self._mark = kept\n")
    result, _ = compare({"shop.py": TABLE}, {"shop.py": after}, seconds=8.0)
    assert not [f for f in result.every if f.rule == "behaviour-changed"]
