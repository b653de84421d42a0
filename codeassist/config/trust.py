"""A cloned repository's own file may not send code away, run foreign code or write elsewhere until its user agrees.

What was agreed to is kept in the user's own folder, as a digest of the settings in question: when they change, the
question is asked again.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from codeassist.errors import ConfigError

_LOCAL_KINDS = ("static", "sentence-transformers", "local", "cross-encoder")
_MODELS = ("model.name", "tasks.ask.model", "tasks.gen-tests.model", "tasks.review.model", "review.auditor")
_FOLDERS = ("index.encoder", "search.reranker", *_MODELS)


def is_loopback(url: str) -> bool:
    """Whether an address is this machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _leaves(name: str, base_url: str) -> bool:
    """Whether a model or encoder of this name is reached over a network."""
    kind, _, rest = name.partition(":")
    return bool(rest) and kind not in _LOCAL_KINDS and not is_loopback(base_url)


def risky(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings among `values` that a person must agree to: what leaves the machine or runs foreign code."""
    base_url = values.get("model.base_url", "")
    found = {key: values[key] for key in _MODELS if key in values and _leaves(values[key], base_url)}
    if "index.encoder" in values and _leaves(values["index.encoder"], ""):
        found["index.encoder"] = values["index.encoder"]
    if base_url and not is_loopback(base_url):
        found["model.base_url"] = base_url
    if values.get("model.trust_remote_code"):
        found["model.trust_remote_code"] = True
    if values.get("review.project_tools"):
        found["review.project_tools"] = True
    if values.get("privacy.mask_secrets") is False:
        found["privacy.mask_secrets"] = False
    found |= {key: values[key] for key in ("model.price_input", "model.price_output") if values.get(key)}
    return found


def tightened(key: str, mine: Any, theirs: Any) -> Any:
    """What holds when the user's file says `mine` and a repository's own file `theirs`: limits only become stricter."""
    if key == "privacy.never_send":
        return [*(mine or []), *(glob for glob in theirs if not glob.startswith("!"))]
    if key in ("model.max_cost", "model.max_tokens") and mine:
        return min(mine, theirs) if theirs else mine
    if key == "privacy.mask_secrets" and mine is True:
        return True
    return theirs


def pending(values: Mapping[str, Any], sources: Mapping[str, str], project_file: Path) -> dict[str, Any]:
    """What the project's own file says that needs agreement, given every other layer."""
    own = f"{project_file}:"
    mine = {key: value for key, value in values.items() if sources[key].startswith(own)}
    found = risky(mine | {key: values[key] for key in ("model.base_url",) if key in values})
    return {key: value for key, value in found.items() if key in mine}


def _ledger(user_file: Path) -> Path:
    return user_file.with_name("trusted.json")


def _digest(found: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def agreed(user_file: Path, root: Path) -> str:
    """The digest of what was agreed to for a repository, or the empty string."""
    try:
        return str(json.loads(_ledger(user_file).read_text(encoding="utf-8")).get(str(root), ""))
    except (OSError, ValueError, AttributeError):
        return ""


def agree(user_file: Path, root: Path, found: Mapping[str, Any] | None) -> None:
    """Keep that the user agrees to these settings of a repository's file; None forgets it. Raises `ConfigError`."""
    path = _ledger(user_file)
    try:
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        kept.pop(str(root), None)
        if found:
            kept[str(root)] = _digest(found)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    except (OSError, ValueError, AttributeError) as error:
        raise ConfigError(f"Cannot keep the decision in {path}: {error}.") from error


def check(
    values: dict[str, Any], sources: Mapping[str, str], root: Path, project_file: Path, user_file: Path
) -> dict[str, str]:
    """Leave out what the project's file may not say without agreement, and make its folders absolute.

    Returns a sentence for each setting that was left out, for when it is needed. Raises `ConfigError` for an encoder, which
    every command that opens the index needs, and for folders that lead out of the repository.
    """
    mine = {key: value for key, value in values.items() if sources[key].startswith(f"{project_file}:")}
    found = pending(values, sources, project_file)
    refused = {}
    for key, value in found.items() if agreed(user_file, root) != _digest(found) else ():
        what = {
            "model.trust_remote_code": "runs code that comes with a model",
            "privacy.mask_secrets": "turns the masking of secrets off",
            "model.price_input": "says what a model costs",
            "model.price_output": "says what a model costs",
        }.get(key, f"sends code to '{value}'")
        refused[key] = (
            f"{sources[key]}: this repository's own file {what}; run 'codeassist trust' to agree, or name your own with "
            f"--model, an environment variable or {user_file}."
        )
        if key == "index.encoder":
            raise ConfigError(refused[key].replace("--model", "--encoder"))
        del values[key]
    for key in _FOLDERS:
        kind, _, path = str(mine.get(key, "")).partition(":")
        if not path or kind not in _LOCAL_KINDS or Path(path).expanduser().is_absolute():
            continue
        if kind != "local" or (root / path).exists():  # a name on the hub looks like a folder
            values[key] = f"{kind}:{root / path}"
    for key in ("index.index_dir", "prompts.path"):
        folder = mine.get(key, "")
        if folder and root.resolve() not in (root / folder).resolve().parents:
            name = key.partition(".")[2]
            raise ConfigError(f"{sources[key]}: '{name}' must lie inside the repository.")
    return refused
