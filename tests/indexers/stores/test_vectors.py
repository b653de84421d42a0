"""The vector files of an index: one per generation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexers import Index, IndexUnusableError
from indexers.stores.vectors import (
    SavedVectors,
    VectorChanges,
    empty_vectors,
    open_vectors,
    remove_other_vectors,
    save_vectors,
)
from tests.conftest import write


def test_missing_vectors_are_reported_even_if_nothing_changed(shop):
    Index.build(shop).close()
    next((shop / ".codeassist").glob("vectors-*")).unlink()
    with pytest.raises(IndexUnusableError, match="--rebuild"):
        Index.build(shop)


def test_vectors_are_saved_as_a_file_and_a_log(tmp_path):
    store = empty_vectors(2)
    assert (len(store), store.dimension) == (0, 2)
    saved = change(store, tmp_path, 3, SavedVectors(), added={n: [0.0, 1.0] for n in range(100)})
    assert (saved.base, saved.log_size) == (3, 0)
    later = change(store, tmp_path, 4, saved, removed=[5], added={200: [1.0, 0.0]})
    assert later.base == 3
    assert later.log_size > 0
    before, after = open_vectors(tmp_path, saved, 2), open_vectors(tmp_path, later, 2)
    assert (len(before), len(after)) == (100, 100)
    assert np.allclose(after.get(np.array([5, 200])), [[0, 0], [1, 0]], atol=1e-2)
    assert np.allclose(before.get(np.array([5, 200])), [[0, 1], [0, 0]], atol=1e-2)
    for wrong in (SavedVectors(4, 1, 1), replace(later, log_size=later.log_size + 1), replace(saved, crc=1)):
        with pytest.raises(IndexUnusableError, match="--rebuild"):
            open_vectors(tmp_path, wrong, 2)
    with pytest.raises(IndexUnusableError, match="2 dimensions, not 5"):
        open_vectors(tmp_path, saved, 5)


def test_what_a_killed_commit_appended_is_overwritten(tmp_path):
    store = empty_vectors(2)
    saved = change(store, tmp_path, 1, SavedVectors(), added={n: [0.0, 1.0] for n in range(100)})
    change(open_vectors(tmp_path, saved, 2), tmp_path, 2, saved, added={100: [1.0, 0.0], 101: [1.0, 0.0]})
    again = change(open_vectors(tmp_path, saved, 2), tmp_path, 2, saved, added={102: [1.0, 0.0]})
    reopened = open_vectors(tmp_path, again, 2)
    assert len(reopened) == 101
    assert [bool(row.any()) for row in reopened.get(np.array([100, 101, 102]))] == [False, False, True]
    assert (tmp_path / "vectors-1.log").stat().st_size == again.log_size


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.lists(st.integers(0, 400), max_size=8)), min_size=1, max_size=8))
def test_saved_vectors_are_those_of_the_store(tmp_path_factory, commits):
    folder, store, saved, next_id = tmp_path_factory.mktemp("v"), empty_vectors(4), SavedVectors(), 0
    rng = np.random.default_rng(1)
    for generation, (count, removed) in enumerate(commits, 1):
        rows = {next_id + n: rng.normal(size=4).tolist() for n in range(count)}
        known = [number for number in removed if number < next_id]
        saved = change(store, folder, generation, saved, removed=known, added=rows)
        next_id += count
        remove_other_vectors(folder, saved.base)
        reopened, ids = open_vectors(folder, saved, 4), np.arange(next_id + 1)
        assert len(reopened) == len(store)
        assert np.array_equal(reopened.get(ids), store.get(ids))
    assert {path.name for path in folder.iterdir()} <= {f"vectors-{saved.base}.faiss", f"vectors-{saved.base}.log"}


@pytest.mark.parametrize("dimension", [64, 384])
def test_an_initial_build_of_many_commits_writes_each_vector_once(tmp_path, dimension):
    store, saved, written = empty_vectors(dimension), SavedVectors(), 0
    rng = np.random.default_rng(1)
    for generation in range(1, 81):
        ids = range(generation * 50, generation * 50 + 50)
        saved, size = counted(store, tmp_path, generation, saved, added={n: rng.normal(size=dimension).tolist() for n in ids})
        written += size
    assert written <= 1.1 * len(store.to_bytes())
    assert np.array_equal(open_vectors(tmp_path, saved, dimension).get(np.arange(4100)), store.get(np.arange(4100)))


@pytest.mark.parametrize("replaced", [1, 50, 400])
def test_replaced_vectors_are_written_about_twice_and_their_space_is_used_again(tmp_path, replaced):
    dimension, count, rng = 64, 1_000, np.random.default_rng(1)
    store, saved, written = empty_vectors(dimension), SavedVectors(), 0
    commits = max(20, 3_000 // replaced)
    oldest = count
    saved, written = counted(store, tmp_path, 1, saved, added={n: rng.normal(size=dimension).tolist() for n in range(count)})
    for generation in range(2, commits + 2):
        new = range(oldest, oldest + replaced)
        gone = range(oldest - count, oldest - count + replaced)
        rows = {n: rng.normal(size=dimension).tolist() for n in new}
        saved, size = counted(store, tmp_path, generation, saved, removed=gone, added=rows)
        written, oldest = written + size, oldest + replaced
        remove_other_vectors(tmp_path, saved.base)
        assert saved.size + saved.log_size <= 2.2 * len(store.to_bytes())
    assert written <= 2.5 * (count + commits * replaced) * (dimension + 8)
    ids = np.arange(oldest)
    assert np.array_equal(open_vectors(tmp_path, saved, dimension).get(ids), store.get(ids))


def test_a_log_longer_than_what_is_added_at_once_is_replayed(tmp_path, monkeypatch):
    monkeypatch.setattr("indexers.stores.vectors._REPLAY_BYTES", 100)
    store, saved, rng = empty_vectors(8), SavedVectors(), np.random.default_rng(1)
    for generation in range(1, 31):
        rows = {generation * 3 + n: rng.normal(size=8).tolist() for n in range(3)}
        saved = change(store, tmp_path, generation, saved, removed=[generation], added=rows)
    assert saved.log_size > 5 * 100
    assert np.array_equal(open_vectors(tmp_path, saved, 8).get(np.arange(100)), store.get(np.arange(100)))


def test_the_vector_files_of_other_generations_are_removed(tmp_path):
    names = ("vectors-2.faiss", "vectors-2.log", "vectors-3.faiss", "vectors-3.log", "vectors-3.faiss.tmp", "vectors-33.faiss")
    write(tmp_path, dict.fromkeys((*names, "vectors-mine.txt", "index.db"), "x"))
    remove_other_vectors(tmp_path, 3)
    kept = ["index.db", "vectors-3.faiss", "vectors-3.log", "vectors-mine.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == kept


def test_a_file_that_cannot_be_removed_does_not_stop_the_others(tmp_path):
    write(tmp_path, {"vectors-1.faiss/open": "a folder cannot be unlinked", "vectors-2.faiss": "x", "vectors-3.faiss": "x"})
    remove_other_vectors(tmp_path, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vectors-1.faiss", "vectors-3.faiss"]


def counted(store, folder, generation, saved, **changes) -> tuple[SavedVectors, int]:
    """As `change`, with the number of bytes written."""
    after = change(store, folder, generation, saved, **changes)
    return after, after.size if after.base != saved.base else after.log_size - saved.log_size


def change(store, folder, generation, saved, *, removed=(), added=None) -> SavedVectors:
    """Change a store and save it as one commit does."""
    ids = np.array(list(added or {}), dtype=np.int64)
    rows = np.array(list((added or {}).values()), dtype=np.float32).reshape(len(ids), store.dimension)
    gone = np.array(removed, dtype=np.int64)
    store.remove(gone)
    store.add(ids, rows)
    return save_vectors(folder, store, generation, saved, VectorChanges(gone, ids, rows), often=True)
