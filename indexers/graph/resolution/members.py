"""What a name behind a dot means: members of modules and classes, and the classes that a class inherits from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexers.graph.facts import CLASSES, FUNCTIONS, File
from indexers.graph.values import OUTSIDE, UNKNOWN, Value
from indexers.syntax.languages import MINOR_KINDS
from indexers.types import Definition, RawUse

if TYPE_CHECKING:
    from indexers.graph.resolution.resolver import Resolver

MOST_OVERRIDES = 20
"""Definitions of one name that are looked at for whether they override a member from outside."""


class Members:
    """Looks up members."""

    def __init__(self, resolver: Resolver) -> None:
        """`resolver` has the other parts."""
        self._resolver = resolver
        self._members: dict[tuple[str, str, str, bool], Definition | Value] = {}

    def member(self, value: Value, name: str, *, fields: bool = False) -> Definition | Value:
        """What a name behind a dot means; with `fields` no method."""
        if value.definition is not None and value.definition.language == "rust":
            return self._resolver.rust.members.called(value, name)
        if value.kind == "module":
            return self._resolver.imports.exported(value, name)
        if value.kind == "list":
            return OUTSIDE
        if value.kind == "function":
            return OUTSIDE if name in ("bind", "call", "apply", "__name__", "__doc__", "cache_clear") else UNKNOWN
        if value.definition is None or value.kind == "unknown":
            return value if value == OUTSIDE else UNKNOWN
        key = (value.kind, f"{value.definition.path}:{value.definition.qualified_name}", name, fields)
        known = self._members.get(key)
        if known is None:
            self._members[key] = UNKNOWN
            known = self._of_class(value.definition, name, skip=value.kind == "super", fields=fields)
            if known == OUTSIDE and value.kind == "instance" and self._is_overridden(value.definition, name):
                known = UNKNOWN  # it may be an object of that class
            self._members[key] = known
        return known

    def _is_overridden(self, owner: Definition, name: str) -> bool:
        """Whether a class of the repository that inherits from `owner` defines a member that `owner` has from outside."""
        for member in self._resolver.named(name)[:MOST_OVERRIDES]:
            home = self._resolver.repository.file(member.path)
            definer = home.by_qualified_name.get(member.qualified_name.rpartition(".")[0])
            if definer is not None and definer.kind in CLASSES and owner in self.hierarchy(definer):
                return True
        return False

    def _of_class(self, owner: Definition, name: str, *, skip: bool = False, fields: bool = False) -> Definition | Value:
        """A member of a class or of the classes it inherits from; with `skip` only of these."""
        outside = unknown = False
        for definition in self.hierarchy(owner):
            if isinstance(definition, Value):
                outside = outside or definition == OUTSIDE
                unknown = unknown or definition == UNKNOWN
                continue
            if skip and definition is owner:
                continue
            found = self.own_member(definition, name, fields=fields)
            if found is not None:
                return found
        return UNKNOWN if unknown or not outside else OUTSIDE

    def own_member(self, owner: Definition, name: str, *, fields: bool = False) -> Definition | Value | None:
        """A member that a class defines itself; a field has the value that is assigned to it, None: there is none."""
        home = self._resolver.repository.file(owner.path)
        qualified = f"{owner.qualified_name}.{name}"
        found = home.by_qualified_name.get(qualified)
        if fields and found is not None and found.kind in FUNCTIONS:
            found = None
        if found is not None and found.kind not in MINOR_KINDS:
            return found
        if owner.language == "go":
            folder = owner.path.rpartition("/")[0]
            for definition in self._resolver.named(name):
                if definition.qualified_name == qualified and definition.path.rpartition("/")[0] == folder:
                    return definition
        bindings = home.bindings.get((owner.qualified_name, f"self.{name}"), []) + home.bindings.get(
            (owner.qualified_name, name), []
        )
        if bindings:
            value = self._resolver.expressions.bound(bindings, home, 1 << 30)
            return found if found is not None and value.kind not in ("instance", "list", "class", "function") else value
        return found

    def hierarchy(self, owner: Definition) -> Iterator[Definition | Value]:
        """A class and what it inherits from, nearest first; values stand for bases that are not in the repository."""
        queue: list[Definition | Value] = [owner]
        seen: set[tuple[str, str]] = set()
        while queue:
            current = queue.pop(0)
            if isinstance(current, Definition):
                key = (current.path, current.qualified_name)
                if key in seen:
                    continue
                seen.add(key)
                home = self._resolver.repository.file(current.path)
                queue.extend(self.base(use) for use in home.bases.get(current.qualified_name, ()))
            yield current

    def base(self, use: RawUse) -> Definition | Value:
        """The class that a use as base names."""
        file = self._resolver.repository.file(use.path)
        if file.language == "rust":
            return self._resolver.rust.base(use)
        if use.name in ("object", "ABC", "Protocol", "Generic", "Enum") and file.language == "python":
            return Value("plain")
        if use.receiver:
            named = self.member(self._resolver.expressions.value(use.receiver, file, use.line), use.name)
        else:
            named = self._resolver.names.of_file(use.name, file, use.line)
            if named == OUTSIDE and (nested := self._nested(use, file)) is not None:
                named = nested
        if isinstance(named, Definition):
            return named if named.kind in CLASSES else UNKNOWN
        if named.kind == "class" and named.definition is not None:
            return named.definition
        return named if named == OUTSIDE else UNKNOWN

    @staticmethod
    def _nested(use: RawUse, file: File) -> Definition | None:
        around = file.around(use.line)
        outer = around[1].qualified_name if len(around) > 1 else ""
        return file.by_qualified_name.get(f"{outer}.{use.name}") if outer else None
