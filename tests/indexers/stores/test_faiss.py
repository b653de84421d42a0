"""The FAISS store against a plain NumPy model of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexers import IndexUnusableError
from indexers.stores import faiss as module
from indexers.stores.faiss import FaissStore

DIMENSION = 8


def unit(seed: int, count: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "save"]), st.integers(0, 2**16)), max_size=12))
def test_behaves_like_a_dictionary_of_rows(tmp_path_factory, steps):
    store, model, top = FaissStore(DIMENSION), {}, 0
    for what, seed in steps:
        chance = np.random.default_rng(seed)
        if what == "add":
            count = int(chance.integers(0, 20))
            ids = np.arange(top, top + count)
            rows = unit(seed, count)
            store.add(ids, rows)
            model.update(zip(ids.tolist(), rows, strict=True))
            top += count
        elif what == "remove":
            ids = chance.integers(0, top + 5, size=int(chance.integers(0, 10)))
            store.remove(ids)
            for i in ids.tolist():
                model.pop(i, None)
        else:
            path = tmp_path_factory.mktemp("v") / "x.faiss"
            store.save(path)
            store = FaissStore.open(path, DIMENSION)
        assert len(store) == len(model)
    query = unit(99, 1)[0]
    ids, scores = store.search(query, 5)
    expected = sorted(((float(row @ query), i) for i, row in model.items()), reverse=True)[:5]
    assert np.allclose(scores, [s for s, _ in expected], atol=2e-2)
    asked = np.array([*model, 10_000], dtype=np.int64)
    got = store.get(asked)
    assert np.allclose(got[:-1], np.array(list(model.values())).reshape(-1, DIMENSION), atol=1e-2)
    assert not got[-1].any()
    assert len(ids) == min(5, len(model))


def test_a_filter_applies_before_the_top_k():
    store = FaissStore(DIMENSION)
    rows = unit(1, 500)
    store.add(np.arange(500), rows)
    far = np.argsort(rows @ rows[0])[:3]
    ids, _ = store.search(rows[0], 10, only=far)
    assert set(ids.tolist()) == set(far.tolist())
    assert store.search(rows[0], 10, only=np.array([], dtype=np.int64))[0].tolist() == []


@pytest.fixture
def inverted(monkeypatch):
    """A store that has grown past the limit of exact search."""
    monkeypatch.setattr(module, "EXACT_LIMIT", 4000)
    monkeypatch.setattr(module, "PROBES_SHARE", 0.25)
    store = FaissStore(DIMENSION)
    rows = unit(5, 20_000)
    store.add(np.arange(20_000), rows)
    return store, rows


def test_inverted_lists_find_nearly_all_of_the_exact_neighbours(inverted):
    store, rows = inverted
    found = 0
    for query in unit(6, 20):
        exact = set(np.argsort(-(rows @ query))[:10].tolist())
        found += len(exact & set(store.search(query, 10)[0].tolist()))
    assert found / 200 >= 0.9


def test_inverted_lists_add_remove_filter_save(inverted, tmp_path):
    store, rows = inverted
    store.remove(np.array([3, 4, 99_999]))
    assert len(store) == 19_998
    assert not store.get(np.array([3])).any()
    store.add(np.array([20_001]), rows[3:4])
    assert store.search(rows[3], 1)[0].tolist() == [20_001]
    far = np.argsort(rows @ rows[9])[:4]
    assert set(store.search(rows[9], 10, only=far)[0].tolist()) == set(far.tolist())
    store.save(tmp_path / "x.faiss")
    again = FaissStore.open(tmp_path / "x.faiss", DIMENSION)
    assert again.search(rows[3], 1)[0].tolist() == [20_001]
    again.remove(np.array([20_001]))
    assert len(again) == 19_998


def test_a_missing_damaged_or_foreign_file_is_refused(tmp_path):
    with pytest.raises(IndexUnusableError, match="--rebuild"):
        FaissStore.open(tmp_path / "none.faiss", DIMENSION)
    (tmp_path / "junk.faiss").write_bytes(b"junk")
    with pytest.raises(IndexUnusableError, match="--rebuild"):
        FaissStore.open(tmp_path / "junk.faiss", DIMENSION)
    FaissStore(4).save(tmp_path / "four.faiss")
    with pytest.raises(IndexUnusableError, match="4 dimensions, not 8"):
        FaissStore.open(tmp_path / "four.faiss", DIMENSION)
