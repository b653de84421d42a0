"""What a call changed is asserted, not what its objects were given before; unsteady assertions are left out."""

from __future__ import annotations

from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate, subject
from codeassist.tasks.gen_tests.search_engine.running.watched import only_changes, steady, watching

RANGE = """
import itertools

_numbers = itertools.count()


class Range:
    def __init__(self, step):
        self.step = step
        self.used = 0

    def take(self):
        self.used += 1
        return self.used * self.step


class Ticket:
    def __init__(self, name):
        self.name = name
        self.number = next(_numbers)
"""


def test_what_an_object_was_made_with_is_not_asserted_of_another_call(bench_of):
    bench = bench_of(RANGE)
    candidate = Candidate("Range.take", ("r = Range(5)",), "r.take()", ("r",))
    assert "r.step == 5" in bench.run(candidate).checks
    candidate, outcome = only_changes(bench, candidate, bench.run(candidate))
    assert outcome.checks == ("{v} == 5", "r.used == 1")
    assert "r.step" in candidate.ignored


def test_an_assertion_that_differs_is_left_out_and_the_others_stay(bench_of):
    bench = bench_of(RANGE)
    candidate = Candidate("Ticket", (), "Ticket('a')")
    kept = steady(bench, candidate, bench.run(candidate))
    assert kept is not None
    assert "{v}.name == 'a'" in kept[1].checks
    assert not any(subject(check) == "{v}.number" for check in kept[1].checks)
    assert (
        steady(bench, Candidate("Ticket", (), "Ticket('a').number"), bench.run(Candidate("", (), "Ticket('a').number"))) is None
    )


def test_arguments_are_named_like_the_parameters(bench_of):
    bench = bench_of("def move(source, target):\n    target.extend(source)\n")
    candidate = Candidate("move", (), "move([1], [2])")
    named, outcome = watching(bench, candidate, bench.run(candidate), {"move": ["source", "target"]})
    assert (named.steps, named.final) == (("source = [1]", "target = [2]"), "move(source, target)")
    assert "target == [2, 1]" in outcome.checks


def test_what_a_call_changes_in_an_object_that_it_is_given_is_asserted(bench_of):
    bench = bench_of(
        "class Part:\n    def __init__(self, size):\n        self.size = size\n        self.place = None\n\n\n"
        "def put(part, place):\n    part.place = place\n\n\ndef look(part):\n    return part.size\n"
    )
    parameters = {"put": ["part", "place"], "look": ["part"]}
    candidate = Candidate("put", (), "put(Part(3), 'a')")
    named, outcome = watching(bench, candidate, bench.run(candidate), parameters)
    assert (named.steps, named.final) == (("part = Part(3)",), "put(part, 'a')")
    assert outcome.checks == ("{v} is None", "part.place == 'a'")
    unchanged = Candidate("look", (), "look(Part(3))")
    assert watching(bench, unchanged, bench.run(unchanged), parameters)[0] == unchanged
