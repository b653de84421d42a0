"""The mutants that tests kill are measured test by test; what is already killed is not tried again."""

from __future__ import annotations

import pytest

from codeassist.sandbox.pytest_runs import generated_path
from codeassist.sandbox.results import Proposal
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests.checking.mutation import measure_mutants, run_with_mutants
from codeassist.tasks.gen_tests.search_process import TOOLS
from tests.conftest import write

SOURCE = """BASE = 10


def price(count):
    if count > 3:
        return BASE * count - 1
    return BASE * count


def unused(n):
    return n + 1
"""
TESTS = """from shop import price


def test_few():
    assert price(2) == 20


def test_few_again():
    assert price(2) == 20


def test_many():
    assert price(5) == 49


def test_wrong():
    assert price(1) == 11
"""


@pytest.fixture(scope="module")
def box(tmp_path_factory, interpreter):
    root = write(tmp_path_factory.mktemp("p"), {"shop.py": SOURCE})
    with open_sandbox(find_target(str(root / "shop.py"), root), interpreter, TOOLS) as opened:
        opened.put(generated_path(opened), TESTS)
        yield opened


@pytest.fixture(scope="module")
def results(box):
    return measure_mutants(box, [generated_path(box)], 30)


def test_each_test_is_credited_with_what_it_kills_first(results):
    assert {name: test.passed for name, test in results.tests.items()} == {
        "test_few": True,
        "test_few_again": True,
        "test_many": True,
        "test_wrong": False,
    }
    assert results.tests["test_few"].kills
    assert results.tests["test_many"].kills
    assert results.tests["test_few_again"].kills == results.tests["test_wrong"].kills == []
    assert not set(results.tests["test_few"].kills) & set(results.tests["test_many"].kills)
    assert "assert 10 == 11" in results.tests["test_wrong"].output
    assert (results.tests["test_few"].lines, results.tests["test_many"].lines) == ([5, 7], [5, 6])
    assert list(results.conditions.values()) == [5]


def test_mutants_of_import_time_code_count_and_unreached_ones_survive(results):
    inside = {m for test in results.tests.values() for m in test.kills}
    assert results.killed > inside
    assert results.complete
    assert len(results.killed) < results.total


def test_known_mutants_are_not_tried_again(box, results):
    again = measure_mutants(box, [generated_path(box)], 30, results.killed, at_import=False)
    assert [test.kills for test in again.tests.values()] == [[], [], [], []]
    assert again.total == results.total


def test_proposals_get_their_runs(box, results):
    proposals = [Proposal(n, "") for n in ("test_few", "test_wrong", "test_missing")]
    runs = run_with_mutants(box, generated_path(box), proposals, frozenset(), 30)
    assert {name: run.passed for name, run in runs.items()} == {"test_few": True, "test_wrong": False, "test_missing": False}
    assert (runs["test_missing"].output, runs["test_missing"].own_fault) == ("pytest did not collect it", True)
    assert runs["test_few"].kills


def test_nothing_is_measured_without_tests_or_time(box):
    assert measure_mutants(box, [], 30) is None
    assert measure_mutants(box, [generated_path(box)], 0.5) is None
    assert run_with_mutants(box, box.copy / "nowhere.py", [], frozenset(), 5) is None
