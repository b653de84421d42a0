"""What only private attributes hold is tested by what another method of the object gives afterwards."""

from __future__ import annotations

import time

from codeassist.tasks.gen_tests.search_engine.choosing.selection import Selection
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

TABLE = """
class Table:
    def __init__(self, width: int = 3):
        self._width = width
        self._mark = "-"

    def set_mark(self, mark: str):
        self._mark = mark

    def draw(self) -> str:
        return self._line() + "|"

    def title(self) -> str:
        return "table"

    def _line(self) -> str:
        return self._mark * min(9, max(0, self._width))
"""


def _selection(bench_of) -> Selection:
    bench = bench_of(TABLE)
    selection = Selection(bench, Search(bench, Inventory(bench), 1))
    until = time.monotonic() + 20
    for steps, final, target in (
        ((), "Table(5)", "Table"),
        (("table = Table(2)",), "table.draw()", "Table.draw"),
        (("table = Table(2)",), "table.title()", "Table.title"),
        (("table = Table(2)",), "table.set_mark('ab')", "Table.set_mark"),
    ):
        candidate = Candidate(target, steps, final, ("table",) if steps else ())
        selection.take(candidate, selection.bench.run(candidate), until)
    return selection


def _deleted(selection: Selection, text: str) -> int:
    """The number of the mutant that removes the statement which starts with `text`."""
    lines = TABLE.splitlines()
    return next(
        m.id for m in selection.mutants.values() if m.operator == "deletion" and lines[m.line - 1].strip().startswith(text)
    )


def test_a_setter_is_tested_by_the_method_that_reads_what_it_stores(bench_of):
    selection = _selection(bench_of)
    mutant = _deleted(selection, "self._mark = mark")
    assert mutant in selection.alive
    selection.hunt(time.monotonic() + 5)
    assert mutant not in selection.alive
    assert any(mutant in c.kills and c.candidate.target == "Table.draw" for c in selection.pool)


def test_a_call_goes_before_calls_that_read_what_it_changes(bench_of):
    selection = _selection(bench_of)
    setter = Candidate("Table.set_mark", ("table = Table(2)",), "table.set_mark('ab')", ("table",))
    made = {c.text for _ in range(60) if (c := selection.later.candidate(setter, selection.pool)) is not None}
    assert "table = Table(2)\ntable.set_mark('ab')\ntable.draw()" in made
    assert not any("title" in text for text in made)


def test_a_constructor_is_tested_by_the_methods_of_its_object(bench_of):
    selection = _selection(bench_of)
    made = {c.text for _ in range(60) if (c := selection.later.candidate(Candidate("Table", (), "Table(5)"), selection.pool))}
    assert made == {"table = Table(5)\ntable.draw()", "table = Table(5)\ntable.title()"}


def test_a_function_has_nothing_that_is_seen_later(bench_of):
    selection = _selection(bench_of)
    assert selection.later.candidate(Candidate("missing", (), "missing(1)"), selection.pool) is None
