"""The bundled static encoder, and model files in its format."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexers import EncoderError, Index
from indexers.encoders import load
from indexers.encoders.static import StaticEncoder
from indexers.types import Encoder


@pytest.fixture(scope="module")
def encoder():
    return load()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=6))
def test_rows_are_unit_vectors_or_zero(encoder, texts):
    rows = encoder.encode(texts)
    assert rows.shape == (len(texts), encoder.dimension)
    assert rows.dtype == np.float32
    norms = np.linalg.norm(rows, axis=1)
    assert np.all((np.abs(norms - 1) < 1e-4) | (norms == 0))


def test_batch_encoding_equals_encoding_each_text(encoder):
    texts = ["def read(path): ...", "", "🎉", "class HttpClient", "x" * 5000, "read the file " * 400]
    assert np.allclose(encoder.encode(texts * 200)[: len(texts)], np.vstack([encoder.encode([t]) for t in texts]), atol=1e-5)


def test_related_words_are_nearer_than_unrelated_ones(encoder):
    cosine = lambda a, b: float(encoder.encode([a])[0] @ encoder.encode([b])[0])
    assert cosine("delete a file", "remove the document") > cosine("delete a file", "square root of a matrix")
    assert cosine("login password", "authentication credentials") > cosine("login password", "render html template")


def test_bundled_model_has_a_fingerprint_and_loads_quickly(encoder):
    assert isinstance(encoder, Encoder)
    assert encoder.name == "static"
    assert len(encoder.fingerprint) > 16
    started = time.perf_counter()
    StaticEncoder.load()
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("content", [b"", b"junk", b"PK\x03\x04broken"])
def test_a_damaged_model_is_rejected(tmp_path, content):
    (tmp_path / "m.npz").write_bytes(content)
    with pytest.raises(EncoderError, match="not a static model"):
        load(f"static:{tmp_path / 'm.npz'}")


def test_an_unrelated_or_inconsistent_model_is_rejected(tmp_path):
    np.savez(tmp_path / "unrelated.npz", weights=np.zeros(3))
    with pytest.raises(EncoderError, match="not a static model"):
        load(f"static:{tmp_path / 'unrelated.npz'}")
    with pytest.raises(EncoderError, match="arrays do not match"):
        StaticEncoder(np.zeros((2, 3), dtype=np.int8), np.zeros(2, dtype=np.float32), ["one"], "x", "y")


def test_missing_models_and_unknown_encoder_names_are_errors(tmp_path):
    with pytest.raises(EncoderError, match="Cannot read the static model"):
        load(f"static:{tmp_path / 'none.npz'}")
    with pytest.raises(EncoderError, match="Unknown encoder 'magic'"):
        load("magic")


def test_a_custom_encoder_is_used(shop):
    import numpy as np

    table = np.eye(3, dtype=np.int8) * 127
    encoder = StaticEncoder(table, np.ones(3, dtype=np.float32), ["charge", "password", "reserve"], "static", "own-1")
    with Index.build(shop, encoder=encoder) as index:
        (nearest,) = index.similar(["reserve"], 1)[0]
        assert nearest.path.endswith(".go")
        assert round(nearest.similarity, 1) == 1.0
