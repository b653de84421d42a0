"""Model folders: what is missing or damaged in them, their size, and downloads that fail."""

from __future__ import annotations

import json
import re
import struct
import sys
from pathlib import Path
from types import ModuleType

import pytest

from codeassist.errors import ConfigError, ModelError
from codeassist.models import hub
from tests.conftest import write


def shard(tensors: dict[str, tuple[str, list[int], int]], *, lost: int = 0) -> bytes:
    """A safetensors file: name -> (number format, shape, bytes); `lost` bytes are missing at its end."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, (dtype, shape, size) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    data = struct.pack("<Q", len(text)) + text + b"\0" * end
    return data[: len(data) - lost]


WEIGHTS = {"a": ("BF16", [2, 3], 12), "b": ("F32", [2], 8)}
COMPLETE = {"config.json": "{}", "tokenizer_config.json": "{}", "model.safetensors": shard(WEIGHTS)}


def test_a_complete_folder_has_no_problems(tmp_path):
    assert list(hub.problems(write(tmp_path, COMPLETE))) == []


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"model.safetensors": shard(WEIGHTS, lost=1)}, r"model.safetensors is truncated: \d+ of \d+ bytes"),
        ({"model.safetensors": struct.pack("<Q", 10**9) + b"{}"}, "model.safetensors is truncated: 10 bytes"),
        ({"model.safetensors": b"\xff"}, "model.safetensors is damaged: its header cannot be read"),
        ({"model.safetensors": struct.pack("<Q", 2) + b"[]"}, "model.safetensors is damaged: its header is not an object"),
        (
            {"model.safetensors": struct.pack("<Q", 8) + b'{"a": 1}'},
            "model.safetensors is damaged: its header lists no offsets",
        ),
        ({"blobs/x.incomplete": ""}, r"a download is incomplete \(\*.incomplete\)"),
        ({"model.safetensors.index.json": "{"}, "model.safetensors.index.json is damaged"),
        ({"model.safetensors.index.json": "[]"}, "model.safetensors.index.json is damaged"),
        ({"model.safetensors.index.json": '{"weight_map": {"a": "part-2.safetensors"}}'}, "part-2.safetensors is missing"),
    ],
)
def test_damage_is_named(tmp_path, files, problem):
    write(tmp_path, COMPLETE | files)
    [found] = hub.problems(tmp_path)
    assert re.fullmatch(problem, found)


def test_what_is_missing_is_named(tmp_path):
    assert list(hub.problems(tmp_path)) == [
        "config.json is missing",
        "tokenizer_config.json is missing",
        "there are no weights (*.safetensors)",
    ]
    write(tmp_path, {"pytorch_model.bin": b"12345"})
    assert "there are no weights (*.safetensors)" not in list(hub.problems(tmp_path))


def test_sizes_and_parameters_are_read_from_the_headers(tmp_path):
    first = shard({"a": ("BF16", [2, 3], 12), "b": ("BF16", [], 2)})
    second = shard({"c": ("F32", [5], 20)})
    write(tmp_path, {"model-1.safetensors": first, "model-2.safetensors": second})
    assert hub.parameters(tmp_path) == (12, "BF16")
    assert hub.weights_size(tmp_path) == len(first) + len(second)


def test_parameters_without_safetensors_are_estimated_by_size(tmp_path):
    write(tmp_path, {"pytorch_model.bin": b"1" * 50})
    assert hub.parameters(tmp_path) == (25, "?")


def test_a_folder_is_its_own_name(tmp_path):
    assert hub.folder_of(str(tmp_path)) == tmp_path
    for name in (str(tmp_path / "nowhere"), "./nowhere", "~/nowhere"):
        with pytest.raises(ModelError, match=r"There is no model folder .*nowhere\."):
            hub.folder_of(name)


def test_without_the_extra_the_hub_is_not_used(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ConfigError, match=r"Models from the hub need the extra: pip install 'codeassist-repo\[local\]'"):
        hub.folder_of("some/model")
    with pytest.raises(ConfigError, match=r"Downloading models needs the extra: pip install 'codeassist-repo\[local\]'"):
        hub.pull("some/model")
    assert hub.cached() == []


ERRORS = (
    "CacheNotFound",
    "GatedRepoError",
    "HFValidationError",
    "HfHubHTTPError",
    "LocalEntryNotFoundError",
    "RepositoryNotFoundError",
)


@pytest.fixture
def fake_hub(monkeypatch):
    """A double of the hub's library, whose download returns a folder or raises what a test sets."""
    library, errors = ModuleType("huggingface_hub"), ModuleType("huggingface_hub.errors")
    for name in ERRORS:
        setattr(errors, name, type(name, (Exception,), {}))
    library.errors = errors  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", library)
    monkeypatch.setitem(sys.modules, "huggingface_hub.errors", errors)

    def answer(result: str | Exception) -> list[dict[str, object]]:
        calls: list[dict[str, object]] = []

        def download(name: str, **how: object) -> str:
            calls.append({"name": name} | how)
            if isinstance(result, Exception):
                raise result
            return result

        library.snapshot_download = download  # type: ignore[attr-defined]
        return calls

    answer.errors = errors  # type: ignore[attr-defined]
    return answer


def test_a_model_in_the_cache_is_found_without_the_network(fake_hub):
    calls = fake_hub("/cache/tiny")
    assert hub.folder_of("org/tiny") == Path("/cache/tiny")
    assert calls == [{"name": "org/tiny", "local_files_only": True}]
    fake_hub(fake_hub.errors.LocalEntryNotFoundError())
    with pytest.raises(ModelError, match="'org/tiny' is not on this machine; run 'codeassist models pull org/tiny'"):
        hub.folder_of("org/tiny")
    fake_hub(fake_hub.errors.HFValidationError())
    with pytest.raises(ModelError, match="'a b' is neither a folder nor a name on the hub"):
        hub.folder_of("a b")


def test_only_safe_formats_are_downloaded(fake_hub):
    calls = fake_hub("/cache/tiny")
    assert hub.pull("org/tiny") == Path("/cache/tiny")
    patterns = calls[0]["allow_patterns"]
    assert "*.safetensors" in patterns
    assert not {"*.bin", "*.pt", "*.py", "*"} & set(patterns)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("GatedRepoError", "'org/x' is gated: accept its licence on the hub, then set HF_TOKEN"),
        ("RepositoryNotFoundError", "There is no model 'org/x' on the hub, or it is private"),
        ("HFValidationError", "'org/x' is not a valid name on the hub"),
        ("HfHubHTTPError", r"The hub cannot be reached for 'org/x' \(first\): check the network"),
        (OSError, r"The hub cannot be reached for 'org/x' \(first\): check the network"),
        (RuntimeError, r"'org/x' cannot be downloaded: first\.$"),
    ],
)
def test_a_failed_download_is_explained(fake_hub, kind, message):
    error = kind if isinstance(kind, type) else getattr(fake_hub.errors, kind)
    fake_hub(error("first\nsecond"))
    with pytest.raises(ModelError, match=message):
        hub.pull("org/x")
