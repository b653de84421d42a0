"""Model folders: where they are, whether they are whole, and how they are fetched."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codeassist.errors import ConfigError, ModelError
from codeassist.models.failures import first_line

MEND = "run 'codeassist models pull {name}'"


@dataclass(frozen=True, slots=True)
class Cached:
    """A model that lies on this machine."""

    name: str
    folder: Path
    size: int


def folder_of(name: str) -> Path:
    """The folder of `local:NAME`'s model: itself, or in the hub's cache. Raises `ModelError` with the command that mends it."""
    own = Path(name).expanduser()
    if own.is_dir():
        return own
    if own.is_absolute() or name.startswith((".", "~")):
        raise ModelError(f"There is no model folder {own}.")
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError as error:
        raise ConfigError("Models of the hub need the extra: pip install 'codeassist[local]'.") from error
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except LocalEntryNotFoundError as error:
        raise ModelError(f"The model '{name}' is not on this machine; {MEND.format(name=name)}.") from error
    except HFValidationError as error:
        raise ModelError(
            f"'{name}' is neither a folder nor a name on the hub, such as Qwen/Qwen2.5-Coder-1.5B-Instruct."
        ) from error


def problems(folder: Path) -> Iterator[str]:
    """What is missing or damaged in a model folder: a download that broke off, a file cut short."""
    for name in ("config.json", "tokenizer_config.json"):
        if not (folder / name).is_file():
            yield f"{name} is missing"
    if any(folder.rglob("*.incomplete")):
        yield "a download broke off (*.incomplete)"
    shards = set(folder.glob("*.safetensors"))
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        try:
            wanted = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        except (ValueError, KeyError, AttributeError):
            yield f"{index.name} is damaged"
            wanted = set()
        yield from (f"{name} is missing" for name in sorted(wanted) if not (folder / name).is_file())
    elif not shards and not any(folder.glob("*.bin")):
        yield "there are no weights (*.safetensors)"
    for shard in sorted(shards):
        if said := _damage(shard):
            yield f"{shard.name} {said}"


def _damage(path: Path) -> str:
    """What is wrong with a safetensors file by its own header, or the empty string."""
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > size:
                return f"is cut short: {size} bytes"
            header = json.loads(file.read(length))
    except (OSError, ValueError, struct.error):
        return "is damaged: its header cannot be read"
    if not isinstance(header, dict):
        return "is damaged: its header is no table"
    end = max((entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"), default=0)
    whole = 8 + length + end
    return f"is cut short: {size} of {whole} bytes" if size < whole else ""


def weights_size(folder: Path) -> int:
    """Bytes of a model's weights on disk."""
    return sum(p.stat().st_size for p in folder.glob("*.safetensors")) or sum(p.stat().st_size for p in folder.glob("*.bin"))


def parameters(folder: Path) -> tuple[int, str]:
    """(how many numbers the weights hold, the format most of them have), from the headers of the files."""
    counts: dict[str, int] = {}
    for path in folder.glob("*.safetensors"):
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length))
        for name, entry in header.items():
            if name != "__metadata__":
                total = 1
                for side in entry["shape"]:
                    total *= side
                counts[entry["dtype"]] = counts.get(entry["dtype"], 0) + total
    if not counts:
        return weights_size(folder) // 2, "?"
    return sum(counts.values()), max(counts, key=lambda kind: counts[kind])


def cached() -> list[Cached]:
    """The models in the hub's cache that hold a configuration, by name."""
    try:
        from huggingface_hub import scan_cache_dir
        from huggingface_hub.errors import CacheNotFound
    except ImportError:
        return []
    try:
        repos = scan_cache_dir().repos
    except CacheNotFound:
        return []
    found = []
    for repo in repos:
        newest = max(repo.revisions, key=lambda r: r.last_modified, default=None)
        if repo.repo_type == "model" and newest is not None and (newest.snapshot_path / "config.json").exists():
            found.append(Cached(repo.repo_id, newest.snapshot_path, repo.size_on_disk))
    return sorted(found, key=lambda c: c.name)


def pull(name: str) -> Path:
    """Download a model from the hub: configuration, tokeniser and safetensors. Raises `ModelError` in plain words."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, HFValidationError, RepositoryNotFoundError
    except ImportError as error:
        raise ConfigError("Fetching models needs the extra: pip install 'codeassist[local]'.") from error
    try:
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.safetensors", "*.model", "*.txt", "*.jinja"]))
    except GatedRepoError as error:
        raise ModelError(f"'{name}' is gated: accept its licence on the hub, then set HF_TOKEN.") from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"There is no model '{name}' on the hub, or it is private: check the name, or set HF_TOKEN."
        ) from error
    except HFValidationError as error:
        raise ModelError(f"'{name}' is no name on the hub; names look like Qwen/Qwen2.5-Coder-1.5B-Instruct.") from error
    except (HfHubHTTPError, OSError) as error:
        raise ModelError(
            f"The hub cannot be reached for '{name}' ({first_line(error)[:160]}): check the network, HTTPS_PROXY and "
            "SSL_CERT_FILE, or HF_ENDPOINT for a mirror; what was fetched is kept."
        ) from error
    except Exception as error:  # the hub's HTTP client raises kinds of its own
        raise ModelError(f"'{name}' cannot be fetched: {first_line(error)[:200]}.") from error
