"""The vector files of an index: one per generation."""

from __future__ import annotations

import numpy as np
import pytest

from indexers import Index, IndexUnusableError
from indexers.stores.vectors import empty_vectors, open_vectors, remove_other_generations, vectors_path
from tests.conftest import write


def test_missing_vectors_are_reported_even_if_nothing_changed(shop):
    Index.build(shop).close()
    next((shop / ".codeassist").glob("vectors-*")).unlink()
    with pytest.raises(IndexUnusableError, match="--rebuild"):
        Index.build(shop)


def test_vectors_are_opened_by_generation(tmp_path):
    store = empty_vectors(2)
    assert (len(store), store.dimension) == (0, 2)
    store.add(np.array([7]), np.array([[0.0, 1.0]], dtype=np.float32))
    store.save(vectors_path(tmp_path, 3))
    assert np.allclose(open_vectors(tmp_path, 3, 2).get(np.array([7])), [[0.0, 1.0]], atol=1e-2)
    with pytest.raises(IndexUnusableError):
        open_vectors(tmp_path, 4, 2)
    with pytest.raises(IndexUnusableError):
        open_vectors(tmp_path, 3, 5)


def test_the_vector_files_of_other_generations_are_removed(tmp_path):
    write(
        tmp_path,
        dict.fromkeys(("vectors-2.faiss", "vectors-3.faiss", "vectors-3.faiss.tmp", "vectors-33.faiss", "index.db"), "x"),
    )
    remove_other_generations(tmp_path, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.db", "vectors-3.faiss"]


def test_a_file_that_cannot_be_removed_does_not_stop_the_others(tmp_path):
    write(tmp_path, {"vectors-1.faiss/open": "a folder cannot be unlinked", "vectors-2.faiss": "x", "vectors-3.faiss": "x"})
    remove_other_generations(tmp_path, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vectors-1.faiss", "vectors-3.faiss"]
