"""`codeassist models verify`: the files of a model are complete."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from tests.conftest import write


def _weights(*, cut: int = 0) -> bytes:
    """A file of weights with one tensor, `cut` bytes too short."""
    head = json.dumps({"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
    return struct.pack("<Q", len(head)) + head + bytes(16 - cut)


@pytest.fixture
def model(tmp_path) -> Path:
    """A folder with the files of a small model."""
    return write(tmp_path / "model", {"config.json": "{}", "tokenizer_config.json": "{}", "model.safetensors": _weights()})


def test_a_complete_folder_is_ok(model, shop, run):
    outcome = run("models", "verify", str(model), cwd=shop)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == f"ok   {model}: all files are complete (no hashes to compare with)\n"


def test_every_problem_is_listed_with_the_command_that_mends_it(model, shop, run):
    (model / "config.json").unlink()
    write(model, {"model.safetensors": _weights(cut=4)})
    outcome = run("models", "verify", f"local:{model}", cwd=shop)
    assert outcome.code == 1
    missing, damaged = outcome.out.splitlines()
    assert missing == "BAD  config.json is missing"
    assert damaged.startswith("BAD  model.safetensors ")
    assert f"codeassist models pull {model}" in outcome.err


def test_a_model_without_files_cannot_be_verified(shop, run):
    outcome = run("models", "verify", cwd=shop)
    assert (outcome.code, "which has no files; name one" in outcome.err) == (2, True)
    missing = run("models", "verify", "./nowhere", cwd=shop)
    assert (missing.code, "There is no model folder nowhere" in missing.err) == (3, True)
