"""The files that the name of a Python module may mean."""

from __future__ import annotations

from collections import defaultdict
from weakref import WeakKeyDictionary

from indexers import Index

MOST_MODULES = 2

_Named = dict[str, list[str]]

_by_name: WeakKeyDictionary[Index, tuple[int, _Named]] = WeakKeyDictionary()
"""Of each index its generation and the files by the last part of their module's name: completion asks with every letter."""


def modules(index: Index, name: str) -> list[str]:
    """The files of the Python modules that a dotted name, absolute or relative, may mean."""
    path = name.strip(".").replace(".", "/")
    if not path:
        return []
    endings = tuple(f"/{path}{ending}" for ending in (".py", "/__init__.py"))
    candidates = _files(index).get(path.rpartition("/")[2], [])
    return [file for file in candidates if f"/{file}".endswith(endings)][:MOST_MODULES]


def _files(index: Index) -> _Named:
    generation = index.generation
    known = _by_name.get(index)
    if known is None or known[0] != generation:
        named: defaultdict[str, list[str]] = defaultdict(list)
        for file in index.files():
            if file.endswith(".py"):
                named[file.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]].append(file)
        known = _by_name[index] = (generation, dict(named))
    return known[1]
