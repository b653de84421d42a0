"""The testable parts of a module: what is public, how it is called, and which lines belong to it."""

from __future__ import annotations

from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = '''
from functools import lru_cache
from json import dumps


def slug(text: str) -> str:
    """Lower case."""
    return text.lower()


@lru_cache
def cached(n):
    return n


async def later(n):
    return n


def _private(n):
    return n


class Bag:
    """Holds things."""

    def __init__(self, items=()):
        self.items = list(items)

    @classmethod
    def of(cls, *items):
        return cls(items)

    @staticmethod
    def limit():
        return 3

    @property
    def size(self):
        return len(self.items)

    @size.setter
    def size(self, value):
        self.items = self.items[:value]

    def __eq__(self, other):
        return self.items == other.items

    def __setitem__(self, key, value):
        self.items[key] = value

    def __getattr__(self, name):
        raise AttributeError(name)

    def add(self, item):
        self.items.append(item)

    def _hidden(self):
        return 1


class _Inner:
    def get(self):
        return 1


class Refused(Exception):
    def why(self):
        return 1


Sack = Bag
'''


def test_public_functions_and_members_are_listed_with_their_kind(bench_of):
    targets = {t.qualname: t for t in Inventory(bench_of(SOURCE)).targets if t.kind != "setter"}
    assert {name: t.kind for name, t in targets.items()} == {
        "slug": "function",
        "cached": "function",
        "later": "function",
        "Bag": "class",
        "Bag.of": "classmethod",
        "Bag.limit": "static",
        "Bag.size": "property",
        "Bag.__eq__": "operator",
        "Bag.__setitem__": "operator",
        "Bag.add": "method",
        "_Inner.get": "method",
    }
    assert [name for name, t in targets.items() if t.is_async] == ["later"]
    assert (targets["slug"].documentation, targets["slug"].lines) == ("Lower case.", frozenset({7, 8}))
    assert [p.name for p in targets["Bag.add"].parameters] == ["item"]
    assert [p.name for p in targets["Bag.of"].parameters] == ["items"]
    assert [p.name for p in targets["Bag"].parameters] == ["items"]
    assert targets["Bag.add"].variable == "bag"


def test_the_setter_of_a_property_is_a_target_of_its_own(bench_of):
    (setter,) = (t for t in Inventory(bench_of(SOURCE)).targets if t.kind == "setter")
    assert (setter.qualname, [p.name for p in setter.parameters]) == ("Bag.size", ["value"])
    assert SOURCE.splitlines()[min(setter.lines) - 1].strip() == "self.items = self.items[:value]"


def test_wanted_names_restrict_the_targets_and_may_be_private(bench_of):
    bench = bench_of(SOURCE)
    assert [t.qualname for t in Inventory(bench, ("_private",)).targets] == ["_private"]
    assert {t.owner for t in Inventory(bench, ("Bag",)).targets} == {"Bag"}
    assert [t.qualname for t in Inventory(bench, ("Bag.add", "slug")).targets] == ["slug", "Bag.add"]
    assert Inventory(bench, ("nothing",)).targets == []


def test_comparison_operators_are_tried_with_instances_of_their_class(bench_of):
    (equality,) = (t for t in Inventory(bench_of(SOURCE)).targets if t.name == "__eq__")
    assert equality.parameters[0].kinds.most_common(1)[0][0] == "obj:Bag"


def test_an_abstract_class_has_no_constructor_target(bench_of):
    source = "import abc\n\n\nclass Shape(abc.ABC):\n    @abc.abstractmethod\n    def area(self): ...\n    def double(self):\n        return 2 * self.area()\n"
    assert {t.kind for t in Inventory(bench_of(source)).targets} == {"method"}
