"""Arguments of a kind that a function does not take are counted, where its code says what it takes."""

from __future__ import annotations

import pytest

from codeassist.tasks.gen_tests.search_engine.choosing.likely import unlikely_arguments
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = """
class Word:
    def __init__(self, text: str, strict=False):
        self.text = text
        self.strict = strict

    def times(self, count: int, ending: str | None = None):
        return self.text * count


def total(*numbers: int):
    return sum(numbers)


def anything(given):
    return given
"""


@pytest.mark.parametrize(
    ("target", "program", "count"),
    [
        ("Word", "Word('a')", 0),
        ("Word", "Word([])", 1),
        ("Word", "Word(None, strict='yes')", 2),
        ("Word.times", "Word('a').times(2, None)", 0),
        ("Word.times", "Word('a').times('2', ending=3)", 2),
        ("total", "total(1, 2, 'a')", 1),
        ("anything", "anything({})", 0),
        ("total", "total(Word(1))", 1),
    ],
)
def test_literals_of_other_kinds_are_counted(bench_of, target, program, count):
    targets = {t.qualname: t for t in Inventory(bench_of(SOURCE)).targets}
    assert unlikely_arguments(Candidate(target, (), program), targets) == count
