"""Make a map of a repository: entry points, folders, and its most central files and definitions within a token budget."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from codeassist.tasks.map.manifests import Entry, package_needs
from codeassist.tasks.map.overview import MOST_BESIDE, Folder, beside, entry_points, folders, is_own_code
from codeassist.tasks.map.parts import main_types, with_uses
from indexers import Index
from indexers.types import Definition

CHARS_PER_TOKEN = 4
"""The usual estimate for English and code, used instead of a model's tokeniser."""

DEFINITIONS_PER_FILE = 8
OVERVIEW_SHARE = 0.5
METHODS = ("method", "constructor", "property")
T = TypeVar("T")
SIGNATURE = 100


@dataclass(frozen=True, slots=True)
class MappedFile:
    """One file of the map, with its rank and the definitions shown."""

    path: str
    rank: float
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class RepositoryMap:
    """Where the project is started, its folders and main types, and its most central files with their definitions.

    `more_folders` are those that are not listed.
    """

    files: list[MappedFile]
    entry_points: list[Entry] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)
    types: list[Definition] = field(default_factory=list)
    more_folders: int = 0

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.map/1`."""
        listed = [
            {
                "path": file.path,
                "rank": round(file.rank, 6),
                "definitions": [{"line": d.line, "name": d.qualified_name, "signature": d.signature} for d in file.definitions],
            }
            for file in self.files
        ]
        overview = {
            "entry_points": [{"path": e.path, "reason": e.reason} for e in self.entry_points],
            "folders": [asdict(f) for f in self.folders],
            "more_folders": self.more_folders,
            "types": [{"path": d.path, "line": d.line, "name": d.qualified_name, "kind": d.kind} for d in self.types],
        }
        return {"schema": "codeassist.map/1", **overview, "files": listed}


def make_map(index: Index, tokens: int = 1500, prefix: str = "") -> RepositoryMap:
    """Map the files whose path starts with `prefix` in `tokens` tokens.

    Entry points, folders and main types take at most `OVERVIEW_SHARE` of them; the files follow by falling rank, each with its
    top definitions. Only code of the project itself counts: no tests, examples, vendored files, documents or data.
    """
    listed = [path for path in index.files() if path.startswith(prefix)]
    sides = beside(listed)
    files = [path for path in listed if is_own_code(path) and not any(path.startswith(f"{s.path}/") for s in sides)]
    known = set(files)
    every = index.file_ranks()
    ranks = {path: rank for path, rank in every.items() if path in known}
    budget = tokens * CHARS_PER_TOKEN
    left = int(OVERVIEW_SHARE * budget)
    entries, left = _within([(e, len(e.path) + len(e.reason) + 6) for e in entry_points(index, files)], left)
    central, unlisted = folders(index, files, ranks)
    found = with_uses(central, index.file_imports(), package_needs(index.root, files)) + sides[:MOST_BESIDE]
    shown, left = _within([(f, len(f.path) + len(f.about) + 16 + len("".join(f.uses))) for f in found], left)
    more = unlisted + len(central) + len(sides) - len(shown)
    types, _ = _within([(d, len(d.path) + len(d.qualified_name) + 12) for d in main_types(index, ranks)], left)
    mapped = _central(index, ranks, budget - int(OVERVIEW_SHARE * budget))
    return RepositoryMap(mapped, entries, shown, types, more)


def _within(costs: Sequence[tuple[T, int]], budget: int) -> tuple[list[T], int]:
    """The first items that fit into a budget of characters, and what is left of it."""
    kept: list[T] = []
    for item, cost in costs:
        if cost > budget:
            break
        kept.append(item)
        budget -= cost
    return kept, budget


def _central(index: Index, ranks: Mapping[str, float], budget: int) -> list[MappedFile]:
    """The files by falling rank, each with its top definitions, in `budget` characters."""
    chosen = []
    for path, rank in sorted(ranks.items(), key=lambda entry: (-entry[1], entry[0])):
        if budget <= 0:
            break
        outline = [d for d in index.outline(path) if _is_shown(d)]
        if not outline:
            continue
        by_name = {d.name: d for d in sorted(outline, key=_weight)}  # of `drop` of ten types one is enough
        top = sorted(by_name.values(), key=_weight, reverse=True)[:DEFINITIONS_PER_FILE]
        top.sort(key=lambda d: (d.line, -d.end_line))
        shown: list[Definition] = []
        cost = len(path) + 1
        for definition in top:
            line = len(title(definition)) + 10
            if cost + line > budget:
                break
            shown.append(definition)
            cost += line
        if not shown:
            break
        chosen.append(MappedFile(path, rank, tuple(shown)))
        if len(shown) < len(top):  # with more room it would show more: no later file may have that room
            break
        budget -= cost
    return chosen


def _is_shown(definition: Definition) -> bool:
    return not definition.is_test and not definition.name.startswith("__") and not definition.signature.startswith("package ")


def title(definition: Definition) -> str:
    """The signature of a definition; that of a method names its class: `def Cart.add(self, item)`."""
    signature, name = definition.signature, definition.name
    owner = definition.qualified_name.removesuffix(name).rstrip(".").rpartition(".")[2]
    if owner and definition.kind in METHODS and not re.search(rf"\b{re.escape(owner)}\b", signature):
        signature = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", f"{owner}.{name}", signature, count=1)
    return shortened(signature)


def shortened(signature: str) -> str:
    """A signature, truncated to fit a line of the map."""
    return signature if len(signature) <= SIGNATURE else signature[: SIGNATURE - 1] + "…"


def _weight(definition: Definition) -> float:
    """The importance of a definition: its uses, whether it is documented, and whether it contains other definitions."""
    contains = definition.kind in ("class", "interface", "struct", "trait", "enum", "module")
    return math.log1p(definition.uses) + 0.5 * bool(definition.documentation) + 1.5 * contains
