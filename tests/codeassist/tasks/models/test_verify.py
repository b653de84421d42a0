"""Model folders against the hashes that the hub states."""

from __future__ import annotations

import hashlib
import json
import struct

import pytest

from codeassist.config import Config, ModelConfig
from codeassist.errors import ModelError, UsageError
from codeassist.tasks.models import verify
from tests.conftest import write

WEIGHTS = struct.pack("<Q", 2) + b"{}"


@pytest.fixture
def model(tmp_path):
    """A folder as in the hub's cache: its weights are a link to a file that is named by its hash."""
    folder = write(tmp_path / "model", {"config.json": "{}", "tokenizer_config.json": "{}"})
    blob = tmp_path / "blobs" / hashlib.sha256(WEIGHTS).hexdigest()
    blob.parent.mkdir()
    blob.write_bytes(WEIGHTS)
    (folder / "model.safetensors").symlink_to(blob)
    return folder


def test_a_complete_model_has_no_problems(model):
    result = verify(Config(), str(model))
    assert (result.problems, result.hashed, result.folder) == ([], 1, model)


def test_the_configured_model_is_the_default(model):
    result = verify(Config(model=ModelConfig(name=f"local:{model}")), None)
    assert (result.name, result.hashed) == (str(model), 1)


def test_a_changed_byte_is_found(model):
    blob = (model / "model.safetensors").resolve()
    blob.write_bytes(struct.pack("<Q", 2) + b"[]")
    problems = verify(Config(), f"local:{model}").problems
    assert f"model.safetensors is damaged: its hash is not {blob.name[:12]}…" in problems


def test_missing_files_are_named(model):
    (model / "config.json").unlink()
    write(model, {"model.safetensors.index.json": json.dumps({"weight_map": {"a": "part-2.safetensors"}})})
    assert verify(Config(), str(model)).problems == ["config.json is missing", "part-2.safetensors is missing"]


def test_files_without_a_stated_hash_are_not_counted(model):
    (model / "model.safetensors").unlink()
    write(model, {"model.safetensors": WEIGHTS, "0" * 64: "a name as long as a hash"})
    result = verify(Config(), str(model))
    assert (result.problems, result.hashed) == ([], 0)


def test_a_model_without_files_or_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="'none', which has no files"):
        verify(Config(), None)
    with pytest.raises(ModelError, match="There is no model folder"):
        verify(Config(), str(tmp_path / "missing"))
