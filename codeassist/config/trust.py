"""A cloned repository's own file cannot send code elsewhere or run third-party code until the user agrees.

The agreement is stored in the user's own folder, as a digest of these settings: when they change, it is requested again.
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
    """Whether a URL points to this machine."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # such as an address with an open bracket
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _leaves(name: str, base_url: str) -> bool:
    """Whether a model or encoder of this name is reached over a network."""
    kind, _, rest = name.partition(":")
    return bool(rest) and kind not in _LOCAL_KINDS and not is_loopback(base_url)


def risky(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings among `values` that need agreement: those that send data elsewhere, run third-party code or set prices."""
    base_url = values.get("model.base_url", "")
    risks = {key: values[key] for key in _MODELS if key in values and _leaves(values[key], base_url)}
    if "index.encoder" in values and _leaves(values["index.encoder"], ""):
        risks["index.encoder"] = values["index.encoder"]
    if base_url and not is_loopback(base_url):
        risks["model.base_url"] = base_url
    if values.get("model.trust_remote_code"):
        risks["model.trust_remote_code"] = True
    if values.get("review.project_tools"):
        risks["review.project_tools"] = True
    if values.get("privacy.mask_secrets") is False:
        risks["privacy.mask_secrets"] = False
    risks |= {key: values[key] for key in ("model.price_input", "model.price_output") if values.get(key)}
    return risks


def tightened(key: str, mine: Any, theirs: Any) -> Any:
    """The effective value when the user's file has `mine` and a repository's own file `theirs`: limits only become stricter."""
    if key == "privacy.never_send":
        return [*(mine or []), *(glob for glob in theirs if not glob.startswith("!"))]
    if key in ("model.max_cost", "model.max_tokens") and mine:
        return min(mine, theirs) if theirs else mine
    if key == "privacy.mask_secrets" and mine is True:
        return True
    return theirs


def pending(values: Mapping[str, Any], sources: Mapping[str, str], project_file: Path) -> dict[str, Any]:
    """The settings of the project's own file that need agreement, given every other layer."""
    own = f"{project_file}:"
    project_values = {key: value for key, value in values.items() if sources[key].startswith(own)}
    risks = risky(project_values | {key: values[key] for key in ("model.base_url",) if key in values})
    return {key: value for key, value in risks.items() if key in project_values}


def _ledger(user_file: Path) -> Path:
    return user_file.with_name("trusted.json")


def _digest(settings: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def agreed(user_file: Path, root: Path) -> str:
    """The digest of the settings that the user agreed to for a repository, or the empty string."""
    try:
        return str(json.loads(_ledger(user_file).read_text(encoding="utf-8")).get(str(root), ""))
    except (OSError, ValueError, AttributeError, RecursionError):
        return ""


def agree(user_file: Path, root: Path, found: Mapping[str, Any] | None) -> None:
    """Store the user's agreement to these settings of a repository's file; None deletes it. Raises `ConfigError`."""
    path = _ledger(user_file)
    try:
        digests = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        digests.pop(str(root), None)
        if found:
            digests[str(root)] = _digest(found)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(digests, indent=1), encoding="utf-8")
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ConfigError(f"Cannot store the decision in {path}: {error}.") from error


def check(
    values: dict[str, Any], sources: Mapping[str, str], root: Path, project_file: Path, user_file: Path
) -> dict[str, str]:
    """Remove the project's settings that lack agreement from `values`, and make its folders absolute.

    Returns key -> reason for each removed setting, to be shown when it is needed. Raises `ConfigError` for an encoder, which
    every command that opens the index needs, and for folders outside the repository.
    """
    project_values = {key: value for key, value in values.items() if sources[key].startswith(f"{project_file}:")}
    unapproved = pending(values, sources, project_file)
    refused = {}
    for key, value in unapproved.items() if agreed(user_file, root) != _digest(unapproved) else ():
        effect = {
            "model.trust_remote_code": "runs code that is shipped with a model",
            "privacy.mask_secrets": "turns off the masking of secrets",
            "model.price_input": "sets the price of a model",
            "model.price_output": "sets the price of a model",
        }.get(key, f"sends code to '{value}'")
        refused[key] = (
            f"{sources[key]}: this repository's configuration {effect}; approve it with 'codeassist trust', or choose your "
            f"own with --model, an environment variable or {user_file}."
        )
        if key == "index.encoder":
            raise ConfigError(refused[key].replace("--model", "--encoder"))
        del values[key]
    for key in _FOLDERS:
        kind, _, path = str(project_values.get(key, "")).partition(":")
        if not path or kind not in _LOCAL_KINDS or Path(path).expanduser().is_absolute():
            continue
        if kind != "local" or (root / path).exists():  # a model name on the hub looks like a path
            values[key] = f"{kind}:{root / path}"
    for key in ("index.index_dir", "prompts.path"):
        folder = project_values.get(key, "")
        if folder and root.resolve() not in (root / folder).resolve().parents:
            name = key.partition(".")[2]
            raise ConfigError(f"{sources[key]}: '{name}' must be inside the repository.")
    return refused
