"""Checks of an installation and of one repository's index."""

from __future__ import annotations

import platform
import sqlite3
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from codeassist import __version__, workspace
from codeassist.config import Config
from codeassist.errors import CodeassistError
from codeassist.models.chat import NO_MODEL, load
from codeassist.models.machine import GB, pick_device
from indexers import EncoderError, IndexerError, IndexMissingError

EXTRAS = {
    "local": ("torch", "transformers", "sentence_transformers", "llguidance"),
    "openai": ("langchain", "langchain_openai"),
    "anthropic": ("langchain", "langchain_anthropic"),
    "ollama": ("langchain", "langchain_ollama"),
}
NEEDED = ("tree-sitter", "tree-sitter-language-pack", "faiss-cpu", "numpy", "typer", "rich", "langchain-core")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report: `ok` is None for what is optional and absent."""

    name: str
    ok: bool | None
    detail: str
    mend: str = ""


def examine(root: Path, config: Config) -> list[Check]:
    """Every check, in the order they are shown."""
    checks = [Check("codeassist", True, f"{__version__} on Python {platform.python_version()}, {sys.platform}")]
    checks.extend(_package(name) for name in NEEDED)
    checks.append(_fts5())
    for extra, modules in EXTRAS.items():
        there = all(find_spec(module) for module in modules)
        mend = "" if there else f"pip install 'codeassist[{extra}]'"
        checks.append(
            Check(f"extra {extra}", True if there else None, "installed" if there else "not installed (optional)", mend)
        )
    checks.append(_device())
    checks.append(_model(config))
    checks.append(_encoder(config))
    checks.append(_index(root, config))
    return checks


def _package(name: str) -> Check:
    try:
        return Check(name, True, version(name))
    except PackageNotFoundError:
        return Check(name, False, "not installed", "pip install --force-reinstall codeassist")


def _fts5() -> Check:
    try:
        sqlite3.connect(":memory:").execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    except sqlite3.OperationalError:
        return Check("SQLite FTS5", False, f"missing from SQLite {sqlite3.sqlite_version}", "use a Python with FTS5")
    return Check("SQLite FTS5", True, f"SQLite {sqlite3.sqlite_version}")


def _device() -> Check:
    device = pick_device()
    free = f", {device.memory / GB:.1f} GB free" if device.memory else ""
    return Check("device", True, f"{device.name}: {device.reason}{free}")


def _model(config: Config) -> Check:
    name = config.model.name
    if name in NO_MODEL:
        return Check("model", None, "none: answers come from the index alone", "codeassist models")
    try:
        model = load(config.model)
    except CodeassistError as error:
        return Check("model", False, str(error), "codeassist models")
    assert model is not None
    window = f"takes in {model.context_window:,} tokens"
    return Check("model", True, f"{name}, {window}; 'codeassist models test' tries it")


def _encoder(config: Config) -> Check:
    try:
        encoder = workspace.index_options(config).load_encoder(config.index.encoder)
    except EncoderError as error:
        return Check("encoder", False, str(error), 'set encoder = "static" under [index]')
    return Check("encoder", True, f"{encoder.name}, {encoder.dimension} dimensions, fingerprint {encoder.fingerprint}")


def _index(root: Path, config: Config) -> Check:
    try:
        with workspace.open_index(root, config) as index:
            stored = len(index.vectors())
            counted = index.catalog.connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
            state = index.catalog.connection.execute("PRAGMA quick_check").fetchone()[0]
            stale = index.stale()
            _ = index.encoder
    except IndexMissingError:
        return Check("index", None, f"none for {root}", "codeassist index")
    except IndexerError as error:
        return Check("index", False, str(error), "codeassist index --rebuild")
    if stored != counted or state != "ok":
        return Check("index", False, f"{counted} chunks but {stored} vectors; database: {state}", "codeassist index --rebuild")
    if stale:
        return Check("index", True, f"{counted} chunks, healthy; {stale} files changed since", "codeassist index")
    return Check("index", True, f"{counted} chunks, healthy and fresh")
