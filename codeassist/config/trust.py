"""What a cloned repository may not do until the user agrees with `codeassist trust`.

Everything that it names and that is loaded, run, connected to or given to a model needs agreement: models and encoders, the
programs of the project, its prompts and instructions. Until then such a setting is ignored and the user's own or the default
applies. The agreement is stored in the user's own folder, as a digest of these settings and of the content of the prompts:
when they change, it is requested again.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from codeassist.config.members import leave
from codeassist.errors import ConfigError
from indexers.files.reading import read_start, read_text

_LOCAL_KINDS = ("static", "sentence-transformers", "local", "cross-encoder")
_MODELS = (
    "model.name",
    "tasks.ask.model",
    "tasks.complete.model",
    "tasks.gen-tests.model",
    "tasks.review.model",
    "review.auditor",
)
_FOLDERS = ("index.encoder", "search.reranker", *_MODELS)
_PLAIN = ("", "none", "static")
"""Names that load and connect to nothing that is not shipped."""

_WORKSPACE = "workspace.repositories"
PROMPTS = "prompts.path"
"""The key under which the prompt files of a repository are agreed to."""

_EFFECTS = {
    "index.encoder": "loads the encoder '{value}'",
    "search.reranker": "loads the reranker '{value}'",
    "model.trust_remote_code": "runs code that is shipped with a model",
    "privacy.mask_secrets": "turns off the masking of secrets",
    "model.price_input": "sets the price of a model",
    "model.price_output": "sets the price of a model",
    "review.project_tools": "runs programs and code of the project",
    "review.instructions": "gives instructions to the reviewing model",
    "tasks.ask.prompt": "chooses the prompt '{value}'",
    "tasks.gen-tests.prompt": "chooses the prompt '{value}'",
    "tasks.review.prompt": "chooses the prompt '{value}'",
    _WORKSPACE: "includes other folders in every question: {value}",
    PROMPTS: "replaces shipped prompts: {value}",
}
_NEEDS_AGREEMENT = (*_FOLDERS, "model.base_url", *(key for key in _EFFECTS if key not in ("privacy.mask_secrets", PROMPTS)))
_RUNS = "code: "
"""Before the folder of a repository, in the user's file of agreements: its code may be run in the sandbox."""

_SHIPPED_PROMPTS = Path(__file__).parents[2] / "prompts"
_MOST_BYTES = 1_000_000


def is_loopback(url: str) -> bool:
    """Whether a URL points to this machine."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # such as an address with an open bracket
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"  # other names, also below `.localhost`, may be resolved to any machine


def _leaves(name: str) -> bool:
    """Whether a model or encoder of this name is reached through a provider."""
    kind, _, rest = name.partition(":")
    return bool(rest) and kind not in _LOCAL_KINDS


def risky(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings among `values` that need agreement: those that load, run, connect, instruct a model or set prices."""
    risks = {key: values[key] for key in _NEEDS_AGREEMENT if values.get(key) and values[key] not in _PLAIN}
    if values.get("privacy.mask_secrets") is False:
        risks["privacy.mask_secrets"] = False
    return risks


def prompt_files(root: Path, folder: str) -> str:
    """The prompt files of a repository's own folder with a digest of their content; the empty string when there are none."""
    place = root / Path(folder).expanduser()
    if not place.is_relative_to(root) or place == _SHIPPED_PROMPTS or not place.is_dir():
        return ""
    names = sorted(path for path in place.glob("*.prompty") if path.is_file())
    if not names:
        return ""
    state = hashlib.sha256()
    beside = (path for pattern in ("versions/*.prompty", "partials/*.jinja", "**/*.py") for path in sorted(place.glob(pattern)))
    for path in (*names, *beside, place / "prompts.lock"):
        try:
            content = read_start(path, _MOST_BYTES)
        except OSError:
            content = b""
        name = path.relative_to(place).as_posix().encode("utf-8", "surrogateescape")
        state.update(b"%d %b %d %b" % (len(name), name, len(content), content))
    return f"{', '.join(path.name for path in names)} (sha256 {state.hexdigest()})"


def tightened(key: str, mine: Any, theirs: Any) -> Any:
    """The effective value when the user's file has `mine` and a repository's own file `theirs`: limits only become stricter."""
    if key == "privacy.never_send":
        return [*(mine or []), *(glob for glob in theirs if not glob.startswith("!"))]
    if key in ("model.max_cost", "model.max_tokens") and mine:
        return min(mine, theirs) if theirs else mine
    if key == "privacy.mask_secrets" and mine is True:
        return True
    if key == "sandbox.allow_unconfined":
        return bool(mine)
    return theirs


@dataclass(slots=True)
class Overridden:
    """What the project's own file states, and the user's values (with their sources) that it overrides."""

    stated: dict[str, Any] = field(default_factory=dict)
    beneath: dict[str, tuple[Any, str]] = field(default_factory=dict)


def pending(root: Path, stated: Mapping[str, Any], prompts: str) -> dict[str, Any]:
    """What of a repository needs agreement: settings that its own file states, and its prompts in the folder `prompts`."""
    found = risky(stated)
    if _WORKSPACE in found and not leave(root, found[_WORKSPACE]):
        del found[_WORKSPACE]  # what is inside the repository is the user's to ask about
    if files := prompt_files(root, prompts):
        found[PROMPTS] = files
    return found


def _ledger(user_file: Path) -> Path:
    return user_file.with_name("trusted.json")


def _digest(settings: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def agreed(user_file: Path, root: Path) -> str:
    """The digest of the settings that the user agreed to for a repository, or the empty string."""
    return _stored(user_file, str(root))


def _stored(user_file: Path, key: str) -> str:
    try:
        return str(json.loads(read_text(_ledger(user_file))).get(key, ""))
    except (OSError, ValueError, AttributeError, RecursionError):
        return ""


def agree(user_file: Path, root: Path, found: Mapping[str, Any] | None) -> None:
    """Store the user's agreement to these settings of a repository's file; None deletes it. Raises `ConfigError`."""
    _store(user_file, str(root), _digest(found) if found else None)


def _store(user_file: Path, key: str, value: str | None) -> None:
    path = _ledger(user_file)
    try:
        digests = json.loads(read_text(path)) if path.exists() else {}
        digests.pop(key, None)
        if value is not None:
            digests[key] = value
        path.parent.mkdir(parents=True, exist_ok=True)
        complete = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        complete.write_text(json.dumps(digests, indent=1), encoding="utf-8")
        complete.replace(path)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ConfigError(f"Cannot store the decision in {path}: {error}.") from error


def agree_to_run(user_file: Path, root: Path, allowed: bool) -> None:
    """Store whether the code of a repository may be run in the sandbox without being asked for. Raises `ConfigError`."""
    _store(user_file, _RUNS + str(root), _identity(root) if allowed else None)


def may_run(user_file: Path, root: Path) -> bool:
    """Whether the user agreed that the code of a repository is run in the sandbox.

    The agreement is for this folder: another clone that takes its place needs a new one.
    """
    stored = _stored(user_file, _RUNS + str(root))
    return bool(stored) and stored == _identity(root)


def _identity(root: Path) -> str:
    try:
        return f"inode {root.stat().st_ino}"
    except OSError:
        return ""


def check(
    values: dict[str, Any], sources: dict[str, str], overridden: Overridden, project_file: Path, user_file: Path
) -> dict[str, str]:
    """Replace the project's settings that lack agreement by those that they override, and make its folders absolute.

    Returns key -> reason for each ignored setting, to be shown when it is needed. Raises `ConfigError` for folders outside
    the repository.
    """
    root = project_file.parent
    project_values = {key: value for key, value in values.items() if sources[key].startswith(f"{project_file}:")}
    prompts = values.get(PROMPTS, "prompts")
    unapproved = pending(root, overridden.stated, prompts)
    refused = {}
    for key, value in unapproved.items() if agreed(user_file, root) != _digest(unapproved) else ():
        if key == PROMPTS:
            refused[key] = _reason(key, value, str(root / prompts), user_file)
        elif key in project_values:
            refused[key] = _reason(key, value, sources[key], user_file)
            del values[key], project_values[key]
            if key in overridden.beneath:
                values[key], sources[key] = overridden.beneath[key]
    for key in _FOLDERS:
        kind, _, path = str(project_values.get(key, "")).partition(":")
        if not path or kind not in _LOCAL_KINDS or Path(path).expanduser().is_absolute():
            continue
        if kind != "local" or (root / path).exists():  # a model name on the hub looks like a path
            values[key] = f"{kind}:{root / path}"
    for key in ("index.index_dir", PROMPTS):
        folder = project_values.get(key, "")
        if folder and root.resolve() not in (root / folder).resolve().parents:
            name = key.partition(".")[2]
            raise ConfigError(f"{sources[key]}: '{name}' must be inside the repository.")
    return refused


def _reason(key: str, value: Any, source: str, user_file: Path) -> str:
    """One sentence that says where an ignored setting is, what it would do, and how to approve or replace it."""
    name = str(value)
    if key == "model.base_url" or (key in _FOLDERS and _leaves(name)):
        effect = f"sends code to '{name}'"
    else:
        effect = _EFFECTS.get(key, "loads the model '{value}'").format(value=name)
    if key == PROMPTS:
        return f"{source}: this repository {effect}; approve them with 'codeassist trust'."
    if key == _WORKSPACE:
        return f"{source}: this repository {effect}; approve it with 'codeassist trust', or name them with --repo."
    flag = "--encoder" if key == "index.encoder" else "--model"
    return (
        f"{source}: this repository's configuration {effect}; approve it with 'codeassist trust', or choose your own with "
        f"{flag}, an environment variable or {user_file}."
    )
