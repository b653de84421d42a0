"""What traced calls say about parameters that no annotation describes."""

from __future__ import annotations

import random
import time

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.candidates import Maker
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.shapes import Shapes
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory
from codeassist.tasks.gen_tests.search_engine.subjects.tracing import Seen, Trace


def learned(bench, name):
    """The parameters of a target after its calls were traced, by their names."""
    inventory = Inventory(bench)
    maker = Maker(bench, inventory, 1)
    Shapes(bench, inventory, maker).learn(time.monotonic() + 20)
    return {p.name: p for p in maker.by_name[name].parameters}


HELPERS = """
import re
from collections import namedtuple

Size = namedtuple("Size", "width height")


class Reader:
    @classmethod
    def read(cls, thing):
        return cls._inner(thing)

    @classmethod
    def _inner(cls, thing):
        return re.match("a", thing)

    @classmethod
    def area(cls, thing):
        return cls._area(thing)

    @classmethod
    def _area(cls, thing):
        return thing.width * thing.height + 1


def total(basket):
    amount = 0
    for line in basket["lines"]:
        amount += line["price"] * 2
    return amount


def pairs(things):
    return [a + 1 for a, b, c in things]
"""


def test_the_kind_is_that_which_other_methods_need(bench_of):
    thing = learned(bench_of(HELPERS), "Reader.read")["thing"]
    assert thing.kinds.most_common(1)[0][0] == "str"


def test_attributes_name_the_class(bench_of):
    thing = learned(bench_of(HELPERS), "Reader.area")["thing"]
    assert thing.kinds["obj:Size"] >= max(weight for kind, weight in thing.kinds.items() if kind != "obj:Size")
    assert sorted(thing.attributes) == ["height", "width"]


def test_entries_and_items_are_read_at_every_depth(bench_of):
    basket = learned(bench_of(HELPERS), "total")["basket"]
    assert basket.kinds["keyed"] > 0
    line = basket.entries["lines"].item
    assert "price" in line.entries


def test_items_have_as_many_parts_as_are_unpacked(bench_of):
    assert learned(bench_of(HELPERS), "pairs")["things"].item.size == 3


@pytest.mark.parametrize(("name", "least"), [("total", 8), ("pairs", 1), ("Reader.area", 1)])
def test_the_search_calls_what_it_could_not_call(bench_of, name, least):
    bench = bench_of(HELPERS)
    search = Search(bench, Inventory(bench), 1)
    search.explore(time.monotonic() + 6)
    target = search.by_name[name]
    good = [c for c, outcome in search.kept if c.target == name and not outcome.raised]
    assert good
    assert max(len(c.text) for c in good) >= least
    assert not {n for n in bench.instrumenter.lines if n in target.lines} - search.reached


def test_traced_calls_leave_nothing_in_the_module(bench_of):
    bench = bench_of("seen = []\n\n\ndef note(thing):\n    seen.append(thing)\n    return len(seen)\n")
    learned(bench, "note")
    assert bench.module.seen == []
    assert "isinstance" not in vars(bench.module)


def test_a_class_that_isinstance_asks_for_is_known(bench_of):
    source = "def size(thing):\n    return helper(thing)\n\n\ndef helper(other):\n    if isinstance(other, dict):\n        return 1\n    return 2\n"
    assert learned(bench_of(source), "size")["thing"].kinds["dict"] > 0


def test_a_message_says_what_a_value_must_be():
    trace = Trace(random.Random(1))
    seen = Seen()
    with pytest.raises(TypeError) as caught:
        "".join([trace.value(seen)])
    trace.read_message(caught.value)
    assert seen.must == "str"
    assert trace.value(seen) == "a1"


COROUTINES = """
class Reader:
    def __init__(self, source):
        self.source = source

    async def first(self):
        async with self.source.open() as lines:
            async for line in lines:
                return line["text"]


async def fetched(client):
    answer = await client.fetch()
    return answer["count"] + 1
"""


def test_what_is_awaited_is_known_without_an_event_loop(bench_of):
    client = learned(bench_of(COROUTINES), "fetched")["client"]
    method = client.attributes["fetch"]
    assert method.awaited is True
    assert "count" in method.result.entries


def test_coroutine_methods_show_what_a_constructor_takes(bench_of):
    source = learned(bench_of(COROUTINES), "Reader")["source"]
    assert "text" in source.attributes["open"].result.item.entries
