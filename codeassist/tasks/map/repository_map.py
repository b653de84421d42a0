"""Make a map of a repository: its most central files and definitions within a token budget."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from indexers import Index
from indexers.syntax.languages import detect, is_test_path
from indexers.types import Definition

CHARS_PER_TOKEN = 4
"""The usual estimate for English and code, used instead of a model's tokeniser."""

_ENTRY = re.compile(
    r"(?:^|/)(?:__main__|main|cli|manage|wsgi|asgi|app|server|index)\.\w+$|(?:^|/)(?:bin|cmd)/[^/]+(?:/main\.\w+)?$"
)
"""Names of files with which a program begins."""

MOST_ENTRIES = 20
DEFINITIONS_PER_FILE = 8
SIGNATURE = 100


@dataclass(frozen=True, slots=True)
class MappedFile:
    """One file of the map, with its rank and the definitions shown."""

    path: str
    rank: float
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class RepositoryMap:
    """The most central files, with their definitions."""

    files: list[MappedFile]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.map/1`."""
        listed = [
            {
                "path": file.path,
                "rank": round(file.rank, 6),
                "definitions": [{"line": d.line, "signature": d.signature} for d in file.definitions],
            }
            for file in self.files
        ]
        return {"schema": "codeassist.map/1", "files": listed}


def make_map(index: Index, tokens: int = 1500, prefix: str = "") -> RepositoryMap:
    """Map the files whose path starts with `prefix` in `tokens` tokens: by falling rank, each with its top definitions."""
    ranks = {path: rank for path, rank in index.file_ranks().items() if path.startswith(prefix)}
    budget = tokens * CHARS_PER_TOKEN
    chosen = []
    for path, rank in sorted(ranks.items(), key=lambda entry: (-entry[1], entry[0])):
        if budget <= 0:
            break
        outline = [d for d in index.outline(path) if not d.is_test and not d.name.startswith("__")]
        if not outline:
            continue
        top = sorted(outline, key=_weight, reverse=True)[:DEFINITIONS_PER_FILE]
        top.sort(key=lambda d: (d.line, -d.end_line))
        shown: list[Definition] = []
        cost = len(path) + 1
        for definition in top:
            line = len(shortened(definition.signature)) + 10
            if cost + line > budget:
                break
            shown.append(definition)
            cost += line
        if not shown:
            break
        chosen.append(MappedFile(path, rank, tuple(shown)))
        budget -= cost
    return RepositoryMap(chosen)


def entry_points(files: Iterable[str]) -> list[str]:
    """The files with which a program may begin, by their names, those nearest to the top first; no tests."""
    found = [path for path in files if _ENTRY.search(path) and detect(path).grammar and not is_test_path(path)]
    return sorted(found, key=lambda path: (path.count("/"), path))[:MOST_ENTRIES]


def shortened(signature: str) -> str:
    """A signature, truncated to fit a line of the map."""
    return signature if len(signature) <= SIGNATURE else signature[: SIGNATURE - 1] + "…"


def _weight(definition: Definition) -> float:
    """The importance of a definition: its uses, whether it is documented, and whether it contains other definitions."""
    contains = definition.kind in ("class", "interface", "struct", "trait", "enum", "module")
    return math.log1p(definition.uses) + 0.5 * bool(definition.documentation) + 1.5 * contains
