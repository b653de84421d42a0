"""Registers the sandbox's guard under the module name that the engine imports, and makes benches of small modules."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from codeassist.sandbox import guard

if TYPE_CHECKING:
    from codeassist.tasks.gen_tests.search_engine.choosing.selection import Selection
    from codeassist.tasks.gen_tests.search_engine.choosing.set_cover import Chosen
    from codeassist.tasks.gen_tests.search_engine.running.execution import Bench, Candidate

sys.modules.setdefault("_codeassist_guard", guard)

BAG = """
class Bag:
    def __init__(self, items=()):
        self.items = list(items)
        self.name = "bag"

    def add(self, item):
        self.items.append(item)

    def has(self, item):
        return item in self.items


def longest(words, least=0):
    best = ""
    for word in words:
        if len(word) > len(best):
            best = word
    return best if len(best) >= least else None
"""


@pytest.fixture
def bench_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Bench]]:
    """Make the bench of a module with the given source: `bench_of("def f(): ...")`."""
    from codeassist.tasks.gen_tests.search_engine.running.execution import Bench

    monkeypatch.syspath_prepend(tmp_path)

    def make(source: str) -> Bench:
        path = tmp_path / "subject.py"
        path.write_text(source)
        importlib.invalidate_caches()
        sys.modules.pop("subject", None)
        importlib.import_module("subject")
        return Bench("subject", str(path), source)

    yield make
    sys.modules.pop("subject", None)


@pytest.fixture
def selection(bench_of: Callable[[str], Bench]) -> Selection:
    """The mutants of `BAG`, all alive."""
    from codeassist.tasks.gen_tests.search_engine.choosing.selection import Selection
    from codeassist.tasks.gen_tests.search_engine.search import Search
    from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

    bench = bench_of(BAG)
    return Selection(bench, Search(bench, Inventory(bench), 1))


def chosen(selection: Selection, *candidates: Candidate) -> list[Chosen]:
    """The candidates that are needed to kill what they all kill."""
    until = time.monotonic() + 20
    for candidate in candidates:
        outcome = selection.bench.run(candidate)
        assert not outcome.bad
        selection.take(candidate, outcome, until)
    return selection.reduce(until)
