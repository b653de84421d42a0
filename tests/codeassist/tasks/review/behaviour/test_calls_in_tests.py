"""Calls that running tests make are tried on both versions, in the state that the tests have made."""

from __future__ import annotations

import subprocess
import sys

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.gen_tests.recorded_calls import SEARCH_ENGINE
from codeassist.tasks.review.behaviour import calls_in_tests
from codeassist.tasks.review.behaviour.analyser import WORKER_FOLDER
from codeassist.tasks.review.behaviour.calls_in_tests import CallsInTests
from codeassist.tasks.review.behaviour.compare import ENGINE, WORKER, work_of
from codeassist.tasks.review.behaviour.running_tests import run_both
from codeassist.tasks.review.behaviour.trees import lay_out
from tests.codeassist.tasks.review.behaviour.shelf import RIGHT, SECONDS, SHELF, TESTS
from tests.conftest import write


def test_arguments_and_attributes_are_altered_in_the_state_that_fixtures_made(tried, tmp_path):
    found, _, report = tried(RIGHT, SHELF.format(count="count", room="self.limit - len(self.rows)"))
    assert (report.ran, report.red) == (2, {})
    first, room = found["Shelf.first"], found["Shelf.room"]
    assert first.test == "test_shelf.py::test_first[open]"
    assert first.altered.startswith("count = -")
    assert room.altered.startswith("self.limit = ")
    assert room.before == "0"
    (tmp_path / "shelf.py").write_text(RIGHT)
    (tmp_path / "test_shelf.py").write_text(TESTS)
    done = subprocess.run([sys.executable, "-c", first.reproducer], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "-> []" in done.stdout


def test_a_value_that_no_test_looks_at_differs_in_the_call_of_the_test_itself(tried):
    count = "count if count >= 0 else 0"
    found, _, _ = tried(RIGHT, SHELF.format(count=count, room="len(self.rows) - self.limit if self.limit else 0"))
    assert list(found) == ["Shelf.room"]
    assert (found["Shelf.room"].before, found["Shelf.room"].after, found["Shelf.room"].altered) == ("-1", "1", "")


def test_the_same_behaviour_in_other_words_is_no_difference(tried):
    found, compared, _ = tried(
        RIGHT, SHELF.format(count="max(count, 0)", room="-(len(self.rows) - self.limit) if self.limit else 0")
    )
    assert found == {}
    assert compared > 10


def test_records_beyond_the_limit_are_said_to_be_left_out(tried, monkeypatch):
    gaps = []
    monkeypatch.setattr(calls_in_tests, "MOST_BYTES", 3_000)
    differences = CallsInTests.differences

    def kept(self, *arguments):
        found = differences(self, *arguments)
        gaps.extend(self.gaps)
        return found

    monkeypatch.setattr(CallsInTests, "differences", kept)
    _, compared, _ = tried(RIGHT, SHELF.format(count="count", room="self.limit - len(self.rows)"))
    assert gaps == ["of the calls that tests make only the first 0.003 MB of records were compared"]
    assert compared > 0


def test_a_file_of_tests_that_cannot_be_collected_does_not_stop_the_others(tried):
    tests = "from shelf import Shelf\n\ndef test_one():\n    assert Shelf(int).first(1) == [0]\n"
    broken = {"test_broken.py": "import a_package_that_is_missing\n"}
    _, _, report = tried(RIGHT, SHELF.format(count="-1", room="0"), tests, broken)
    assert list(report.red) == ["test_shelf.py::test_one"]


def test_the_tests_before_one_that_ends_the_run_count(tried):
    tests = """
import os

from shelf import Shelf

def test_one():
    assert Shelf(int).first(1) == [0]

def test_two():
    os._exit(0)
"""
    _, _, report = tried(RIGHT, SHELF.format(count="-1", room="0"), tests)
    assert (report.ran, list(report.red)) == (1, ["test_shelf.py::test_one"])
    assert "did not finish" in report.trouble


def test_a_try_makes_no_tries_of_what_it_calls_in_other_changed_modules(repository):
    inner = "def double(n):\n    return n{more} + n\n"
    outer = "from inner import double\n\ndef total(numbers):\n    return sum(double(n) for n in numbers){more}\n"
    tests = "from outer import total\n\ndef test_total():\n    total([1, 2])\n"
    files = {"inner.py": inner.format(more=""), "outer.py": outer.format(more=""), "test_outer.py": tests}
    root = write(repository(files), {"inner.py": inner.format(more=" + 1"), "outer.py": outer.format(more=" + 0")})
    change = read_change(root, ChangeSelection())
    tools = {ENGINE: SEARCH_ENGINE, WORKER: WORKER_FOLDER}
    with open_sandbox(Target(root / "outer.py", "", root, root), find_interpreter(root, sys.executable), tools) as box:
        calls = CallsInTests(box, lay_out(box, change), change, work_of(change))
        run_both(box, calls.trees, ["test_outer.py"], ["."], SECONDS, calls.watching(calls.trees.after, SECONDS))
        found = calls.differences(["."], SECONDS)
    called = {record.call for record in calls.after if record.function == "double" and not record.label}
    assert called == {"double(n=1)", "double(n=2)"}
    assert {path: {d.function for d in shown} for path, shown in found.items()} == {"inner.py": {"double"}}


ASYNC_SHELF = """
class Shelf:
    def __init__(self, source):
        self.rows = [source() for _ in range(3)]

    async def first(self, count):
        return self.rows[:{count}]
"""
ASYNC_TESTS = """
from unittest import IsolatedAsyncioTestCase

from shelf import Shelf


class ShelfTest(IsolatedAsyncioTestCase):
    async def test_first(self):
        self.assertEqual(await Shelf(lambda: 5).first(2), [5, 5])
"""


def test_calls_in_asynchronous_tests_are_tried_too(tried):
    before, after = ASYNC_SHELF.format(count="count if count >= 0 else 0"), ASYNC_SHELF.format(count="count")
    found, compared, report = tried(before, after, ASYNC_TESTS)
    assert (report.ran, report.red) == (1, {})
    assert compared > 3
    assert found["Shelf.first"].altered.startswith("count = -")
    assert (found["Shelf.first"].before, found["Shelf.first"].test) == ("[]", "test_shelf.py::ShelfTest::test_first")


PROPERTY = """
class Shelf:
    def __init__(self, size):
        self._size = size

    @property
    def size(self):
        return {got}

    @size.setter
    def size(self, value):
        self._size = value
"""


def test_a_property_with_a_setter_is_compared(compare):
    before, after = PROPERTY.format(got="self._size"), PROPERTY.format(got="self._size or None")
    test = "from shelf import Shelf\n\n\ndef test_size():\n    assert Shelf(2).size == 2\n"
    result, analyser = compare({"shelf.py": before, "test_shelf.py": test}, {"shelf.py": after}, seconds=10.0)
    assert [d.function for d in analyser.report.differences] == ["Shelf.size"], result.notes
