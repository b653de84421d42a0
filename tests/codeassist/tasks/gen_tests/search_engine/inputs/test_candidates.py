"""Candidates are calls that compile; methods get an instance; variations change one value."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.candidates import Maker
from codeassist.tasks.gen_tests.search_engine.inputs.instances import INSTANCES
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate, Outcome
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = """
import enum
import re

CODE = re.compile("z{3}")


class Colour(enum.Enum):
    RED = 1

    def lighter(self):
        return self


class Bag:
    def __init__(self, items: list):
        self.items = items

    def add(self, item, *, times=1):
        self.items += [item] * times

    def __contains__(self, item):
        return item in self.items

    def __setitem__(self, key, value):
        self.items[key] = value

    @property
    def size(self):
        return len(self.items)

    @classmethod
    def of(cls, *items):
        return cls(list(items))


def pick(mode: str, number: int = 7, /, *rest: int, flag=False):
    return mode == "zebra"


async def later(n: int):
    return n


def match(text: str):
    return CODE.match(text)
"""


@pytest.fixture
def maker(bench_of):
    bench = bench_of(SOURCE)
    return Maker(bench, Inventory(bench), 1)


def test_every_target_gets_calls_that_compile(maker):
    maker.instances.remember(Candidate("Bag", (), "Bag([1, 2])"), Outcome(kind="Bag"))
    for target in maker.inventory.targets:
        made = [maker.candidate(target) for _ in range(60)]
        assert all(made), target.qualname
        for candidate in made:
            compile(candidate.text, "<test>", "exec")
            assert target.name in candidate.text or target.kind in ("operator", "property")
        assert len({c.text for c in made}) > 1 or target.qualname == "Colour.lighter"


def test_forms_of_calls(maker):
    maker.instances.remember(Candidate("Bag", (), "Bag([1, 2])"), Outcome(kind="Bag"))
    made = {name: maker.candidate(target) for name, target in maker.by_name.items()}
    assert made["later"].steps == ("import asyncio",)
    assert made["later"].final.startswith("asyncio.run(later(")
    assert made["Bag.of"].final.startswith("Bag.of(")
    assert (made["Bag.size"].steps[0], made["Bag.size"].final) == ("bag = Bag([1, 2])", "bag.size")
    assert (made["Bag.add"].steps[0], made["Bag.add"].watched) == ("bag = Bag([1, 2])", ("bag",))
    assert made["Bag.__contains__"].final.endswith(" in bag")
    assert isinstance(ast.parse(made["Bag.__setitem__"].final).body[0], ast.Assign)
    assert made["Colour.lighter"].steps[0] == "colour = Colour.RED"


def test_a_method_needs_an_instance(maker):
    assert maker.candidate(maker.by_name["Bag.add"]) is None
    maker.instances.remember(Candidate("Bag.of", (), "Bag.of(1)"), Outcome(kind="Bag"))
    assert maker.candidate(maker.by_name["Bag.add"]).steps[0] == "bag = Bag.of(1)"


def test_few_ways_to_make_an_instance_are_remembered_and_the_rare_ones_stay(maker):
    maker.instances.remember(Candidate("Bag.of", (), "Bag.of(1)"), Outcome(kind="Bag"))
    for n in range(3 * INSTANCES):
        maker.instances.remember(Candidate("Bag", (), f"Bag([{n}])"), Outcome(kind="Bag"))
    maker.instances.remember(Candidate("Bag.add", ("bag = Bag([1])",), "bag.copy()"), Outcome(kind="Bag"))
    assert len(maker.instances.expressions["Bag"]) == INSTANCES
    assert "Bag.of(1)" in maker.instances.expressions["Bag"]
    assert "bag.copy()" not in maker.instances.expressions["Bag"]


def test_constants_and_patterns_of_the_module_become_values(maker):
    assert "'zebra'" in maker.literals.by_kind["str"]
    assert "'zzz'" in maker.literals.by_kind["str"]
    texts = {maker.candidate(maker.by_name["pick"]).text for _ in range(80)}
    assert any("'zebra'" in text for text in texts)


def test_a_variation_changes_values_only(maker):
    candidate = Candidate("pick", ("x = [1, 2]",), "pick('abc', len(x))", ("x",))
    varied = {maker.varied(candidate) for _ in range(60)}
    assert len(varied) > 10
    for one in varied:
        assert one.steps[0].startswith("x = ")
        assert one.final.startswith("pick(")
        assert one.final.endswith((", len(x))", "=True)", "=False)")) or one.final.startswith("pick('abc', ")
        assert one.watched == ("x",)


def test_strings_that_match_the_constants_of_a_line_become_arguments(maker):
    made = [c.final for c in maker.matching(5, [maker.by_name["match"]])]
    assert "match('zzz')" in made
    assert "match('ZZZ')" in made
    assert maker.matching(1, [maker.by_name["match"]]) == []


def test_the_same_seed_makes_the_same_candidates(bench_of):
    bench = bench_of(SOURCE)
    first, second, other = (Maker(bench, Inventory(bench), seed) for seed in (1, 1, 2))
    texts = [[m.candidate(m.by_name["pick"]).text for _ in range(20)] for m in (first, second, other)]
    assert texts[0] == texts[1] != texts[2]


ENTERED = """
class Door:
    def __init__(self, name: str = "a"):
        self.name = name

    def __enter__(self):
        return self.name

    def __exit__(self, *error):
        return error[0] is ValueError

    async def __aenter__(self):
        return self.name * 2

    async def __aexit__(self, *error):
        return error[0] is ValueError

    def __call__(self, times: int):
        return self.name * times
"""


def test_objects_are_entered_and_called_as_people_do(bench_of):
    bench = bench_of(ENTERED)
    inventory = Inventory(bench)
    maker = Maker(bench, inventory, 1)
    maker.instances.remember(Candidate("Door", (), "Door('b')"), Outcome(kind="Door"))
    made = {t.name: maker.candidate(t) for t in inventory.targets if t.owner == "Door" and t.kind == "method"}
    assert made["__enter__"].final == "with door as entered:\n    pass"
    assert made["__call__"].final.startswith("door(")
    assert made["__aenter__"].final == "asyncio.run(enter())"
    outcomes = {name: bench.run(candidate) for name, candidate in made.items()}
    assert "entered == 'b'" in outcomes["__enter__"].checks
    assert outcomes["__aenter__"].checks[0] == "{v} == 'bb'"
    assert not any(outcome.raised or outcome.bad for outcome in outcomes.values())


def test_instances_with_items_and_those_that_reached_something_new_are_preferred(maker):
    for text in ("Bag()", "Bag([])", "Bag(None)", "Bag(1)", "Bag(2)", "Bag(3)", "Bag([1, 2])"):
        maker.instances.remember(Candidate("Bag", (), text), Outcome(kind="Bag"))
    maker.instances.credit(Candidate("Bag.has", ("bag = Bag(3)",), "bag.has(1)"), 4)
    made = Counter(maker.instances.of("Bag") for _ in range(400))
    assert made["Bag(3)"] > 2 * made["Bag(1)"]
    assert made["Bag([1, 2])"] > made["Bag(1)"]


TEMPLATE = """
class Shape:
    def area(self):
        return self._side() ** 2


class Square(Shape):
    def __init__(self, side: int):
        self.side = side

    def _side(self):
        return self.side


class Named:
    pass


class Unlike(Named):
    def other(self):
        return 1
"""


def test_a_method_that_derived_classes_complete_is_called_on_their_instances(bench_of):
    maker = Maker(bench := bench_of(TEMPLATE), Inventory(bench), 1)
    for kind, final in (("Shape", "Shape()"), ("Square", "Square(3)"), ("Named", "Named()"), ("Unlike", "Unlike()")):
        candidate = Candidate(kind, (), final)
        maker.instances.remember(candidate, bench.run(candidate))
    assert {maker.instances.of("Shape") for _ in range(60)} == {"Shape()", "Square(3)"}
    assert {maker.instances.of("Named") for _ in range(60)} == {"Named()"}
