"""Which classes extend or implement a type, and which methods override one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexers.graph.definitions import definitions, importance
from indexers.graph.facts import CLASSES, FUNCTIONS, Repository
from indexers.graph.references import candidates
from indexers.graph.resolution import Resolver
from indexers.stores import symbols
from indexers.stores.catalog import Catalog
from indexers.types import Definition


def implementations(catalog: Catalog, name: str, limit: int = 200) -> list[Definition]:
    """The classes below a type, or the methods that override a method, code before tests, in path order.

    Of a type that is defined elsewhere, such as `Exception` or a trait of a library: the classes that name it as their base.
    """
    resolver = Resolver(Repository(catalog))
    found: dict[tuple[str, int], Definition] = {}
    defined, last = definitions(catalog, name), re.split(r"\.|::", name)[-1]
    if not any(definition.name == last for definition in defined):
        found = {(d.path, d.line): d for d in _below_foreign(resolver, last)}
    for definition in () if found else defined:
        if definition.kind in CLASSES:
            below = list(subclasses(resolver, definition))
        else:
            owner = resolver.repository.file(definition.path).enclosing_class(definition.line)
            is_method = definition.kind in FUNCTIONS
            below = list(overrides(resolver, owner, definition.name)) if owner is not None and is_method else []
        found.update({(d.path, d.line): d for d in below})
    return sorted(found.values(), key=importance)[:limit]


def _below_foreign(resolver: Resolver, name: str) -> Iterator[Definition]:
    for use in candidates(resolver, name, ("base",)):
        child = resolver.repository.file(use.path).enclosing_class(use.line)
        if child is not None:
            yield child
            yield from subclasses(resolver, child)


def overrides(resolver: Resolver, owner: Definition, name: str) -> Iterator[Definition]:
    """The definitions of a method in the classes below its class."""
    for child in subclasses(resolver, owner):
        member = resolver.members.own_member(child, name)
        if isinstance(member, Definition) and member.kind in FUNCTIONS:
            yield member


def subclasses(resolver: Resolver, owner: Definition) -> Iterator[Definition]:
    """The classes that inherit from a class, directly or not; for an interface of Go, the types that have its methods."""
    if owner.language == "go" and owner.kind == "interface":
        yield from _with_methods(resolver, owner)
    queue, seen = [owner], {(owner.path, owner.qualified_name)}
    while queue:
        current = queue.pop(0)
        for use in candidates(resolver, current.name, ("base",)):
            base = resolver.members.base(use)
            child = resolver.repository.file(use.path).enclosing_class(use.line)
            is_same = isinstance(base, Definition) and (base.path, base.qualified_name) == (
                current.path,
                current.qualified_name,
            )
            if child is None or not (is_same or _may_be(resolver, base, current)):
                continue
            key = (child.path, child.qualified_name)
            if key not in seen:
                seen.add(key)
                queue.append(child)
                yield child


def _may_be(resolver: Resolver, base: object, wanted: Definition) -> bool:
    """Whether a base that could not be resolved is a class by its name: the only one of this name."""
    if isinstance(base, Definition) or getattr(base, "kind", "") != "unknown":
        return False
    named = symbols.definitions_named(resolver.repository.catalog, wanted.name)
    return len([d for d in named if d.kind in CLASSES]) == 1


def _with_methods(resolver: Resolver, owner: Definition) -> Iterator[Definition]:
    """The types that define every method of an interface of Go."""
    home = resolver.repository.file(owner.path)
    prefix = f"{owner.qualified_name}."
    methods = [d.name for d in home.definitions if d.kind == "method" and d.qualified_name.startswith(prefix)]
    owners: set[tuple[str, str]] | None = None
    for method in methods:
        named = symbols.definitions_named(resolver.repository.catalog, method)
        having = {
            (d.path.rpartition("/")[0], d.qualified_name.rpartition(".")[0])
            for d in named
            if d.language == "go" and d.kind == "method" and d.signature.startswith("func")
        }
        owners = having if owners is None else owners & having
    for folder, name in sorted(owners or ()):
        for definition in symbols.definitions_named(resolver.repository.catalog, name):
            if definition.kind in CLASSES and definition.path.rpartition("/")[0] == folder:
                yield definition
