"""Runs of a project's tests: one proposed test, or some files with changes that are not on disk."""

from __future__ import annotations

import pytest

from codeassist.sandbox.test_runs import RunOutcome, Suite, run_python_test, run_suite
from tests.codeassist.sandbox.conftest import with_python
from tests.conftest import write

CODE = "def mean(numbers):\n    return sum(numbers) / len(numbers)\n"
TEST = (
    "from m import mean\n\n\ndef test_mean():\n    assert mean([1, 3]) == 2\n\n\ndef test_one():\n    assert mean([1]) == 1\n"
)


@pytest.fixture(autouse=True)
def _no_active_environment(monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


def test_a_failing_assertion_is_no_fault_of_the_test(tmp_path):
    root = with_python(write(tmp_path, {"src/m.py": CODE, "tests/x.txt": ""}))
    text = "from m import mean\n\n\ndef test_a():\n    assert mean([]) == 0\n"
    outcome = run_python_test(root, root / "src/m.py", text)
    assert outcome == RunOutcome(False, False, "ZeroDivisionError: division by zero")
    assert list((root / "tests").iterdir()) == [root / "tests/x.txt"]


def test_a_test_that_passes_and_one_with_a_fault_of_its_own(tmp_path):
    root = with_python(write(tmp_path, {"m.py": CODE}))
    assert run_python_test(root, root / "m.py", TEST) == RunOutcome(True, False, "")
    outcome = run_python_test(root, root / "m.py", "from m import mean\n\n\ndef test_a():\n    assert men([1]) == 1\n")
    assert (outcome.passed, outcome.own_fault) == (False, True)
    assert outcome.last_line == "NameError: name 'men' is not defined"


def test_a_text_without_tests_or_that_cannot_be_parsed_is_its_own_fault(tmp_path):
    root = with_python(write(tmp_path, {"m.py": CODE}))
    broken = run_python_test(root, root / "m.py", "def test_a(:\n")
    assert (broken.passed, broken.own_fault) == (False, True)
    assert "invalid syntax" in broken.last_line
    assert run_python_test(root, root / "m.py", "x = 1\n") == RunOutcome(False, True, "no test was collected")


def test_changed_files_are_tested_without_being_written(tmp_path):
    root = with_python(write(tmp_path, {"m.py": CODE, "tests/test_m.py": TEST, "pytest.ini": "[pytest]\npythonpath = .\n"}))
    assert run_suite(root, ["tests/test_m.py"]) == Suite(frozenset(), 2)
    changed = run_suite(root, ["tests/test_m.py"], {"m.py": "def mean(numbers):\n    return numbers[0]\n"})
    assert changed == Suite(frozenset({"tests/test_m.py::test_mean"}), 2)
    assert (root / "m.py").read_text() == CODE


def test_the_trouble_is_stated_when_nothing_can_be_run(tmp_path, monkeypatch):
    assert run_suite(tmp_path, []).trouble == "no tests cover it"
    root = with_python(write(tmp_path, {"test_m.py": "x = 1\n"}))
    suite = run_suite(root, ["test_m.py"])
    assert suite.ran == 0
    assert suite.trouble.startswith("no tests ran")
    (root / ".venv/bin/python").unlink()
    monkeypatch.setattr("codeassist.sandbox.interpreter.sys.executable", str(tmp_path / "nowhere"))
    assert "cannot be run" in run_suite(root, ["test_m.py"]).trouble
