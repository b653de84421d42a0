"""Look up the definitions of a name, the most likely first."""

from __future__ import annotations

from collections.abc import Iterable

from indexers.stores import symbols
from indexers.stores.catalog import Catalog
from indexers.syntax.languages import MINOR_KINDS
from indexers.types import Definition


def definitions(catalog: Catalog, name: str, limit: int = 50) -> list[Definition]:
    """Definitions of a name or a qualified name (`Session.get`), most likely first.

    Only the best kind of match is returned: exact, else case-insensitive, else names that contain the text.
    """
    last = last_part(name)
    for lookup in (symbols.definitions_named, symbols.definitions_in_any_case, symbols.definitions_containing):
        matches = lookup(catalog, last)
        if last != name:
            ending = f".{'.'.join(_parts(name))}".casefold()
            matches = [d for d in matches if f".{d.qualified_name}".casefold().endswith(ending)]
        if matches:
            return sorted(matches, key=importance)[:limit]
    return []


def major(found: Iterable[Definition]) -> list[Definition]:
    """The definitions that are not variables, fields, constants, aliases or prototypes."""
    return [d for d in found if d.kind not in MINOR_KINDS]


def importance(definition: Definition) -> tuple[bool, bool, int, str, int]:
    """Sort key: code before tests, major kinds before variables and prototypes, long or documented ones first."""
    return (
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
