"""Callers of a name and callees of a definition, matched by name.

References are stored by name only, so a resolved definition is a guess: the same file is preferred, then code over tests,
then the same folder; names that many types share resolve only within the same file.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexers.graph.definitions import definitions, importance, last_part
from indexers.stores import symbols
from indexers.stores.catalog import Catalog
from indexers.types import Definition, Use

AMBIGUOUS = 6
"""Names with more definitions than this (`get`, `__init__`) are no evidence of a dependency between files."""

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
"""Methods of built-in strings, lists and maps, and common verbs: an unqualified call of one of these does not identify a
definition."""

_KIND_ORDER = {"call": 0, "import": 1, "base": 2, "type": 3}


def callers(catalog: Catalog, name: str, limit: int = 200, kinds: Sequence[str] = ("call", "base", "import")) -> list[Use]:
    """Uses of a name: code before tests, calls before imports before inheritance, in path order."""
    name = last_part(name)
    uses = [use for use in symbols.uses_of_name(catalog, name) if use.kind in kinds]
    uses.sort(key=lambda use: (use.is_test, _KIND_ORDER[use.kind], use.path, use.line, use.file))
    return [Use(u.path, u.line, name, u.kind, symbols.enclosing_name(catalog, u.file, u.line), u.is_test) for u in uses[:limit]]


def callees(catalog: Catalog, name: str, limit: int = 100) -> list[tuple[Use, Definition | None]]:
    """The calls in the best definition of `name`, in order, each with its most likely definition in the repository."""
    matches = definitions(catalog, name, 1)
    return callees_of(catalog, matches[0], limit) if matches else []


def callees_of(catalog: Catalog, definition: Definition, limit: int = 100) -> list[tuple[Use, Definition | None]]:
    """The calls in one definition, in order, each name once."""
    first_lines: dict[str, int] = {}
    is_test = False
    for use in symbols.uses_in_file(catalog, definition.path):
        is_test = use.is_test
        inside = definition.line <= use.line <= definition.end_line
        if inside and use.kind == "call" and use.name != definition.name:
            first_lines[use.name] = min(use.line, first_lines.get(use.name, use.line))
    # The sort is stable: calls on the same line keep their order.
    ordered = sorted(first_lines.items(), key=lambda entry: entry[1])[:limit]
    return [
        (
            Use(definition.path, line, name, "call", definition.qualified_name, is_test),
            _resolve(catalog, name, definition.path, definition.language),
        )
        for name, line in ordered
    ]


def _resolve(catalog: Catalog, name: str, path: str, language: str) -> Definition | None:
    """The most likely definition of a used name, or None: the same file first, then code before tests, the same folder."""
    candidates = [d for d in definitions(catalog, name, 200) if d.name == name and d.language == language]
    if not candidates:
        return None
    if name in COMMON_METHODS or name.lower() in COMMON_METHODS or len(candidates) > AMBIGUOUS:
        candidates = [d for d in candidates if d.path == path]  # the receiver's type is unknown
    folder = path.rpartition("/")[0]
    return min(
        candidates,
        key=lambda d: (d.path != path, d.is_test, d.path.rpartition("/")[0] != folder, *importance(d)),
        default=None,
    )
