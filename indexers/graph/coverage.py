"""Which tests reach a definition: those that call it, and those that call its callers."""

from __future__ import annotations

from indexers.graph.definitions import definitions
from indexers.graph.facts import FUNCTIONS, Repository
from indexers.graph.references import is_constructor, uses_of, wanted
from indexers.graph.resolution import Resolver
from indexers.stores.catalog import Catalog
from indexers.types import BY_NAME, RESOLVED, CoveringTest, Definition, RawUse

MOST_STEPS = 3
_MOST_CALLERS = 40
_KINDS = ("call", "jsx", "decorator", "argument", "value", "entry")

_Key = tuple[str, int]
_Found = dict[_Key, CoveringTest]


def covering(catalog: Catalog, name: str, limit: int = 200) -> list[CoveringTest]:
    """The tests that reach the definitions of a name, the most direct first, resolved before matched by name."""
    if not definitions(catalog, name, 1):
        return []
    resolver = Resolver(Repository(catalog))
    targets, used_as = wanted(resolver, name)
    found: _Found = {}
    level: list[tuple[list[Definition], str, tuple[str, ...]]] = [(targets, used_as, ())]
    seen: set[_Key] = {(d.path, d.line) for d in targets}
    for _ in range(MOST_STEPS):
        following: list[tuple[list[Definition], str, tuple[str, ...]]] = []
        for current, current_name, through in level:
            for use, how, _ in uses_of(resolver, current, current_name, _KINDS):
                by = _function_around(resolver, use)
                if through and how != RESOLVED:
                    continue
                if use.is_test:
                    _add(found, use, by, how, through)
                elif by is not None and how == RESOLVED and (by.path, by.line) not in seen and len(following) < _MOST_CALLERS:
                    seen.add((by.path, by.line))
                    following.append((*_called_as(resolver, by), (by.qualified_name, *through)))
        level = following
    ordered = sorted(found.values(), key=lambda t: (t.resolution == BY_NAME, len(t.through), t.path, t.line))
    return ordered[:limit]


def _function_around(resolver: Resolver, use: RawUse) -> Definition | None:
    """The outermost function around a use that is in no other function: a test, not a helper inside it."""
    around = resolver.repository.file(use.path).around(use.line)
    functions = [d for d in around if d.kind in FUNCTIONS]
    return functions[-1] if functions else None


def _called_as(resolver: Resolver, function: Definition) -> tuple[list[Definition], str]:
    """(the definition that calls of a function name, that name): a constructor is called by the name of its class."""
    if is_constructor(function):
        owner = resolver.repository.file(function.path).enclosing_class(function.line)
        if owner is not None:
            return [owner], owner.name
    return [function], function.name


def _add(found: _Found, use: RawUse, by: Definition | None, how: str, through: tuple[str, ...]) -> None:
    line = by.line if by is not None else use.line
    known = found.get((use.path, line))
    if known is None or (known.resolution == BY_NAME and how == RESOLVED):
        found[use.path, line] = CoveringTest(use.path, line, by.qualified_name if by is not None else "", how, through)
