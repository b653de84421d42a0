"""The main types of a project, and which of its folders use names of which."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from codeassist.tasks.map.overview import Folder
from indexers import Index
from indexers.syntax.languages import is_test_path
from indexers.types import Definition

TYPES = ("class", "struct", "interface", "trait", "enum", "type")
MOST_TYPES = 12
MOST_OF_FILE = 3
"""Types of one file, so that a file of small records does not fill the list."""

LEAST_LINES = 3
MOST_USED = 3
HIDDEN = ("pub(", "private ", "internal ")
ERRORS = ("Error", "Exception")
INNER = 1.5
"""What a type loses that is not for users of the package, an error, or only a description of values."""


def main_types(index: Index, ranks: Mapping[str, float]) -> list[Definition]:
    """The types of the files in `ranks` that are used most, best first: by uses, size, documentation and their file's rank."""
    found: dict[tuple[str, str], Definition] = {}
    for definition in index.definitions_of_kinds(TYPES, LEAST_LINES):
        if definition.path in ranks and not definition.is_test and not definition.name.startswith("_"):
            found.setdefault((definition.path, definition.qualified_name), definition)
    most = max(ranks.values(), default=0.0) or 1.0

    def weight(d: Definition) -> float:
        size = math.log1p(d.end_line - d.line)
        inner = INNER * (d.signature.startswith(HIDDEN) or d.name.endswith(ERRORS) or d.kind in ("type", "interface"))
        return math.log1p(d.uses) + 0.5 * size + 0.5 * bool(d.documentation) + ranks[d.path] / most - inner

    chosen: list[Definition] = []
    of_file = Counter[str]()
    names: set[str] = set()
    for definition in sorted(found.values(), key=lambda d: (-weight(d), d.path, d.line)):
        if definition.name in names or of_file[definition.path] >= MOST_OF_FILE or not definition.uses:
            continue
        names.add(definition.name)
        of_file[definition.path] += 1
        chosen.append(definition)
        if len(chosen) == MOST_TYPES:
            break
    return chosen


def with_uses(
    folders: Sequence[Folder], imports: Iterable[tuple[str, str]], needs: Mapping[str, Sequence[str]]
) -> list[Folder]:
    """The folders with those that they use most: by imports, and by the dependencies that manifests state.

    `imports` are (importing file, imported file or folder); `needs` are packages by the folder of the one that needs them.
    """
    inner = sorted((folder.path for folder in folders), key=len, reverse=True)

    def at(path: str) -> str:
        return next((folder for folder in inner if f"{path}/".startswith(f"{folder}/")), "")

    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for source, target in imports:
        if not is_test_path(source):
            counts[at(source)][at(target)] += 1
    for folder, needed in needs.items():
        counts[folder].update({package: 1 for package in needed if package in inner})
    return [replace(folder, uses=_most(counts[folder.path], folder.path)) for folder in folders]


def _most(used: Counter[str], folder: str) -> tuple[str, ...]:
    return tuple(name for name, _ in used.most_common() if name not in ("", folder))[:MOST_USED]
