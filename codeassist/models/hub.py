"""Model folders: locate, validate and download them."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codeassist.errors import ConfigError, ModelError
from codeassist.models.failures import first_line
from indexers.files.reading import read_text

PULL_HINT = "run 'codeassist models pull {name}'"


@dataclass(frozen=True, slots=True)
class Cached:
    """A model in the hub's cache on this machine."""

    name: str
    folder: Path
    size: int


def folder_of(name: str) -> Path:
    """The folder of `local:NAME`: the path itself, or in the hub's cache. Raises `ModelError` with the command to run."""
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.is_absolute() or name.startswith((".", "~")):
        raise ModelError(f"There is no model folder {path}.")
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError as error:
        raise ConfigError("Models from the hub need the extra: pip install 'codeassist-repo[local]'.") from error
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except LocalEntryNotFoundError as error:
        raise ModelError(f"The model '{name}' is not on this machine; {PULL_HINT.format(name=name)}.") from error
    except HFValidationError as error:
        raise ModelError(
            f"'{name}' is neither a folder nor a name on the hub, such as Qwen/Qwen2.5-Coder-1.5B-Instruct."
        ) from error


def problems(folder: Path) -> Iterator[str]:
    """What is missing or damaged in a model folder, such as an incomplete download or a truncated file."""
    for name in ("config.json", "tokenizer_config.json"):
        if not (folder / name).is_file():
            yield f"{name} is missing"
    if any(folder.rglob("*.incomplete")):
        yield "a download is incomplete (*.incomplete)"
    shards = set(folder.glob("*.safetensors"))
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        try:
            expected = set(json.loads(read_text(index))["weight_map"].values())
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            yield f"{index.name} is damaged"
            expected = set()
        yield from (f"{name} is missing" for name in sorted(expected) if not (folder / name).is_file())
    elif not shards and not any(folder.glob("*.bin")):
        yield "there are no weights (*.safetensors)"
    for shard in sorted(shards):
        if damage := _damage(shard):
            yield f"{shard.name} {damage}"


def _damage(path: Path) -> str:
    """The damage of a safetensors file according to its header, or the empty string."""
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > size:
                return f"is truncated: {size} bytes"
            header = json.loads(file.read(length))
    except (OSError, ValueError, struct.error):
        return "is damaged: its header cannot be read"
    if not isinstance(header, dict):
        return "is damaged: its header is not an object"
    try:
        end = max((int(entry["data_offsets"][1]) for name, entry in header.items() if name != "__metadata__"), default=0)
    except (ValueError, LookupError, TypeError):
        return "is damaged: its header lists no offsets"
    expected = 8 + length + end
    return f"is truncated: {size} of {expected} bytes" if size < expected else ""


def weights_size(folder: Path) -> int:
    """The size of a model's weights on disk, in bytes."""
    return sum(p.stat().st_size for p in folder.glob("*.safetensors")) or sum(p.stat().st_size for p in folder.glob("*.bin"))


def parameters(folder: Path) -> tuple[int, str]:
    """(number of parameters, their most frequent number format), from the headers of the safetensors files."""
    counts: dict[str, int] = {}
    for path in folder.glob("*.safetensors"):
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length))
        for name, entry in header.items():
            if name != "__metadata__":
                total = 1
                for dimension in entry["shape"]:
                    total *= dimension
                counts[entry["dtype"]] = counts.get(entry["dtype"], 0) + total
    if not counts:
        return weights_size(folder) // 2, "?"
    return sum(counts.values()), max(counts, key=lambda kind: counts[kind])


def cached() -> list[Cached]:
    """The models in the hub's cache that have a configuration, by name."""
    try:
        from huggingface_hub import scan_cache_dir
        from huggingface_hub.errors import CacheNotFound
    except ImportError:
        return []
    try:
        repos = scan_cache_dir().repos
    except CacheNotFound:
        return []
    models = []
    for repo in repos:
        newest = max(repo.revisions, key=lambda r: r.last_modified, default=None)
        if repo.repo_type == "model" and newest is not None and (newest.snapshot_path / "config.json").exists():
            models.append(Cached(repo.repo_id, newest.snapshot_path, repo.size_on_disk))
    return sorted(models, key=lambda c: c.name)


def pull(name: str) -> Path:
    """Download a model from the hub: configuration, tokeniser and safetensors. Raises `ModelError`."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, HFValidationError, RepositoryNotFoundError
    except ImportError as error:
        raise ConfigError("Downloading models needs the extra: pip install 'codeassist-repo[local]'.") from error
    try:
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.safetensors", "*.model", "*.txt", "*.jinja"]))
    except GatedRepoError as error:
        raise ModelError(f"'{name}' is gated: accept its licence on the hub, then set HF_TOKEN.") from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"There is no model '{name}' on the hub, or it is private: check the name, or set HF_TOKEN."
        ) from error
    except HFValidationError as error:
        raise ModelError(
            f"'{name}' is not a valid name on the hub; names look like Qwen/Qwen2.5-Coder-1.5B-Instruct."
        ) from error
    except (HfHubHTTPError, OSError) as error:
        raise ModelError(
            f"The hub cannot be reached for '{name}' ({first_line(error)[:160]}): check the network, HTTPS_PROXY and "
            "SSL_CERT_FILE, or HF_ENDPOINT for a mirror; finished downloads are kept."
        ) from error
    except Exception as error:  # the hub's HTTP client raises its own exceptions
        raise ModelError(f"'{name}' cannot be downloaded: {first_line(error)[:200]}.") from error
