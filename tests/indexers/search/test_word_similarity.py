"""Similarity of words and file names by static vectors."""

from __future__ import annotations

import numpy as np
import pytest

from indexers.encoders.static import StaticEncoder
from indexers.search.word_similarity import meanings
from indexers.testing import HashEncoder

VOCABULARY = ["login", "sign", "tree", "against"]


@pytest.fixture(scope="module")
def own():
    """Words in a plane: `sign` is near `login`, `tree` is at a right angle to it, `against` is opposite."""
    table = np.array([[100, 0], [100, 60], [0, 100], [-100, 0]], dtype=np.int8)
    return meanings(StaticEncoder(table, np.ones(4, dtype=np.float32), VOCABULARY, "static", "plane"))


def test_the_encoder_of_the_index_is_used_if_it_is_static(own):
    assert own.knows("login")
    assert not own.knows("password")
    bundled = meanings(HashEncoder())
    assert bundled.knows("password")
    assert meanings(HashEncoder(4)) is bundled


def test_cosines_between_words(own):
    near, same, right_angle, opposite, unknown = own.between("login", ["sign", "login", "tree", "against", "walrus"])
    assert (same, right_angle, opposite, unknown) == pytest.approx((1.0, 0.0, -1.0, 0.0), abs=1e-6)
    assert near == pytest.approx(100 / np.hypot(100, 60), abs=1e-5)
    assert own.between("login", []) == []


def test_a_text_is_compared_with_file_names_and_negative_cosines_become_zero(own):
    paths = ["login.py", "tree/login/__init__.py", "login/tree.py", "against.go"]
    for _ in range(2):  # the second time from the cache
        assert own.to_stems("login", paths) == pytest.approx(dict(zip(paths, (1.0, 1.0, 0.0, 0.0), strict=True)), abs=1e-6)
    assert own.to_stems("login", []) == {}


def test_a_full_cache_is_emptied_and_gives_the_same_cosines(own, monkeypatch):
    monkeypatch.setattr("indexers.search.word_similarity._CACHE_LIMIT", 1)
    for path in ("login.py", "sign.py", "tree.py", "login.py"):
        assert own.to_stems("login", [path])[path] == pytest.approx(own.between("login", [path[:-3]])[0], abs=1e-6)
