"""The constructor of a class: what its parameters and their defaults are asked of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexers import Index
from indexers.types import Definition

MOST_BASES = 4
"""How far up the bases are followed, and how many of one class."""

_NAMES = {
    "python": ("__init__", "__new__"),
    "javascript": ("constructor",),
    "typescript": ("constructor",),
    "tsx": ("constructor",),
    "php": ("__construct",),
    "ruby": ("initialize",),
    "swift": ("init",),
}
"""What a constructor is called; in other languages as its class."""

_IN_THE_HEADER = frozenset({"kotlin", "scala", "csharp", "java"})
"""Languages whose classes or records may have their parameters after their name."""

_BASES = re.compile(r"\b(?:class|struct)\s+\w+[^(:<]*(?:\(([^()]*)\)|\bextends\s+([\w.]+)|:\s*([\w., ]+)|<\s*([\w:]+))")
_CLASSES = frozenset({"class", "struct"})


def constructor_of(index: Index, definition: Definition) -> Definition | None:
    """What makes an object of a class: its constructor, else that of a base of which one is known, else its own header.

    Any other definition is given back as it is; None for a class of which no constructor is known.
    """
    if definition.kind not in _CLASSES:
        return definition
    if definition.language in _IN_THE_HEADER and re.search(rf"\b{re.escape(definition.name)}\b[^({{]*\(", definition.signature):
        return definition
    return _inherited(index, definition, MOST_BASES)


def _inherited(index: Index, definition: Definition, depth: int) -> Definition | None:
    names = _NAMES.get(definition.language, (definition.name,))
    wanted = [f"{definition.qualified_name}.{name}" for name in names]
    for name in wanted:
        own = [d for d in index.definitions(name, 3) if d.qualified_name == name and d.path == definition.path]
        if own:
            return own[0]
    bases = (_only(index.definitions(base, MOST_BASES), base) for base in _bases(definition) if depth)
    return next((found for base in bases if base and (found := _inherited(index, base, depth - 1))), None)


def _bases(definition: Definition) -> list[str]:
    match = _BASES.search(definition.signature)
    text = next((group for group in match.groups() if group), "") if match else ""
    names = [re.split(r"[\[<=]", part.strip())[0].strip().replace("::", ".") for part in text.split(",") if "=" not in part]
    return [name.rpartition(".")[2] for name in names if name][:MOST_BASES]


def _only(found: Sequence[Definition], name: str) -> Definition | None:
    classes = [d for d in found if d.name == name and d.kind in _CLASSES]
    return classes[0] if len(classes) == 1 else None
