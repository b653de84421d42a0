"""Checks of small modules against what their documentation says."""

from __future__ import annotations

import time

import pytest

from codeassist.tasks.gen_tests.search_engine.promises.oracle import Oracle
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory


@pytest.fixture
def checked(bench_of):
    """Check a module: `checked(source, *documents)` gives (the oracle, its suspicions by target)."""

    def check(source, *documents):
        bench = bench_of(source)
        oracle = Oracle(bench, Search(bench, Inventory(bench), 1))
        oracle.examples(documents)
        oracle.promises(time.monotonic() + 20)
        oracle.refuse()
        return oracle, {s.target: s for s in oracle.search.judge.suspicions.values()}

    return check
