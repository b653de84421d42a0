"""What a try in a running test may do: it reads iterators and coroutines to their end, and leaves files and effects alone."""

from __future__ import annotations


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
