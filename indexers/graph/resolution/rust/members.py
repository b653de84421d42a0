"""Methods and associated functions of Rust: of a type, of the traits that it has, and of types that hold others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexers.graph.facts import FUNCTIONS
from indexers.graph.resolution.rust.memo import Memo
from indexers.graph.resolution.rust.scopes import type_around
from indexers.graph.resolution.rust.standard import KEPT, OTHERS, TAKEN
from indexers.graph.values import OUTSIDE, UNKNOWN, Value
from indexers.stores import symbols
from indexers.types import Definition, RawUse

if TYPE_CHECKING:
    from indexers.graph.resolution.rust.resolver import RustResolver

_Key = tuple[str, str]
_Found = Definition | Value


class Members:
    """Looks members up."""

    def __init__(self, rust: RustResolver) -> None:
        """`rust` has the other parts."""
        self._rust = rust
        self._methods: Memo[tuple[str, str, str], _Found | None] = Memo(rust, UNKNOWN)
        self._owners: dict[str, dict[str, list[tuple[Definition, Definition]]]] = {}
        self._missing: dict[str, Value] = {}
        self._implementing: dict[_Key, dict[str, bool]] = {}

    def associated(self, value: Value, name: str) -> _Found:
        """What a name behind `::` of a type means."""
        owner = value.definition
        if value.kind != "class" or owner is None:
            return self.missing(name) if value == OUTSIDE else UNKNOWN
        found = self.method(owner, name)
        if found is not None:
            return found
        constant = self._rust.file(owner.path).by_qualified_name.get(f"{owner.qualified_name}.{name}")
        if constant is not None:
            return constant
        if owner.kind == "enum" and self._rust.is_field(owner, name):
            return Value("instance", owner)
        return UNKNOWN if owner.kind == "impl" else self.missing(name)

    def called(self, value: Value, name: str) -> _Found:
        """What a method behind `.` means."""
        if value.kind == "list":
            return OUTSIDE if name in KEPT or name in TAKEN or name in OTHERS else self.missing(name)
        if value == OUTSIDE:
            return self.missing(name)
        if value.kind not in ("instance", "class") or value.definition is None:
            return UNKNOWN
        found = self.method(value.definition, name)
        if found is not None:
            return found
        if self._rust.is_field(value.definition, name):
            return UNKNOWN
        is_open = value.definition.kind == "impl" or self._derefs(value.definition)
        return UNKNOWN if is_open else self.missing(name)

    def method(self, owner: Definition, name: str) -> _Found | None:
        """The method of a type or trait: its own, else the default of a trait that it has; None: there is none."""
        key = (owner.path, owner.qualified_name, name)
        return self._methods.get(key, lambda: self._find(owner, name))

    def _find(self, owner: Definition, name: str) -> _Found | None:
        own: list[Definition] = []
        defaults: list[Definition] = []
        owners = self.owners_of(name)
        for definition, around in owners.get(owner.name, ()):
            if (around.kind != "trait" or owner.kind == "trait") and self._is_of(owner, around):
                own.append(definition)
        for definition, around in owners.get("", ()) if owner.kind != "trait" and not own else ():
            if self._has(owner, around):
                defaults.append(definition)
        if own:
            return own[0]
        if owner.kind == "trait":
            for base in self._supertraits(owner):
                found = self.method(base, name)
                if found is not None:
                    return found
        keys = {(d.path, d.qualified_name) for d in defaults}
        return defaults[0] if len(keys) == 1 else UNKNOWN if keys else None

    def owners_of(self, name: str) -> dict[str, list[tuple[Definition, Definition]]]:
        """The methods of a name with the type, trait or `impl` in which each is, by its name; those of traits also by ""."""
        if name not in self._owners:
            found: dict[str, list[tuple[Definition, Definition]]] = {}
            self._owners[name] = found
            for definition in self._rust.resolver.named(name):
                if definition.language == "rust" and definition.kind in FUNCTIONS and "." in definition.qualified_name:
                    around = type_around(self._rust.file(definition.path), definition.line)
                    if around is not None:
                        found.setdefault(around.name, []).append((definition, around))
                        if around.kind == "trait":
                            found.setdefault("", []).append((definition, around))
        return self._owners[name]

    def _is_of(self, owner: Definition, around: Definition) -> bool:
        """Whether an `impl` or trait is that of a type."""
        if around.name != owner.name:
            return False
        if around.path == owner.path and around.qualified_name == owner.qualified_name:
            return True
        return around.kind == "impl" and _key(self._rust.type_of(around)) == _key(owner)

    def _has(self, owner: Definition, trait: Definition) -> bool:
        """Whether a type has a trait, by the names of types in `impl Trait for Type` or by a parameter in their place."""
        names = self._with(trait)
        return owner.name in names or any(len(name) == 1 for name in names)

    def _with(self, trait: Definition) -> dict[str, bool]:
        """The names of the types that have a trait: whether each is one of the repository."""
        key = (trait.path, trait.qualified_name)
        if key not in self._implementing:
            self._implementing[key] = {}
            self._implementing[key] = dict(self._names_with(trait))
        return self._implementing[key]

    def _names_with(self, trait: Definition) -> Iterator[tuple[str, bool]]:
        for use in symbols.uses_of_name(self._rust.resolver.repository.catalog, trait.name):
            if use.kind != "base":
                continue
            around = type_around(self._rust.file(use.path), use.line)
            if around is not None and self._rust.base(use) in (trait, UNKNOWN):
                yield around.name, self._rust.type_of(around) is not None

    def _supertraits(self, trait: Definition) -> Iterator[Definition]:
        home = self._rust.file(trait.path)
        for use in home.bases.get(trait.qualified_name, ()):
            base = self._rust.base(use)
            if isinstance(base, Definition):
                yield base

    def _derefs(self, owner: Definition) -> bool:
        """Whether a type says that its methods are also those of another."""
        return any(use.name in ("Deref", "DerefMut") for use in self._bases(owner))

    def _bases(self, owner: Definition) -> list[RawUse]:
        return self._rust.file(owner.path).bases.get(owner.qualified_name, [])

    def missing(self, name: str) -> Value:
        """What a method is that a known type does not define: outside, unless the repository gives it to types of others."""
        if name not in self._missing:
            self._missing[name] = UNKNOWN
            owners = [around for key, listed in self.owners_of(name).items() if key for _, around in listed]
            self._missing[name] = UNKNOWN if any(map(self._is_foreign, owners)) else OUTSIDE
        return self._missing[name]

    def _is_foreign(self, around: Definition) -> bool:
        """Whether a trait or `impl` gives its methods to a type of others."""
        return not all(self._with(around).values()) if around.kind == "trait" else self._rust.type_of(around) is None


def _key(definition: Definition | None) -> _Key | None:
    return (definition.path, definition.qualified_name) if definition is not None else None
