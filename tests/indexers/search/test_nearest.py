"""Nearest chunks of texts, and pairs of similar chunks."""

from __future__ import annotations

import pytest

from indexers import Index
from indexers.search import nearest
from indexers.testing import HashEncoder
from tests.conftest import write

BODY = "    total = 0\n    for value in values:\n        total += value * 3\n    return total\n"
LONG = "\n".join(f"    step_{n}(values, {n})" for n in range(40)) + "\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    files = {
        "a.py": f"def scale(values):\n{LONG}",
        "b.py": f"def scale(values):\n{LONG}",
        "c.py": f"def other(values):\n{BODY}",
        "d.txt": "plain words\n",
    }
    root = write(tmp_path_factory.mktemp("nearest"), files)
    with Index.build(root, encoder=HashEncoder(32)) as index:
        yield index


def test_the_same_text_is_nearest_with_a_cosine_of_one(index):
    text = f"def other(values):\n{BODY}".rstrip()
    first, second = index.similar([text, "plain words"], 4)
    assert [near.path for near in (first[0], second[0])] == ["c.py", "d.txt"]
    assert first[0].similarity == pytest.approx(1.0, abs=1e-2)
    assert (first[0].start_line, first[0].end_line) == (1, 5)
    assert [near.similarity for near in first] == sorted((near.similarity for near in first), reverse=True)


def test_texts_without_neighbours(index, tmp_path):
    assert index.similar([], 3) == []
    assert len(index.similar(["x"], 100)[0]) == index.chunk_count
    with Index.build(tmp_path, encoder=HashEncoder(4)) as empty:
        assert empty.similar(["x", "y"], 3) == [[], []]


@pytest.mark.parametrize("batch", [1, 512])
def test_each_pair_of_similar_definitions_is_given_once(index, monkeypatch, batch):
    monkeypatch.setattr(nearest, "BATCH", batch)
    ((one, other),) = {(a.path, b.path) for a, b in index.neighbours(5, 0.95)}
    assert {one, other} == {"a.py", "b.py"}
    assert all(a.id < b.id and a.similarity == b.similarity for a, b in index.neighbours(5, 0.95))


def test_a_chunk_is_not_counted_among_its_own_neighbours(index):
    assert index.neighbours(1, 0.95) == index.neighbours(5, 0.95) != []


def test_chunks_without_a_definition_are_no_neighbours(index):
    every = {path for a, b in index.neighbours(10, -1.0) for path in (a.path, b.path)}
    assert every == {"a.py", "b.py", "c.py"}
