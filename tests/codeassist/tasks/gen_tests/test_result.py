"""Results count dropped tests, decide the exit code, and have a documented JSON form."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeassist.errors import UsageError
from codeassist.sandbox.results import Coverage
from codeassist.tasks.gen_tests.result import FLAKY, GenerationError, GenTestsResult, ModuleResult
from codeassist.tasks.gen_tests.search_engine.protocol import Suspicion


def module(*tests) -> ModuleResult:
    return ModuleResult("shop.cart", Path("tests/test_cart.py"), tests=list(tests))


def test_dropped_tests_are_counted_by_reason():
    result = module()
    result.drop(FLAKY)
    result.drop(FLAKY, 2)
    result.drop("fails", 0)
    assert (result.dropped, result.flaky) == ({FLAKY: 3}, 3)
    assert module().flaky == 0


def test_the_json_form_of_a_module():
    result = module("test_a")
    result.before, result.after = Coverage((1, 4), (0, 2)), Coverage((4, 4), (2, 2))
    result.mutants, result.mutants_before, result.seconds = (5, 6), (1, 6), 1.26
    result.suspicions = [Suspicion("f", "raises", 3, "f(0)"), Suspicion("", "odd", 0, "", by="model")]
    value = result.as_json()
    assert value["coverage_before"] == {"lines": (1, 4), "branches": (0, 2)}
    assert value["coverage_after"] == {"lines": (4, 4), "branches": (2, 2)}
    assert (value["mutants"], value["mutants_killed"], value["mutants_killed_before"]) == (6, 5, 1)
    assert (value["path"], value["seconds"], value["trouble"]) == ("tests/test_cart.py", 1.3, None)
    assert value["suspicions"] == [
        {"target": "f", "what": "raises", "line": 3, "code": "f(0)"},
        {"target": "", "what": "odd", "line": 0, "code": "", "by": "model"},
    ]


def test_what_was_not_measured_is_null():
    value = module().as_json()
    assert (value["mutants"], value["mutants_killed"], value["mutants_killed_before"]) == (None, None, None)


def test_the_json_form_of_a_request_lists_failures():
    value = GenTestsResult(modules=[module("test_a")], failed=[("a.py", GenerationError("a.py cannot be imported."))]).as_json()
    assert value["schema"] == "codeassist.gen-tests/1"
    assert value["failed"] == [{"path": "a.py", "error": "a.py cannot be imported."}]
    assert "usage" not in value


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (GenTestsResult(modules=[module("test_a")]), 0),
        (GenTestsResult(modules=[module(), module("test_a")]), 0),
        (GenTestsResult(modules=[module()]), 1),
        (GenTestsResult(nothing_to_do=True), 0),
        (GenTestsResult(modules=[module("test_a")], failed=[("a.py", UsageError("no"))]), 2),
    ],
)
def test_the_exit_code(result, code):
    assert result.exit_code == code
