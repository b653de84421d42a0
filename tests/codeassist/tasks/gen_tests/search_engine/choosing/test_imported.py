"""Mutants of tables, patterns and defaults that run at import time are killed by calls that use them."""

from __future__ import annotations

import sys
import time

from codeassist.tasks.gen_tests.search_engine.choosing.imported import Imported
from codeassist.tasks.gen_tests.search_engine.choosing.selection import Selection
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = """
import re

NAMES = {"one": 1, "two": 2}
RULES = [(re.compile("^colou?r$"), "paint")]
UNUSED = "nobody reads this"


def number(name: str) -> int:
    return NAMES.get(name, 0)


def kind(text: str) -> str:
    for pattern, name in RULES:
        if pattern.match(text):
            return name
    return "other"


def twice(n: int, times: int = 2) -> int:
    return n * times
"""


def test_candidates_are_found_for_tables_patterns_and_defaults(bench_of):
    bench = bench_of(SOURCE)
    selection = Selection(bench, Search(bench, Inventory(bench), 1))
    for text in ("number('one')", "kind('a')", "twice(5)"):
        candidate = Candidate(text.partition("(")[0], (), text)
        selection.take(candidate, bench.run(candidate), time.monotonic() + 5)
    Imported(selection).take(time.monotonic() + 4)
    alive = {selection.mutants[m].line for m in selection.alive if m in bench.at_import}
    assert 6 in alive
    assert not alive & {4, 5, 20}
    by_line = {line: {c.candidate.target for c in selection.useful for m in c.kills if selection.mutants[m].line == line} for line in (4, 5, 20)}  # fmt: skip
    assert by_line == {4: {"number"}, 5: {"kind"}, 20: {"twice"}}
    assert sys.modules["subject"] is bench.module


def test_nothing_is_tried_after_the_deadline(bench_of):
    bench = bench_of(SOURCE)
    selection = Selection(bench, Search(bench, Inventory(bench), 1))
    before = set(selection.alive)
    Imported(selection).take(time.monotonic() - 1)
    assert selection.alive == before
    assert selection.pool == []


METHODS = """
UNITS = {"metre": "m", "gram": "g"}


class Scale:
    def short(self, name):
        return UNITS.get(name, "?")

    def both(self, name):
        return self._mark(name) + self.short(name)

    def _mark(self, name):
        return MARKS.get(name, "")


MARKS = {"metre": "#", "gram": "%"}
"""


def test_rows_of_tables_that_methods_use_are_tried_by_calls_made_for_them(bench_of):
    bench = bench_of(METHODS)
    selection = Selection(bench, Search(bench, Inventory(bench), 1))
    for target, text in (("Scale", "Scale()"), ("Scale.both", "Scale().both('a')")):
        candidate = Candidate(target, (), text)
        outcome = bench.run(candidate)
        selection.search.maker.instances.remember(candidate, outcome)
        selection.take(candidate, outcome, time.monotonic() + 5)
    Imported(selection).take(time.monotonic() + 5)
    assert not {selection.mutants[m].line for m in selection.alive if m in bench.at_import} & {2, 16}
