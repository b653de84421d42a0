"""Tests that may reach a change and could not be run are named where a module is said to do the same."""

from __future__ import annotations

import pytest

SOURCE = "def size(items):\n    return len(items)\n"
SAME = SOURCE.replace("return len(items)", "number = len(items)\n    return number")
MISSING = "import a_library_that_nobody_has\nfrom shop import size\n\n\ndef test_size():\n    assert size([1]) == 1\n"


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ({"test_shop.py": MISSING}, "test_shop.py could not be run (ModuleNotFoundError: No module named 'a_library"),
        (
            {"test_shop.py": MISSING, "test_more.py": MISSING.replace("import a_library_that_nobody_has\n", "")},
            "test_shop.py could not be run (ModuleNotFoundError: No module named 'a_library",
        ),
        (
            {"test_shop.py": f"import pytest\n\npytest.importorskip('a_library_that_nobody_has')\n{MISSING}"},
            "test_shop.py could not be run (Skipped: could not import 'a_library_that_nobody_has'",
        ),
        (
            {"conftest.py": "raise ImportError('not here')\n", "test_shop.py": MISSING},
            "the tests that may reach it say nothing: pytest could not run them: ImportError: not here",
        ),
        (
            {"test_shop.py": "from shop import size\n\n\ndef test_size():\n    assert size([1]) == 2\n"},
            "the tests that may reach it say nothing: all 1 fail before the change too",
        ),
    ],
    ids=["an import", "one of two files", "skipped as a whole", "a conftest", "failing on both"],
)
def test_tests_that_say_nothing_are_named_in_the_line_of_the_module(compare, tests, said):
    result, analyser = compare({"shop.py": SOURCE, **tests}, {"shop.py": SAME}, seconds=10.0)
    (line,) = [note for note in result.notes if note.startswith("shop.py")]
    assert "did the same before and after" in line
    assert said in line
    (file,) = analyser.report.as_json()["files"]
    assert said in file["tests_not_run"]


def test_nothing_is_said_where_the_tests_ran(compare):
    test = MISSING.replace("import a_library_that_nobody_has\n", "")
    result, _ = compare({"shop.py": SOURCE, "test_shop.py": test}, {"shop.py": SAME}, seconds=10.0)
    (line,) = [note for note in result.notes if note.startswith("shop.py")]
    assert "could not be run" not in line
    assert "say nothing" not in line


def test_tests_that_use_what_changed_run_first(compare):
    slow = "import time\n\nfrom shop import size\n\n\n"
    slow += "".join(f"def test_{n}():\n    time.sleep(2)\n\n\n" for n in range(60))
    slow += "def test_size():\n    assert size([1]) == 1\n"
    result, analyser = compare(
        {"shop.py": SOURCE, "test_shop.py": slow}, {"shop.py": SOURCE.replace("len(items)", "2")}, seconds=30.0
    )
    assert list(analyser.report.tests.red) == ["test_shop.py::test_size"]
    assert any(f.rule == "test-now-fails" for f in result.every)


SMOKE = """
from unittest import IsolatedAsyncioTestCase

from shop import size


class Smoke(IsolatedAsyncioTestCase):
    async def test_size(self):
        self.assertEqual(size([1]), 1)
"""


def test_tests_in_a_file_of_another_name_are_run(compare):
    changed = SOURCE.replace("len(items)", "len(items) + 1")
    result, analyser = compare({"shop.py": SOURCE, "tests/smoke.py": SMOKE}, {"shop.py": changed}, seconds=10.0)
    assert list(analyser.report.tests.red) == ["tests/smoke.py::Smoke::test_size"]
    assert any(f.rule == "test-now-fails" for f in result.every)


def test_tests_that_fail_before_the_change_too_are_named(compare):
    test = "from shop import size\n\n\ndef test_size():\n    assert size([1]) == 2\n\n\ndef test_none():\n    assert size([]) == 0\n"
    result, analyser = compare({"shop.py": SOURCE, "test_shop.py": test}, {"shop.py": SAME}, seconds=10.0)
    assert analyser.report.as_json()["tests"]["failing_before_and_after_names"] == ["test_shop.py::test_size"]
    (line,) = [note for note in result.notes if "covering tests ran" in note]
    assert "; 1 fail on the old code too (test_shop.py::test_size)" in line


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "the repository has no Python test files"),
        (
            {"tests/helpers.py": "def made():\n    return 1\n"},
            "looked at 1 Python file in places for tests (tests/helpers.py); none holds tests",
        ),
        (
            {"tests/test_other.py": "def test_it():\n    assert True\n"},
            "none of 1 test file names the changed module, its package or a changed function",
        ),
        ({"test_shop.py": "from shop import size\n"}, "pytest collected no test in test_shop.py"),
    ],
    ids=["none", "helpers", "of something else", "empty"],
)
def test_why_no_test_ran_is_said(compare, files, said):
    result, analyser = compare({"shop.py": SOURCE, **files}, {"shop.py": SAME}, seconds=10.0)
    assert f"no covering test was run: {said}" in result.notes
    assert analyser.report.as_json()["tests"]["not_run"] == said


@pytest.mark.parametrize(
    "settings",
    [
        "[tool.pytest.ini_options]\naddopts = '--an-option-of-a-plugin-that-nobody-has=3'\n",
        "[tool.pytest.ini_options]\nfilterwarnings = ['error::a_module_that_nobody_has.Warned']\n",
    ],
    ids=["an option", "a filter of warnings"],
)
def test_without_settings_that_pytest_refuses_the_tests_run(compare, settings):
    test = MISSING.replace("import a_library_that_nobody_has\n", "")
    changed = SOURCE.replace("len(items)", "len(items) + 1")
    files = {"shop.py": SOURCE, "test_shop.py": test, "pyproject.toml": settings}
    _, analyser = compare(files, {"shop.py": changed}, seconds=15.0)
    assert list(analyser.report.tests.red) == ["test_shop.py::test_size"], analyser.report.tests
