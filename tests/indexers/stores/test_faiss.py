"""The FAISS store compared with a dictionary of NumPy rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexers.stores import faiss as module
from indexers.stores.faiss import FaissStore

DIMENSION = 8


def unit(seed: int, count: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "save"]), st.integers(0, 2**16)), max_size=12))
def test_behaves_like_a_dictionary_of_rows(tmp_path_factory, steps):
    store, model, next_id = FaissStore(DIMENSION), {}, 0
    for action, seed in steps:
        rng = np.random.default_rng(seed)
        if action == "add":
            count = int(rng.integers(0, 20))
            ids = np.arange(next_id, next_id + count)
            rows = unit(seed, count)
            store.add(ids, rows)
            model.update(zip(ids.tolist(), rows, strict=True))
            next_id += count
        elif action == "remove":
            ids = rng.integers(0, next_id + 5, size=int(rng.integers(0, 10)))
            store.remove(ids)
            for i in ids.tolist():
                model.pop(i, None)
        else:
            store = reopened(store, tmp_path_factory.mktemp("v"))
        assert len(store) == len(model)
    query = unit(99, 1)[0]
    ids, scores = store.search(query, 5)
    expected = sorted(((float(row @ query), i) for i, row in model.items()), reverse=True)[:5]
    assert np.allclose(scores, [s for s, _ in expected], atol=2e-2)
    requested = np.array([*model, 10_000], dtype=np.int64)
    stored = store.get(requested)
    assert np.allclose(stored[:-1], np.array(list(model.values())).reshape(-1, DIMENSION), atol=1e-2)
    assert not stored[-1].any()
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
    """A store above the limit of exact search, and its vectors."""
    monkeypatch.setattr(module, "EXACT_LIMIT", 4000)
    monkeypatch.setattr(module, "PROBES_SHARE", 0.25)
    store = FaissStore(DIMENSION)
    rows = unit(5, 20_000)
    store.add(np.arange(20_000), rows)
    return store, rows


def test_inverted_lists_find_most_of_the_exact_neighbours(inverted):
    store, rows = inverted
    matches = 0
    for query in unit(6, 20):
        exact = set(np.argsort(-(rows @ query))[:10].tolist())
        matches += len(exact & set(store.search(query, 10)[0].tolist()))
    assert matches / 200 >= 0.9


def test_inverted_lists_add_remove_filter_save(inverted, tmp_path):
    store, rows = inverted
    store.remove(np.array([3, 4, 99_999]))
    assert len(store) == 19_998
    assert not store.get(np.array([3])).any()
    store.add(np.array([20_001]), rows[3:4])
    assert store.search(rows[3], 1)[0].tolist() == [20_001]
    far = np.argsort(rows @ rows[9])[:4]
    assert set(store.search(rows[9], 10, only=far)[0].tolist()) == set(far.tolist())
    again = reopened(store, tmp_path)
    again.add_bytes(np.array([20_002]), store.added_bytes(rows[4:5]))
    assert again.search(rows[4], 1)[0].tolist() == [20_002]
    again.remove(np.array([20_002]))
    assert again.search(rows[3], 1)[0].tolist() == [20_001]
    again.remove(np.array([20_001]))
    assert len(again) == 19_998


def reopened(store: FaissStore, folder: Path) -> FaissStore:
    (folder / "x.faiss").write_bytes(store.to_bytes())
    return FaissStore.open(folder / "x.faiss", store.dimension)


def test_damaged_or_mismatched_files_are_rejected(tmp_path):
    (tmp_path / "junk").write_bytes(b"junk")
    (tmp_path / "four").write_bytes(FaissStore(4).to_bytes())
    with pytest.raises(ValueError, match="damaged"):
        FaissStore.open(tmp_path / "junk", DIMENSION)
    with pytest.raises(ValueError, match="4 dimensions, not 8"):
        FaissStore.open(tmp_path / "four", DIMENSION)
    with pytest.raises(ValueError):
        FaissStore(4).add_bytes(np.array([1, 2]), b"x" * 7)
