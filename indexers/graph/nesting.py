"""Which of many definitions are around a line, without looking at all of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from indexers.types import Definition


class Nesting:
    """Definitions of one file, arranged to be found by a line inside them."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        """`definitions` may be in any order."""
        self._sorted = sorted(definitions, key=lambda d: (d.line, -d.end_line))
        self._starts = [d.line for d in self._sorted]
        self._parents: list[int] = []
        still_open: list[int] = []
        for position, definition in enumerate(self._sorted):
            while still_open and self._sorted[still_open[-1]].end_line < definition.line:
                still_open.pop()
            self._parents.append(still_open[-1] if still_open else -1)
            still_open.append(position)
        self._around: dict[int, tuple[Definition, ...]] = {}

    def around(self, line: int) -> tuple[Definition, ...]:
        """The definitions around a line, innermost first."""
        found = self._around.get(line)
        if found is None:
            inside = []
            position = bisect_right(self._starts, line) - 1
            while position >= 0:
                if self._sorted[position].end_line >= line:
                    inside.append(self._sorted[position])
                position = self._parents[position]
            found = self._around[line] = tuple(sorted(inside, key=lambda d: (d.end_line - d.line, -d.line)))
        return found
