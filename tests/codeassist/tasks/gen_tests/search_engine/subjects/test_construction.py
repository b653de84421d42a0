"""Arguments of a constructor get the kinds that the methods need which use them."""

from __future__ import annotations

from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = """
class Closing:
    def __init__(self, thing, entries, unused):
        self.thing = thing
        self.entries = entries

    def close(self, unused):
        unused.lower()
        return self.thing.close()

    def first(self):
        for entry in self.entries:
            return entry
"""


def test_uses_of_attributes_are_uses_of_the_arguments(bench_of):
    inventory = Inventory(bench_of(SOURCE))
    target = next(t for t in inventory.targets if t.qualname == "Closing")
    thing, entries, unused = target.parameters
    assert list(thing.attributes) == ["close"]
    assert entries.kinds["list"] > entries.kinds["str"]
    assert not unused.attributes
    assert next(t for t in inventory.targets if t.name == "close").lines == frozenset({8, 9})
