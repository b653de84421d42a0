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


HANDED_ON = """
class Part:
    def fits(self, text):
        return bool(text)


class Whole:
    def __init__(self, *parts, **options):
        self.parts = parts

    def check(self, text):
        return all(part.fits(text) for part in self.parts)


class Single(Whole):
    def __init__(self, part, *, strict=False):
        super().__init__(part)
        self.strict = strict

    def first(self, text):
        return self.parts[0].fits(text)


class Plain(Whole):
    def longest(self, text):
        return text


def single(part, ending):
    text = "abc".removesuffix(ending)
    return Single(part=part), text
"""


def test_arguments_that_are_handed_on_get_the_kinds_that_are_needed_there(bench_of):
    inventory = Inventory(bench_of(HANDED_ON))
    of = {t.qualname: {p.name: p.kinds for p in t.parameters} for t in inventory.targets}
    assert of["Whole"]["parts"].most_common(1)[0][0] == "obj:Part"
    assert of["Plain"]["parts"].most_common(1)[0][0] == "obj:Part"
    assert of["Single"]["part"].most_common(1)[0][0] == "obj:Part"
    assert of["single"]["part"].most_common(1)[0][0] == "obj:Part"
    assert of["single"]["ending"].most_common(1)[0][0] == "str"


def test_a_class_as_a_default_that_only_says_that_nothing_was_given_is_no_kind_of_value(bench_of):
    source = "class Missing:\n    pass\n\n\ndef get(key, default=Missing, made=dict):\n    return made()\n"
    (target,) = [t for t in Inventory(bench_of(source)).targets if t.name == "get"]
    kinds = {p.name: p.kinds for p in target.parameters}
    assert "type" not in kinds["default"]


SETTERS = """
class Table:
    BORDER, LINES = 1, 2

    def set_rows(self, rows):
        self._rows = rows

    def set_options(self, options):
        self._options = options

    def draw(self):
        for row in self._rows:
            print(row)
        return self._options & Table.BORDER
"""


def test_arguments_that_a_method_stores_get_the_kinds_of_their_uses_in_others(bench_of):
    targets = {t.name: t for t in Inventory(bench_of(SETTERS)).targets}
    (rows,), (options,) = targets["set_rows"].parameters, targets["set_options"].parameters
    assert rows.kinds["list"] > rows.kinds["str"]
    assert options.kinds["int"] > options.kinds["str"]
    assert "Table.BORDER" in options.constants
