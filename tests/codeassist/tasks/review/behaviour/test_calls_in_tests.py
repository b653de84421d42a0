"""Calls that running tests make are tried on both versions, in the state that the tests have made."""

from __future__ import annotations

import subprocess
import sys

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.gen_tests.recorded_calls import SEARCH_ENGINE
from codeassist.tasks.review.behaviour import calls_in_tests
from codeassist.tasks.review.behaviour.analyser import WORKER_FOLDER, findings_of
from codeassist.tasks.review.behaviour.calls_in_tests import CallsInTests
from codeassist.tasks.review.behaviour.compare import ENGINE, WORKER, work_of
from codeassist.tasks.review.behaviour.report import FileReport, ShownDifference
from codeassist.tasks.review.behaviour.reproducer import reproducer_in_test
from codeassist.tasks.review.behaviour.running_tests import run_both
from codeassist.tasks.review.behaviour.trees import lay_out
from tests.conftest import write

SECONDS = 120.0

SHELF = '''
class Shelf:
    """Made by a loader that only the tests have."""

    def __init__(self, source):
        self.rows = [source() for _ in range(3)]
        self.limit = 2

    def first(self, count):
        """The first rows."""
        return self.rows[:{count}]

    def room(self):
        return {room}
'''
RIGHT = SHELF.format(count="count if count >= 0 else 0", room="self.limit - len(self.rows) if self.limit else 0")
TESTS = """
import pytest

from shelf import Shelf


class Source:
    def __init__(self, connection):
        assert connection == "open"
        self.number = 0

    def __call__(self):
        self.number += 1
        return {"number": self.number, "name": f"row {self.number}"}


@pytest.fixture(params=["open"])
def shelf(request, monkeypatch):
    monkeypatch.setenv("SHELF", "1")
    return Shelf(Source(request.param))


def test_first(shelf):
    assert [row["name"] for row in shelf.first(2)] == ["row 1", "row 2"]


def test_room(shelf):
    shelf.room()
"""


@pytest.fixture
def tried(repository):
    """Change `shelf.py` of a project with tests: (differences by function, calls that were compared, failing tests)."""

    def trying(before, after, tests=TESTS, others=()):
        root = write(repository({"shelf.py": before, "test_shelf.py": tests} | dict(others)), {"shelf.py": after})
        change = read_change(root, ChangeSelection())
        tools = {ENGINE: SEARCH_ENGINE, WORKER: WORKER_FOLDER}
        with open_sandbox(Target(root / "shelf.py", "", root, root), find_interpreter(root, sys.executable), tools) as box:
            calls = CallsInTests(box, lay_out(box, change), change, work_of(change))
            watching = calls.watching(calls.trees.after, SECONDS)
            report = run_both(box, calls.trees, ["test_shelf.py", *dict(others)], ["."], SECONDS, watching)
            found = calls.differences(["."], SECONDS)
        return {d.function: d for d in found.get("shelf.py", ())}, calls.compared["shelf.py"], report

    return trying


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


def test_a_try_does_not_disturb_the_files_of_a_test(tried):
    put = "def put(path, text):\n    with open(path, 'a') as file:\n        file.write({text})\n    return len(text)\n"
    tests = """
from shelf import put

def test_put(tmp_path):
    put(tmp_path / "a", "one")
    assert (tmp_path / "a").read_text() == "one"
"""
    found, _, report = tried(put.format(text="text"), put.format(text="str(text)"), tests)
    assert (found, report.ran, report.red) == ({}, 1, {})


def test_coroutines_and_generators_are_run_to_their_end(tried):
    code = """
async def total(values):
    return sum(values){more}


def evens(values):
    for value in values:
        if value % 2 == 0:
            yield value{more}
"""
    tests = """
import asyncio

from shelf import evens, total

def test_total():
    asyncio.run(total([1, 2]))

def test_evens():
    list(evens([1, 2]))
"""
    found, _, _ = tried(code.format(more=""), code.format(more=" + 1"), tests)
    assert {name: (d.before, d.after) for name, d in found.items()} == {
        "total": ("3", "4"),
        "evens": ("iterator(2)", "iterator(3)"),
    }


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


def test_an_iterator_is_whole_in_each_try(tried):
    code = "def total(values):\n    if isinstance(values, list):\n        return 0\n    return sum(values){more}\n"
    tests = "from shelf import total\n\ndef test_total():\n    total(n for n in (20, 22))\n"
    found, _, _ = tried(code.format(more=""), code.format(more=" + 1"), tests)
    assert (found["total"].before, found["total"].after, found["total"].altered) == ("42", "43", "")


def test_asynchronous_generators_are_read(tried):
    code = "async def evens(values):\n    for value in values:\n        yield value{more}\n"
    tests = """
import asyncio

from shelf import evens

async def read():
    return [value async for value in evens([1, 2])]

def test_evens():
    asyncio.run(read())
"""
    found, _, _ = tried(code.format(more=""), code.format(more=" * 3"), tests)
    assert (found["evens"].before, found["evens"].after) == ("[1, 2]", "[3, 6]")


def test_a_try_in_which_an_effect_is_refused_counts_for_nothing(tried):
    code = "import os\n\ndef put(path):\n    {first}\n    os.mkdir(path)\n"
    tests = "from shelf import put\n\ndef test_put(tmp_path, monkeypatch):\n    monkeypatch.chdir(tmp_path)\n    put('a')\n"
    found, compared, report = tried(code.format(first="pass"), code.format(first="path = str(path)"), tests)
    assert (found, compared, report.red, report.ran) == ({}, 0, {}, 1)


def test_an_altered_attribute_takes_no_file_of_the_test_away(tried):
    code = """
import os


class Owner:
    def __init__(self, path):
        self.path = path

    def __del__(self):
        os.remove(self.path)


class Room:
    def __init__(self, path):
        self.owner = Owner(path)

    def size(self):
        return {size} if self.owner else -1
"""
    tests = """
from shelf import Room

def test_size(tmp_path):
    (tmp_path / "a").touch()
    room = Room(tmp_path / "a")
    room.size()
    assert room.owner.path.exists()
"""
    found, compared, report = tried(code.format(size="1"), code.format(size="2"), tests)
    assert (report.ran, report.red, compared) == (1, {}, 2)
    assert (found["Room.size"].before, found["Room.size"].after) == ("1", "2")


def test_calls_with_temporary_paths_are_the_same_on_both_versions(tried):
    code = "def shout(path):\n    return path.read_text().{how}()\n"
    tests = """
from shelf import shout

def test_shout(tmp_path):
    (tmp_path / "a").write_text("One")
    shout(tmp_path / "a")
"""
    found, _, _ = tried(code.format(how="lower"), code.format(how="upper"), tests)
    assert (found["shout"].before, found["shout"].after) == ("'one'", "'ONE'")


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


def test_a_database_whose_file_is_closed_in_a_try_is_no_difference(tried):
    code = """
class Shelf:
    def __init__(self, database):
        self.database = database
        self.rows = 3

    def count(self, least):
        return {count}
"""
    tests = """
import sqlite3

from shelf import Shelf


def test_count(tmp_path):
    database = sqlite3.connect(tmp_path / "shelf.db")
    database.execute("create table row (name)")
    database.executemany("insert into row values (?)", [("a" * 5000,)] * 3)
    database.commit()
    assert Shelf(database).count(1) == 3
"""
    stored = "self.database.execute('select count(*) from row where length(name) >= ?', (least,)).fetchone()[0]"
    found, _, report = tried(code.format(count="self.rows if least < 5000 else 0"), code.format(count=stored), tests)
    assert (report.ran, report.red, found) == (1, {}, {})
