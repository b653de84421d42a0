"""The search runs in another process, which is restarted without the call that killed it; results must be reproducible."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from codeassist.deadline import Deadline
from codeassist.sandbox.interpreter import Interpreter
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests import Engine, GenerationError, ModuleOptions, ModuleResult
from codeassist.tasks.gen_tests.checking.mutation import MutantResults, MutantTest
from codeassist.tasks.gen_tests.search_engine.protocol import Observation
from codeassist.tasks.gen_tests.search_process import (
    LONGEST_EXTENSION,
    TOOLS,
    confirmed,
    enough_seconds,
    find_observations,
    longest_extension,
    reached,
    reproducible,
    survey,
)
from tests.conftest import write

CODE = """import random
import datetime


def double(n: int) -> int:
    return 2 * n


def roll(n: int) -> float:
    return random.random()


def this_year(n: int) -> int:
    return datetime.date.today().year


def order(n: int) -> list:
    return list({"a", "b", "c", "d", "e", "f"})
"""


@pytest.fixture
def box_of(tmp_path, interpreter):
    with contextlib.ExitStack() as stack:

        def make(source, names=""):
            root = write(tmp_path / "p", {"m.py": source})
            return stack.enter_context(open_sandbox(find_target(f"{root / 'm.py'}{names}", root), interpreter, TOOLS))

        yield make


def test_a_call_that_kills_the_process_is_skipped_after_a_restart(box_of):
    box = box_of("import os\n\n\ndef leave(n: int):\n    os._exit(3)\n\n\ndef double(n: int) -> int:\n    return 2 * n\n")
    result = find_observations(box, [], None, ModuleOptions(5), Deadline(300))
    assert {test.target for test in result.tests} == {"double"}
    assert result.error == ""


def test_what_was_found_before_the_process_died_is_kept(box_of):
    """Many calls end it: the last attempt runs only what was found before."""
    source = "import ctypes\n\n\ndef double(n: int) -> int:\n    return 2 * n\n"
    for name in ("one", "two", "three", "four", "five", "six"):
        source += f"\n\ndef {name}(n: int):\n    if n:\n        ctypes.string_at(0)\n    return {name!r}\n"
    result = find_observations(box_of(source), [], None, ModuleOptions(5), Deadline(300))
    assert result.error == ""
    assert "double" in {test.target for test in result.tests}


def test_a_suspicion_runs_where_it_is_pasted(box_of):
    source = 'def half(n):\n    """\n    >>> half(4)\n    2\n    """\n    return n // 3\n'
    result = find_observations(box_of(source), [], None, ModuleOptions(3), Deadline(300))
    assert [s.code for s in result.suspicions] == ["from m import half\nassert half(4) == 2"]
    assert result.contradicted == ["half"]


def test_only_results_that_another_process_repeats_are_kept(box_of):
    box = box_of(CODE)
    result = ModuleResult("m", Path("test_m.py"))
    entries = find_observations(box, [], None, ModuleOptions(3), Deadline(300)).tests
    assert {entry.target for entry in entries} == {"double", "this_year", "order"}  # the same within one process
    kept = reproducible(box, entries, result)
    assert {entry.target for entry in kept} == {"double"}
    assert result.dropped == {"differs in another process": len(entries) - len(kept)}
    assert reproducible(box, [], result) == []


def test_a_survey_lists_the_selected_targets(box_of):
    result = survey(box_of(CODE, "::double"))
    assert (result.parameters, result.lines) == ({"double": ["n"]}, [6])
    assert result.imported == []


@pytest.mark.parametrize("engine", [Engine.SEARCH, Engine.MODEL])
def test_a_module_that_cannot_be_imported_is_an_error(box_of, engine):
    with pytest.raises(GenerationError, match=r"No tests for m.py: it cannot be imported: ZeroDivisionError"):
        find_observations(box_of("1 / 0\n\n\ndef f(): pass\n"), [], None, ModuleOptions(3, engine=engine), Deadline(300))


def test_what_existing_tests_reach_is_merged():
    tests = {"a": MutantTest(True, [1, 2], [(1, True)], [4]), "b": MutantTest(True, [2, 3], [(1, False)], [])}
    have = reached(MutantResults(frozenset({4, 2}), 5, True, tests), ModuleOptions(missing=frozenset({9, 8})))
    assert (have.lines, have.branches, have.killed, have.only) == ([1, 2, 3], [(1, False), (1, True)], [2, 4], [8, 9])
    assert reached(None, ModuleOptions(missing=frozenset({3}))).only == [3]


@pytest.mark.parametrize(
    ("seconds", "start", "enough"),
    [(60, 0.3, 60), (10, 0.3, 10), (10, 3.0, 54.0), (10, 30.0, 10 + LONGEST_EXTENSION)],
)
def test_a_budget_that_is_too_short_on_a_busy_machine_is_extended(seconds, start, enough):
    interpreter = Interpreter("python", True, start_seconds=start)
    assert enough_seconds(seconds, interpreter, 3) == enough


def test_assertions_that_differ_in_another_process_are_left_out():
    entry = Observation("f", [], "f()", checks=["{v}.a == 1", "{v}.b == 2"], signature="x")
    assert confirmed(entry, "x", []) == entry
    assert confirmed(entry, "y", ["{v}.a == 1", "{v}.b == 3"]).checks == ["{v}.a == 1"]
    assert confirmed(entry, "y", []) is None


@pytest.mark.parametrize(("seconds", "longest"), [(20, 10.0), (60, 30.0), (600, 60.0)])
def test_checks_extend_a_budget_by_half_of_it_and_not_more_than_a_minute(seconds, longest):
    assert longest_extension(seconds) == longest
