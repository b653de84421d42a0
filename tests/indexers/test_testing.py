"""The test double for encoders."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexers.testing import HashEncoder
from indexers.types import Encoder


def test_hash_encoder_records_encoded_passages():
    encoder = HashEncoder(4)
    encoder.encode(["a", "b"])
    encoder.encode(["q"], query=True)
    assert encoder.encoded == ["a", "b"]


def test_equal_texts_have_equal_vectors_and_others_unrelated_ones():
    encoder = HashEncoder(64)
    same, again, other = encoder.encode(["a", "a", "b"])
    assert np.array_equal(same, again)
    assert abs(float(same @ other)) < 0.5
    assert np.array_equal(HashEncoder(64).encode(["a"], query=True)[0], same)


@given(st.lists(st.text(max_size=20), max_size=5), st.integers(1, 40))
def test_any_texts_give_unit_vectors(texts, dimension):
    rows = HashEncoder(dimension).encode(texts)
    assert rows.shape == (len(texts), dimension)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-4)


def test_the_fingerprint_changes_with_name_and_dimension():
    assert isinstance(HashEncoder(), Encoder)
    assert len({encoder.fingerprint for encoder in (HashEncoder(4), HashEncoder(8), HashEncoder(4, "other"))}) == 3
