"""Check the installation and the index of a repository."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from codeassist import __version__, workspace
from codeassist.config import NO_MODEL, Config
from codeassist.errors import CodeassistError
from codeassist.models.machine import GB, pick_device
from codeassist.models.session import open_session
from indexers import EncoderError, IndexerError, IndexMissingError
from indexers.encoders import needs_download
from indexers.index import database_support

EXTRAS = {
    "local": ("torch", "transformers", "sentence_transformers", "llguidance"),
    "openai": ("langchain", "langchain_openai"),
    "anthropic": ("langchain", "langchain_anthropic"),
    "ollama": ("langchain", "langchain_ollama"),
    "gguf": ("llama_cpp",),
    "mcp": ("mcp",),
    "server": ("fastapi", "uvicorn", "prometheus_client"),
    "lsp": ("pygls",),
}
NEEDED = ("tree-sitter", "tree-sitter-language-pack", "faiss-cpu", "numpy", "typer", "rich", "langchain-core")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; `ok` is None for an optional part that is not installed or configured."""

    name: str
    ok: bool | None
    detail: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All checks, in display order."""

    checks: list[Check]

    @property
    def ok(self) -> bool:
        """Whether no check failed."""
        return all(check.ok is not False for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.doctor/2`."""
        listed = [{"name": c.name, "ok": c.ok, "detail": c.detail, "fix": c.fix} for c in self.checks]
        return {"schema": "codeassist.doctor/2", "checks": listed}


def examine(root: Path, config: Config) -> Diagnosis:
    """Check the installation and the index of a repository."""
    checks = [Check("codeassist", True, f"{__version__} on Python {platform.python_version()}, {sys.platform}")]
    checks.extend(_package(name) for name in NEEDED)
    checks.append(_fts5())
    for extra, modules in EXTRAS.items():
        installed = all(find_spec(module) for module in modules)
        fix = "" if installed else f"pip install 'codeassist-repo[{extra}]'"
        checks.append(
            Check(f"extra {extra}", True if installed else None, "installed" if installed else "not installed (optional)", fix)
        )
    checks.append(_device())
    checks.append(_model(config))
    checks.append(_encoder(config))
    checks.append(_index(root, config))
    return Diagnosis(checks)


def _package(name: str) -> Check:
    try:
        return Check(name, True, version(name))
    except PackageNotFoundError:
        return Check(name, False, "not installed", "pip install --force-reinstall codeassist-repo")


def _fts5() -> Check:
    sqlite, searchable = database_support()
    if not searchable:
        return Check("SQLite FTS5", False, f"missing from SQLite {sqlite}", "use a Python with FTS5")
    return Check("SQLite FTS5", True, f"SQLite {sqlite}")


def _device() -> Check:
    device = pick_device()
    free = f", {device.memory / GB:.1f} GB free" if device.memory else ""
    return Check("device", True, f"{device.name}: {device.reason}{free}")


def _model(config: Config) -> Check:
    name = config.model.name
    if name in NO_MODEL and (reason := config.refused.get("model.name")):
        return Check("model", None, reason, "codeassist trust")
    if name in NO_MODEL:
        return Check("model", None, "none: answers come from the index alone", "codeassist models")
    try:
        open_session(config, "ask")
        session = open_session(config, "ask", dry=True)  # a connected one would ask the server for its window
    except CodeassistError as error:
        return Check("model", False, str(error), "codeassist models")
    assert session is not None
    window = f"context window {session.model.context_window:,} tokens"
    return Check("model", True, f"{name}, {window}; test it with 'codeassist models test'")


def _encoder(config: Config) -> Check:
    if needs_download(config.index.encoder):
        return Check("encoder", None, f"{config.index.encoder} is not on this machine yet", "'codeassist index' downloads it")
    try:
        encoder = workspace.index_options(config).load_encoder(config.index.encoder)
    except EncoderError as error:
        return Check("encoder", False, str(error), 'set encoder = "static" under [index]')
    return Check("encoder", True, f"{encoder.name}, {encoder.dimension} dimensions, fingerprint {encoder.fingerprint}")


def _index(root: Path, config: Config) -> Check:
    try:
        with workspace.open_index(root, config) as index:
            health = index.health()
            stale = len(index.changes())
            if not needs_download(config.index.encoder):
                _ = index.encoder
    except IndexMissingError:
        return Check("index", None, f"none for {root}", "codeassist index")
    except IndexerError as error:
        return Check("index", False, str(error), "codeassist index --rebuild")
    if not health.ok:
        return Check(
            "index",
            False,
            f"{health.chunks} chunks but {health.vectors} vectors; database: {health.database}",
            "codeassist index --rebuild",
        )
    if stale:
        return Check("index", True, f"{health.chunks} chunks, healthy; {stale} files changed since then", "codeassist index")
    return Check("index", True, f"{health.chunks} chunks, healthy and up to date")
