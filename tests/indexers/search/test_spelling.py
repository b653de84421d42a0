"""Misspelled words and names find what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers import Index
from indexers.search.spelling import most_mistakes, nearest_spellings

STORE = '''
class Store:
    def open(self): return 1

    def execute(self, text):
        """Run a statement."""
        return text

    def rollback(self): return 2

    def getConnection(self): return 3


class StoreFactory:
    def make_store(self): return Store()
'''


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = tmp_path_factory.mktemp("spelling")
    (root / "store.py").write_text(STORE, encoding="utf-8")
    (root / ".gitignore").write_text("*.pyc\n__pycache__\nbuild\n", encoding="utf-8")
    (root / "README.md").write_text("# Store\n\nKeeps rows.\n", encoding="utf-8")
    with Index.build(root) as built:
        yield built


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("exeucte", "execute"),
        ("rollbak", "rollback"),
        ("Store.rolback", "rollback"),
        ("getConection", "getConnection"),
        ("where is make_stoer", "make_store"),
    ],
)
def test_a_misspelled_name_finds_the_definition_that_it_means_first(index, query, name):
    first = index.search(query)[0]
    assert first.path == "store.py"
    assert first.name == name


def test_a_name_that_is_there_is_not_respelled(index):
    assert index.search("open")[0].name == "open"
    assert index.search("StoreFactory")[0].name == "StoreFactory"


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        ("exeuct", ["execut", "exact"], ["execut"]),
        ("load", ["road", "lead"], []),
        ("lod", ["load"], []),
        ("opne", ["open", "one"], ["open"]),
        ("recieve", ["receive", "relieve"], ["receive"]),
        ("conectoin", ["connection", "collection"], ["connection"]),
        ("commit", ["commit"], []),
    ],
)
def test_nearest_spellings(word, candidates, expected):
    assert nearest_spellings(word, candidates) == expected


@given(st.text("abcdefgh", min_size=4, max_size=14), st.data())
def test_a_missing_letter_is_always_one_mistake(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    shorter = word[:at] + word[at + 1 :]
    expected = [word] if most_mistakes(shorter) else []
    assert nearest_spellings(shorter, [word]) == expected
