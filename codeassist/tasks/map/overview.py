"""The picture of a project above its files: where it is started, and what each folder is about."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeassist.evidence.places import first_sentence
from indexers import Index
from indexers.files.reading import SMALL_BYTES, read_bytes

MOST_ENTRIES = 8
MOST_FOLDERS = 12
MAIN_SHARE = 0.6
"""A folder with more than this share of what is central is shown by its own folders."""

DEEPEST_MAIN = 3
"""A main file below more folders is one of an example or a fixture."""

ABOUT = 90
NAMES = 4
_MAIN_FILE = re.compile(
    r"(?:^|/)(?:__main__\.py|manage\.py|main\.(?:go|rs|py|c|cc|cpp|kt|swift|dart|zig)|Main\.(?:java|kt|hs)|Program\.cs)$"
)
_DOCSTRING = re.compile(r'\A(?:\s*#[^\n]*\n)*\s*[rR]?("""|\'\'\')(.+?)\1', re.DOTALL)
_GO_DOCUMENTATION = re.compile(r"^// Package (\w+ .+)$", re.MULTILINE)
_PROSE = re.compile(r"^[A-Za-z`*_][^\n|]{20,}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A place where the project is started: by a command of a manifest, or the main file of a program."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with its number of files and one line about it: its own words, else its central names."""

    path: str
    files: int
    about: str


def entry_points(index: Index, files: Sequence[str]) -> list[Entry]:
    """The commands that manifests declare, then the main files, at most `MOST_ENTRIES`."""
    known = set(files)
    entries = [entry for path in ("pyproject.toml", "package.json") for entry in _declared(index.root, path, known)]
    shown = {entry.path for entry in entries}
    mains = sorted(
        (p for p in files if _MAIN_FILE.search(p) and p not in shown and p.count("/") <= DEEPEST_MAIN),
        key=lambda p: (p.count("/"), p),
    )
    return [*entries, *(Entry(path, "main file") for path in mains)][:MOST_ENTRIES]


def _declared(root: Path, manifest: str, known: set[str]) -> list[Entry]:
    text = _text(root, manifest)
    try:
        if manifest.endswith(".toml"):
            scripts = _table(_table(tomllib.loads(text).get("project")).get("scripts"))
            return [
                Entry(path, f"command {name}")
                for name, target in scripts.items()
                if (path := _module(str(target), known)) is not None
            ]
        package = _table(json.loads(text or "{}"))
    except ValueError:
        return []
    commands = package.get("bin") or {}
    named = {str(package.get("name", "")): commands} if isinstance(commands, str) else _table(commands)
    named = {f"command {name}": target for name, target in named.items()} | {"main module": package.get("main")}
    paths = ((reason, str(target).removeprefix("./")) for reason, target in named.items() if target)
    return [Entry(found, reason) for reason, path in paths for found in (path, f"{path}.js") if found in known]


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _module(target: str, known: set[str]) -> str | None:
    """The file of `package.module:function`."""
    base = target.partition(":")[0].replace(".", "/")
    candidates = (f"{prefix}{base}{ending}" for prefix in ("", "src/", "lib/") for ending in (".py", "/__init__.py"))
    return next((path for path in candidates if path in known), None)


def folders(index: Index, files: Sequence[str], ranks: Mapping[str, float]) -> list[Folder]:
    """The folders that hold what is central, by path, each with a line."""
    least = min(ranks.values(), default=0.0)  # what a file has that nothing uses
    ranks = {path: rank - least for path, rank in ranks.items()}
    groups = _groups(files, ranks)
    weights = {folder: sum(ranks.get(path, 0.0) for path in some) for folder, some in groups.items()}
    most = sorted(groups, key=lambda folder: (-weights[folder], folder))[:MOST_FOLDERS]
    return [Folder(folder, len(groups[folder]), _about(index, folder, groups[folder], ranks)) for folder in sorted(most)]


def _groups(files: Sequence[str], ranks: Mapping[str, float]) -> dict[str, list[str]]:
    """The files by folder; a folder with nearly all that is central is replaced by its folders."""
    split: set[str] = {""}
    total = sum(ranks.get(path, 0.0) for path in files)
    while True:
        groups: dict[str, list[str]] = defaultdict(list)
        for path in files:
            parts = path.split("/")[:-1]
            depth = 0
            while depth < len(parts) and "/".join(parts[:depth]) in split:
                depth += 1
            groups["/".join(parts[:depth])].append(path)
        central = {f: sum(ranks.get(path, 0.0) for path in some) for f, some in groups.items() if f not in split}
        main = max(central, key=lambda folder: (central[folder], folder), default="")
        has_folders = any(path.count("/") > main.count("/") + 1 for path in groups[main])
        if not main or central[main] <= MAIN_SHARE * total or not has_folders:
            return {folder: some for folder, some in groups.items() if folder}
        split.add(main)


def _about(index: Index, folder: str, files: Sequence[str], ranks: Mapping[str, float]) -> str:
    for name, pattern in (("__init__.py", _DOCSTRING), ("doc.go", _GO_DOCUMENTATION), ("README.md", _PROSE)):
        match = pattern.search(_text(index.root, f"{folder}/{name}"))
        if match:
            return first_sentence(match[match.lastindex or 0], ABOUT)
    central = sorted(files, key=lambda path: (-ranks.get(path, 0.0), path))[:NAMES]
    names = Counter[str]()
    for path in central:
        names.update({d.name: d.uses + 1 for d in index.outline(path) if not d.is_test and not d.name.startswith("_")})
    return ", ".join(name for name, _ in names.most_common(NAMES))


def _text(root: Path, path: str) -> str:
    try:
        return read_bytes(root / path, limit=SMALL_BYTES, follow=False).decode("utf-8", "replace")
    except OSError:
        return ""
