"""Look up the definitions of a name, the most likely first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexers.stores import symbols
from indexers.stores.catalog import Catalog
from indexers.syntax.languages import MINOR_KINDS
from indexers.types import Definition

PACKAGE_FILES = frozenset({"__init__", "index", "mod"})
"""Names of files that stand for their folder as a module."""

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


def definitions(catalog: Catalog, name: str, limit: int = 50) -> list[Definition]:
    """Definitions of a name or a qualified name (`Session.get`), most likely first.

    A name may begin with its module (`shop.cart.Cart.add`). Only the best kind of match is returned: exact, else
    case-insensitive, else names that contain the text.
    """
    last = last_part(name)
    parts = _parts(name)
    for lookup in (symbols.definitions_named, symbols.definitions_in_any_case, symbols.definitions_containing):
        matches = lookup(catalog, last)
        if last != name:
            ending = f".{'.'.join(parts)}".casefold()
            ended = [d for d in matches if f".{d.qualified_name}".casefold().endswith(ending)]
            matches = ended or [d for d in matches if _is_in_module(d, parts)]
        if matches:
            return sorted(matches, key=importance)[:limit]
    return []


def _is_in_module(definition: Definition, parts: Sequence[str]) -> bool:
    """Whether a name is a definition's own qualified name after the end of its module's path, without its extension."""
    own = _parts(definition.qualified_name)
    module = [part.casefold() for part in parts[: -len(own)]]
    folder, _, file = definition.path.casefold().rpartition("/")
    path = [*folder.split("/"), file.partition(".")[0]]
    if path[-1] in PACKAGE_FILES:
        path.pop()
    is_own = [part.casefold() for part in parts[-len(own) :]] == [part.casefold() for part in own]
    return bool(own and module) and is_own and path[-len(module) :] == module


def major(found: Iterable[Definition]) -> list[Definition]:
    """The definitions that are not variables, fields, constants, aliases or prototypes."""
    return [d for d in found if d.kind not in MINOR_KINDS]


def importance(definition: Definition) -> tuple[bool, bool, bool, int, str, int]:
    """Sort key: code, tests, headings of documents; major kinds before variables and prototypes; long or documented first."""
    return (
        definition.kind == "section",
        definition.is_test,
        definition.kind in MINOR_KINDS,
        -(definition.end_line - definition.line > 1) - bool(definition.documentation),
        definition.path,
        definition.line,
    )


def last_part(name: str) -> str:
    """The name without its qualifiers: `get` for `Session.get`."""
    parts = _parts(name)
    return parts[-1] if parts else name


def _parts(name: str) -> list[str]:
    return [part for part in name.replace("::", ".").replace("#", ".").removesuffix("()").split(".") if part]
