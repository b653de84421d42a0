"""The definitions around a line are found also where very many are in one file."""

from __future__ import annotations

from indexers.graph.nesting import Nesting
from indexers.types import Definition


def definition(name, line, end):
    return Definition("a.py", line, end, name, name, "function", "python", "", "", False, 0)


def test_definitions_around_a_line_innermost_first():
    found = Nesting(
        [definition("second", 8, 20), definition("inner", 3, 5), definition("outer", 1, 6), definition("deep", 9, 9)]
    )
    names = {line: [d.name for d in found.around(line)] for line in (0, 1, 4, 6, 7, 9, 20, 21)}
    assert names == {
        0: [],
        1: ["outer"],
        4: ["inner", "outer"],
        6: ["outer"],
        7: [],
        9: ["deep", "second"],
        20: ["second"],
        21: [],
    }


def test_definitions_that_overlap_without_nesting():
    found = Nesting([definition("a", 1, 5), definition("b", 4, 9)])
    assert [[d.name for d in found.around(line)] for line in (2, 5, 8)] == [["a"], ["a", "b"], ["b"]]
