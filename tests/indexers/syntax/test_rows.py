"""Lines from byte offsets agree with the positions that tree-sitter gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexers.syntax.grammars import parse
from indexers.syntax.languages import detect
from indexers.syntax.rows import Rows

CASES = Path(__file__).parents[2] / "cases" / "languages"
SAMPLES = sorted(path for path in CASES.iterdir() if path.suffix != ".expected")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_lines_and_columns_are_those_of_the_nodes(path):
    source = path.read_bytes()
    tree = parse(detect(path.name), source)
    if tree is None:
        pytest.skip("no grammar")
    rows, nodes = Rows(source), [tree.root_node]
    for node in nodes:
        nodes += node.children
        row, column = node.end_point
        last = row if column == 0 and row > node.start_point.row else row + 1
        assert (rows.line(node.start_byte) - 1, rows.column(node.start_byte)) == tuple(node.start_point)
        assert rows.last_line(node) == last
