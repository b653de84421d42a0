"""Who uses a name, and what a definition calls, matched by name.

References are stored by name, so results are candidates: definitions in the same file come first, then in the same folder,
then the most used ones; names that many types share resolve only inside their own file.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexers.graph.definitions import definitions, importance, last_part
from indexers.stores import symbols
from indexers.stores.catalog import Catalog
from indexers.types import Definition, Use

AMBIGUOUS = 6
"""Names defined more often than this (`get`, `__init__`) tell nothing about which file depends on which."""

COMMON_METHODS = frozenset(
    "add all any append apply as_str assertEqual assertFalse assertRaises assertTrue bind call catch clear clone "
    "close collect concat contains copy count debug dec decode dict each encode endswith enumerate equals error "
    "expect extend filter find flush forEach format from get getattr getter group hasattr hashCode inc includes index "
    "indexOf info init insert int into isEmpty is_empty isinstance items iter join keys len length list lock log "
    "lower lstrip map match max min new next open pop print printf println push put range read readline readlines "
    "reduce remove render replace resolve reverse rsplit rstrip run search seek self set setattr setter shift size "
    "slice sort sorted splice split start startswith stop str strip sub sum super test then toString to_string tuple "
    "type unlock unshift unwrap update upper values warn write".split()
)
"""Methods of every language's own strings, lists and maps, and verbs so common that a bare call of one says nothing about
which definition is meant."""

_KIND_ORDER = {"call": 0, "import": 1, "base": 2, "type": 3}


def callers(catalog: Catalog, name: str, limit: int = 200, kinds: Sequence[str] = ("call", "base", "import")) -> list[Use]:
    """Uses of a name: code before tests, calls before imports before inheritance, in path order."""
    name = last_part(name)
    found = [use for use in symbols.uses_of_name(catalog, name) if use.kind in kinds]
    found.sort(key=lambda use: (use.is_test, _KIND_ORDER[use.kind], use.path, use.line, use.file))
    return [
        Use(u.path, u.line, name, u.kind, symbols.enclosing_name(catalog, u.file, u.line), u.is_test) for u in found[:limit]
    ]


def callees(catalog: Catalog, name: str, limit: int = 100) -> list[tuple[Use, Definition | None]]:
    """What the best definition of `name` calls, in order, each with its likeliest definition in the repository."""
    found = definitions(catalog, name, 1)
    return callees_of(catalog, found[0], limit) if found else []


def callees_of(catalog: Catalog, definition: Definition, limit: int = 100) -> list[tuple[Use, Definition | None]]:
    """What one definition calls, in order, each name once."""
    first: dict[str, int] = {}
    is_test = False
    for use in symbols.uses_in_file(catalog, definition.path):
        is_test = use.is_test
        inside = definition.line <= use.line <= definition.end_line
        if inside and use.kind == "call" and use.name != definition.name:
            first[use.name] = min(use.line, first.get(use.name, use.line))
    ordered = sorted(first.items(), key=lambda entry: entry[1])[:limit]  # stable: calls of one line as they are written
    return [
        (
            Use(definition.path, line, name, "call", definition.qualified_name, is_test),
            _resolve(catalog, name, definition.path, definition.language),
        )
        for name, line in ordered
    ]


def _resolve(catalog: Catalog, name: str, path: str, language: str) -> Definition | None:
    """The definition a use most likely means: in the same file, in the same folder, else the most used."""
    candidates = [d for d in definitions(catalog, name, 200) if d.name == name and d.language == language]
    if not candidates:
        return None
    if name in COMMON_METHODS or name.lower() in COMMON_METHODS or len(candidates) > AMBIGUOUS:
        candidates = [d for d in candidates if d.path == path]  # which type has the method is not known
    folder = path.rpartition("/")[0]
    return min(
        candidates,
        key=lambda d: (d.path != path, d.is_test, d.path.rpartition("/")[0] != folder, *importance(d)),
        default=None,
    )
