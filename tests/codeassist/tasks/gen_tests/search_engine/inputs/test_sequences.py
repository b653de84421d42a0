"""State is reached: containers are filled past their limit, and what reached something new is built upon."""

from __future__ import annotations

import random
import time

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.sequences import Sequences
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.state import asked, changed
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = """
class Ring:
    def __init__(self, size: int = 3):
        self.size = size
        self.items = []
        self.sealed = False

    def put(self, item: int):
        if self.sealed:
            raise ValueError("sealed")
        if len(self.items) >= self.size:
            self.items.pop(0)
        self.items.append(item)

    def seal(self):
        if len(self.items) > 2:
            self.sealed = True

    def take(self):
        if not self.items:
            raise LookupError("empty")
        return self.items.pop()
"""


def test_what_depends_on_a_sequence_of_calls_is_covered(bench_of):
    bench = bench_of(SOURCE)
    search = Search(bench, Inventory(bench), 1)
    search.explore(time.monotonic() + 8)
    missed = bench.instrumenter.lines - search.reached
    assert not missed


def test_what_a_method_asks_and_changes(bench_of):
    trees = Inventory(bench_of(SOURCE)).trees
    assert asked(trees["Ring.put"]) == {"sealed", "items", "size"}
    assert changed(trees["Ring.put"]) == {"items"}
    assert changed(trees["Ring.seal"]) == {"sealed"}
    assert (asked(None), changed(None)) == (frozenset(), frozenset())


def test_a_container_is_filled_more_often_than_its_limit(bench_of):
    inventory = Inventory(bench_of(SOURCE))
    put = next(t for t in inventory.targets if t.name == "put")
    loops = {Sequences(random.Random(n)).filling("ring.put", put.parameters, "Ring(5)") for n in range(20)}
    assert "for n in range(6):\n    ring.put(n)" in loops
    take = next(t for t in inventory.targets if t.name == "take")
    assert Sequences(random.Random(1)).filling("ring.take", take.parameters, "Ring(5)") is None


@pytest.mark.parametrize("final", ["list(ring.items)", "asyncio.run(ring.put(1))", "with ring as entered:\n    pass"])
def test_only_plain_calls_are_built_upon(final):
    sequences = Sequences(random.Random(1))
    sequences.remember("Ring", Candidate("Ring.put", ("ring = Ring()",), final))
    assert sequences.earlier("Ring", "ring") == ()
    sequences.remember("Ring", Candidate("Ring.put", ("ring = Ring()",), "ring.put(1)"))
    assert sequences.earlier("Ring", "ring") == ("ring = Ring()", "ring.put(1)")
    assert sequences.earlier("Ring", "other") == ()
