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
from indexers import EncoderError, IndexerError, IndexMissingError

EXTRAS = {"local": ("torch", "transformers", "sentence_transformers"), "remote": ("langchain",)}
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
    if find_spec("torch") is None:
        return Check("device", True, "cpu (no torch: the static encoder needs none)")
    import torch

    if torch.cuda.is_available():
        return Check("device", True, f"cuda ({torch.cuda.get_device_name(0)})")
    if torch.backends.mps.is_available():
        return Check("device", True, "mps (Apple GPU)")
    return Check("device", True, "cpu (torch sees neither CUDA nor MPS)")


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
