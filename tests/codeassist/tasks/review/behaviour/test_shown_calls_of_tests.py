"""Differences in the calls of tests are shown with the test, what is altered, and a program that runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from codeassist.tasks.review.behaviour.analyser import findings_of
from codeassist.tasks.review.behaviour.report import FileReport, ShownDifference
from codeassist.tasks.review.behaviour.reproducer import reproducer_in_test
from tests.conftest import write


@pytest.mark.parametrize("altered", ["a = Row(1)", "a = [1, 2, …", "a = nan"])
def test_no_program_is_made_for_a_value_that_cannot_be_written_down(altered):
    assert reproducer_in_test("m", "f", 1, altered, "test_m.py::test_f") == ""


def test_a_program_finds_modules_below_src(tmp_path):
    write(tmp_path, {"src/shop.py": "def price(n):\n    return n * 2\n"})
    write(tmp_path, {"test_shop.py": "from shop import price\n\ndef test_price():\n    price(1)\n"})
    program = reproducer_in_test("shop", "price", 1, "n = 21", "test_shop.py::test_price", "src")
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "-> 42" in done.stdout


@pytest.mark.parametrize(
    ("altered", "said"),
    [
        ("", "f(a=0), as in test_f.py::test_f: before 1, now 2"),
        ("a = 0", "f(a=0), as in test_f.py::test_f but for a: before 1, now 2"),
        ("self.b = 0", "f(a=0), as in test_f.py::test_f but for self.b = 0: before 1, now 2"),
    ],
)
def test_a_finding_names_the_test_and_what_is_another_argument(altered, said):
    shown = ShownDifference("m.py", 1, 1, "f", "f(a=0)", "1", "2", "value", "", test="test_f.py::test_f", altered=altered)
    report = FileReport("m.py", differences=[shown])
    assert [f.message for f in findings_of(report)] == [said]
