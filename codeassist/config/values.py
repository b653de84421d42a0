"""What a setting may contain beyond its type: ranges, forms of names, paths and globs; each error names where it was set."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codeassist.errors import ConfigError
from indexers.files.globs import is_glob

_MINIMUM = dict.fromkeys(
    (
        "search.results",
        "ask.places",
        "ask.samples",
        "ask.steps",
        "ask.context_tokens",
        "index.batch_size",
        "index.max_file_size",
        "index.history_commits",
        "model.max_output_tokens",
        "prompts.max_tokens",
    ),
    1,
)

_MAXIMUM = {"index.jobs": 1_000, "index.max_file_size": 10**12}
_MOST = 10**9
"""The largest number of any other setting: larger ones overflow in the database and in timers."""

_PATHS = ("index.index_dir", "prompts.path", "review.baseline")
_NAMES = (
    "index.encoder",
    "search.reranker",
    "model.name",
    "review.auditor",
    "tasks.ask.model",
    "tasks.complete.model",
    "tasks.gen-tests.model",
    "tasks.review.model",
)
_GLOBS = ("index.include", "index.exclude", "privacy.never_send")
_FORMS = {
    "index.encoder": (
        "static (shipped), static:PATH, sentence-transformers/NAME or PROVIDER:MODEL",
        ("sentence-transformers/",),
    ),
    "search.reranker": ("cross-encoder/NAME or cross-encoder:PATH", ("cross-encoder/", "cross-encoder:")),
    "model.name": ("none, local:NAME_OR_FOLDER, local:FILE.gguf or PROVIDER:MODEL", ()),
}


def check_values(values: Mapping[str, Any], sources: Mapping[str, str]) -> None:
    """Raise `ConfigError` for a value that cannot be used, whatever its origin; `sources` maps keys to their origins."""
    for key, value in values.items():
        reason = _fault(key, value, is_flag=sources[key] == "flag")
        if reason:
            raise ConfigError(f"{sources[key]}: '{key.rpartition('.')[2]}' {reason}.")


def _fault(key: str, value: Any, *, is_flag: bool) -> str:
    """Why a value cannot be used; empty when it can."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_fault(key, value)
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and any(c < " " and c not in "\t\n\r" for c in text):
            return "contains a control character"
    if key == "model.base_url" and value and not value.startswith(("http://", "https://")):
        return "must begin with http:// or https://"
    if key in _GLOBS:
        return _glob_fault(value)
    if key in _PATHS or key in _NAMES:
        path = value if key in _PATHS else value.partition(":")[2]
        if path.startswith("~") and not _expands(path):
            return f"names the home folder of a user who does not exist: {path.partition('/')[0]}"
    if key in _FORMS and not is_flag:  # a flag is refused with its own message where it is used
        form, beginnings = _FORMS[key]
        if value and value not in ("static", "none") and not value.startswith(beginnings or ("\x00",)):
            provider, colon, model = value.partition(":")
            if key == "search.reranker" or not (provider and colon and model):
                return f"must be {form}, not {value!r}"
    return ""


def _number_fault(key: str, value: float) -> str:
    if isinstance(value, float) and not math.isfinite(value) and key != "ask.threshold":
        return "must be a finite number"
    if key == "ask.threshold" and not 0.0 <= value <= 1.0:
        return "must be between 0 and 1"
    minimum, maximum = _MINIMUM.get(key, 0), _MAXIMUM.get(key, _MOST)
    if value < minimum:
        return f"must be at least {minimum}" if minimum else "cannot be negative"
    return f"must be at most {maximum}" if value > maximum else ""


def _glob_fault(globs: list[str]) -> str:
    wrong = next((glob for glob in globs if not is_glob(glob)), None)
    return f"contains a glob that is not valid: {wrong!r}" if wrong is not None else ""


def _expands(path: str) -> bool:
    try:
        Path(path).expanduser()
    except RuntimeError:
        return False
    return True
