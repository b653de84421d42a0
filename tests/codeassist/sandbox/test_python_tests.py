"""Files of tests are told by their names, or by what they define in a place for tests."""

from __future__ import annotations

import pytest

from codeassist.sandbox.python_tests import PythonTests, python_tests_below, without_tests
from tests.conftest import write

FUNCTION = "def test_it():\n    assert True\n"
CASE = "from unittest import TestCase\n\n\nclass Smoke(TestCase):\n    def test_it(self):\n        pass\n"
ASYNC = "from unittest import IsolatedAsyncioTestCase\n\n\nclass Smoke(\n    IsolatedAsyncioTestCase\n):\n    async def test_it(self):\n        pass\n"
HELPER = "def tested(value):\n    return value\n\n\nclass Testing:\n    def run(self):\n        return 1\n"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("tests/test_a.py", HELPER, True),
        ("a_test.py", HELPER, True),
        ("tests/smoke.py", FUNCTION, True),
        ("tests/smoke.py", CASE, True),
        ("package/tests/smoke.py", ASYNC, True),
        ("app/tests.py", CASE, True),
        ("tests/helpers.py", HELPER, False),
        ("tests/perf.py", CASE, False),
        ("tests/conftest.py", FUNCTION, False),
        ("tests/__init__.py", CASE, False),
        ("package/smoke.py", CASE, False),
        ("tests/smoke.js", FUNCTION, False),
    ],
)
def test_files_of_tests(tmp_path, path, text, expected):
    write(tmp_path, {path: text})
    assert PythonTests.below(tmp_path).has(path) is expected
    assert [name for name, _ in python_tests_below(tmp_path)] == [path] * expected


def test_beside_files_named_as_tests_others_hold_what_these_share(tmp_path):
    write(tmp_path, {"tests/test_a.py": FUNCTION, "tests/cases.py": CASE, "tests/tests.py": CASE})
    assert [name for name, _ in python_tests_below(tmp_path)] == ["tests/test_a.py", "tests/tests.py"]


def test_a_file_that_does_not_exist_holds_no_tests(tmp_path):
    assert not PythonTests.below(tmp_path).has("tests/smoke.py")


def test_what_was_looked_at_is_named():
    paths = ["tests/__init__.py", "src/a.py", "tests/d.py", "tests/c.py", "tests/b.py", "tests/a.py"]
    assert (
        without_tests(paths) == "looked at 4 Python files in places for tests (tests/a.py, tests/b.py, tests/c.py and 1 more)"
    )
    assert without_tests(["src/a.py"]) == ""
