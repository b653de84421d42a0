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
