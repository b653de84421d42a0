"""The instrumented copy behaves like the original, reports what runs, and behaves like a mutant when one is active."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.tasks.gen_tests.search_engine.running.instrument import Instrumenter
from codeassist.tasks.gen_tests.search_engine.running.instrument_expressions import PROBE
from codeassist.tasks.gen_tests.search_engine.running.probe import FAR, RELATIONS, Endless, Probe, distance

CODE = """
def grade(points):
    if points > 90:
        return "a"
    for n in range(points):
        try:
            match n:
                case 2:
                    raise KeyError(n)
                case _:
                    pass
        except KeyError:
            return "two"
    return [f"{x}" for x in (points, not points) if x]


class Box:
    size: int = 3

    def __len__(self):
        return self.size if self.size > 1 else 0


LENGTHS = {"box": len(Box())}
"""


def instrumented(source):
    instrumenter, probe = Instrumenter(), Probe()
    names = {PROBE: probe, "__name__": "subject"}
    exec(compile(instrumenter.run(ast.parse(source)), "subject", "exec", dont_inherit=True), names)
    return instrumenter, probe, names


@pytest.mark.parametrize("points", [-5, 0, 1, 2, 5, 90, 91, 100])
def test_the_copy_returns_what_the_original_returns(points):
    original: dict = {}
    exec(CODE, original)
    _, _, names = instrumented(CODE)
    assert names["grade"](points) == original["grade"](points)
    assert names["LENGTHS"] == {"box": 3}


def test_lines_and_branches_that_run_are_reported():
    instrumenter, probe, names = instrumented(CODE)
    probe.clear()
    names["grade"](91)
    assert probe.lines == {3, 4}
    (condition,) = (n for n, line in instrumenter.conditions.items() if line == 3)
    assert (condition, True) in probe.branches
    assert (condition, False) not in probe.branches
    probe.clear()
    names["grade"](5)
    assert {5, 6, 7, 9, 13} <= probe.lines
    assert probe.distances[condition, True] == 85
    assert 90 in probe.compared[condition]


def test_an_active_mutant_changes_the_result():
    instrumenter, probe, names = instrumented(CODE)
    assert [m.id for m in instrumenter.mutants] == list(range(1, len(instrumenter.mutants) + 1))
    (string,) = (m for m in instrumenter.mutants if m.line == 4 and m.operator == "constant")
    assert (string.function, string.at_import) == ("grade", False)
    probe.active = string.id
    assert names["grade"](91) == "XXa"
    probe.active = 0
    assert names["grade"](91) == "a"
    assert {m.line for m in instrumenter.mutants if m.at_import} == {18, 24}


def test_endless_code_is_stopped_at_the_step_limit():
    _, probe, names = instrumented("def f():\n    n = 0\n    while True:\n        n += 1\n")
    probe.limit = 500
    with pytest.raises(Endless):
        names["f"]()


def test_docstrings_and_future_imports_stay_first():
    source = '"""Words."""\nfrom __future__ import annotations\n\n\ndef f(x: Missing = 1):\n    """Doc."""\n    return x\n'
    _, _, names = instrumented(source)
    assert (names["__doc__"], names["f"].__doc__, names["f"]()) == ("Words.", "Doc.", 1)


NUMBERS = st.one_of(st.integers(), st.floats())


@given(st.sampled_from(sorted(RELATIONS)), NUMBERS, NUMBERS)
def test_distances_are_bounded(relation, left, right):
    assert 0 <= distance(relation, left, right) <= FAR


@pytest.mark.parametrize(
    ("relation", "left", "right", "expected"),
    [
        ("Lt", 3, 10, 7.0),
        ("Eq", "abc", "abd", 1.0),
        ("Eq", "abc", "abcdef", 3.0),
        ("In", 1, [2, 3], 1.0),
        ("Eq", float("nan"), 1, FAR),
        ("Eq", None, 1, FAR / 2),
    ],
)
def test_the_distance_of_a_comparison_from_its_opposite(relation, left, right, expected):
    assert distance(relation, left, right) == expected


def test_only_functions_with_the_given_lines_get_mutants_and_lines_are_recorded_everywhere():
    source = "def first(a):\n    return a + 1\n\n\ndef second(a):\n    return a + 2\n"
    every, only = Instrumenter(), Instrumenter(frozenset({2}))
    names = {PROBE: Probe()}
    every.run(ast.parse(source))
    exec(compile(only.run(ast.parse(source)), "subject", "exec"), names)
    assert {m.function for m in every.mutants} == {"first", "second"}
    assert {m.function for m in only.mutants} == {"first"}
    assert [(m.operator, m.line) for m in only.mutants] == [
        (m.operator, m.line) for m in every.mutants if m.function == "first"
    ]
    assert only.lines == every.lines
    assert (names["first"](1), names["second"](1)) == (2, 3)
