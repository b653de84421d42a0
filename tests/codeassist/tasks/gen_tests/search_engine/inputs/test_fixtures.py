"""Fixtures of the project's conftest.py serve as values."""

from __future__ import annotations

import time

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.fixtures import Fixtures
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory
from tests.conftest import write

CONFTEST = """
import pytest

ended = []


@pytest.fixture
def word():
    return "abc"


@pytest.fixture
def pair(word, tmp_path):
    yield (word, tmp_path.name)
    ended.append(word)


@pytest.fixture(params=[1, 2])
def number(request):
    return request.param


@pytest.fixture
def client(server):
    return server


@pytest.fixture
async def later():
    return 1


def plain():
    return 1
"""
SOURCE = """
class Store:
    def __init__(self, connection):
        if type(connection).__name__ != "Connection":
            raise TypeError("a connection is needed")
        self.items = {"a": 2}

    def count(self, name):
        return self.items.get(name, 0)


def total(store):
    return sum(store.items.values()) if store.items else -1
"""
STORE = """
import pytest

class Connection:
    pass

@pytest.fixture
def connection():
    return Connection()

@pytest.fixture
def store(connection):
    from subject import Store
    return Store(connection)
"""


def test_only_fixtures_that_can_be_made_are_used(tmp_path):
    root = write(tmp_path, {"conftest.py": CONFTEST, "broken/conftest.py": "import nowhere\n"})
    fixtures = Fixtures([str(root / "conftest.py"), str(root / "broken/conftest.py"), str(root / "gone.py")])
    assert sorted(fixtures.functions) == ["pair", "word"]
    assert Fixtures([str(root / "conftest.py")], ["word"]).functions == {}


def test_a_program_uses_what_it_names_and_does_not_assign(tmp_path):
    fixtures = Fixtures([str(write(tmp_path, {"conftest.py": CONFTEST}) / "conftest.py")])
    assert fixtures.used("len(word)") == ["word"]
    assert fixtures.used("word = 1\nlen(word)") == []
    assert fixtures.used("f(word=1, text='word')") == []
    assert fixtures.used("f(") == []
    assert fixtures.need(["pair"], "tmp_path")
    assert not fixtures.need(["word"], "tmp_path")


def test_every_run_gets_a_fresh_value_that_is_finished(tmp_path):
    fixtures = Fixtures([str(write(tmp_path, {"conftest.py": CONFTEST}) / "conftest.py")])
    ended = fixtures.functions["pair"].__globals__["ended"]
    for n in (1, 2):
        with fixtures.values(["pair"], {"tmp_path": tmp_path}) as values:
            assert values == {"pair": ("abc", tmp_path.name)}
            assert len(ended) == n - 1
        assert len(ended) == n


@pytest.mark.parametrize("text", ["total(store)", "Store(connection)"])
def test_the_search_uses_them(bench_of, tmp_path, text):
    bench = bench_of(SOURCE)
    bench.fixtures = Fixtures([str(write(tmp_path, {"conftest.py": STORE}) / "conftest.py")], list(vars(bench.module)))
    assert not bench.run(Candidate("total", (), "total(store)")).bad
    search = Search(bench, Inventory(bench), 1)
    search.explore(time.monotonic() + 6)
    assert any(text in candidate.text for candidate, outcome in search.kept if not outcome.raised)
