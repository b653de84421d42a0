"""An entry that was missing is added to the input."""

from __future__ import annotations

from codeassist.tasks.gen_tests.search_engine.inputs.repairs import Repairs, with_entry
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate

SOURCE = """
FIELDS = {"a": "first", "b": "second"}


def read(row):
    return row["in" + "ner"][FIELDS["a"]] + row[FIELDS["b"]]
"""


def test_the_entry_is_added_to_each_dictionary():
    candidate = Candidate("f", ("x = {}",), "f(x, {'a': {}})")
    texts = [c.text for c in with_entry(candidate, "k", "1")]
    assert texts == ["x = {}\nf(x, {'a': {}, 'k': 1})", "x = {}\nf(x, {'a': {'k': 1}})", "x = {'k': 1}\nf(x, {'a': {}})"]


def test_entries_are_added_as_long_as_another_one_is_missing(bench_of):
    bench = bench_of(SOURCE)
    ran = []

    def run(candidate):
        ran.append((candidate.final, bench.run(candidate)))
        return ran[-1][1]

    first = Candidate("read", (), "read({})")
    Repairs(lambda key: "{}" if key == "inner" else "1").follow(first, bench.run(first), run)
    text, outcome = ran[-1]
    assert (text, outcome.checks) == ("read({'inner': {'first': 1}, 'second': 1})", ("{v} == 2",))


TABLE = """
class Table:
    def __init__(self, names):
        self.names = names

    def position(self, name):
        return self.names.index(name)
"""


def test_a_value_that_the_object_does_not_contain_becomes_one_that_it_does(bench_of):
    bench = bench_of(TABLE)
    ran = []

    def run(candidate):
        ran.append((candidate.final, bench.run(candidate).checks))

    first = Candidate("Table.position", ("table = Table(['a', 'b'])",), "table.position('x')")
    Repairs(lambda _: "1").follow(first, bench.run(first), run)
    assert ran == [("table.position('a')", ("{v} == 0",)), ("table.position('b')", ("{v} == 1",))]
