"""What a name on its own means at a line of a file."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from indexers.graph.facts import CLASSES, File
from indexers.graph.values import LOCAL, OUTSIDE, UNKNOWN, Value
from indexers.syntax.languages import MINOR_KINDS
from indexers.types import Definition

if TYPE_CHECKING:
    from indexers.graph.resolution.resolver import Resolver

SCRIPT = frozenset({"javascript", "typescript", "tsx", "vue", "svelte"})
"""The languages that import each other's modules."""
_BUILT_INS = frozenset(dir(builtins))
_GLOBALS = frozenset(
    "Array ArrayBuffer BigInt Boolean Buffer Date Error FormData Function Headers Intl JSON Map Math "
    "Number Object Promise Proxy Reflect RegExp Request Response Set String Symbol URL URLSearchParams "
    "WeakMap WeakSet clearTimeout console describe document exports expect fetch globalThis it jest "
    "localStorage module navigator process require setInterval setTimeout test window".split()
)
_SELVES = {"python": ("self", "cls", "super"), "java": ("this", "super"), "go": ()}


class Names:
    """Looks names up: in the scopes around the line, in the file, in its imports, and beside it."""

    def __init__(self, resolver: Resolver) -> None:
        """`resolver` has the other parts."""
        self._resolver = resolver

    def name(self, name: str, file: File, line: int, *, types: bool = False, fields: bool = False) -> Definition | Value:
        """What a name on its own means at a line: a type, or with `fields` no method."""
        around = file.around(line)
        if not types and name in _SELVES.get(file.language, ("this", "super")):
            return self._own(name, file, line)
        for position, scope in enumerate(around):
            found = self._in_scope(name, scope, file, line, inner=position == 0, fields=fields)
            if found is not None:
                return found
        return self.of_file(name, file, line)

    def _own(self, name: str, file: File, line: int) -> Value:
        owner = file.enclosing_class(line)
        if owner is None:
            return UNKNOWN
        kind = {"super": "super", "cls": "class"}.get(name, "instance")
        return Value(kind, owner)

    def _in_scope(
        self, name: str, scope: Definition, file: File, line: int, *, inner: bool, fields: bool
    ) -> Definition | Value | None:
        """What a name means in a function or class around the line; None when it is not bound there."""
        if scope.kind in CLASSES:
            if file.language == "java":
                found = self._resolver.members.member(Value("instance", scope), name, fields=fields)
                if isinstance(found, Definition) and found.kind == "constructor":  # the name is that of its class
                    return self._resolver.repository.file(found.path).enclosing_class(found.line)
                return found if isinstance(found, Definition) or found.kind not in ("unknown", "outside") else None
            if not inner or file.language in SCRIPT or file.language == "go":
                return None
            bound = file.bindings.get((scope.qualified_name, name))
            member = file.by_qualified_name.get(f"{scope.qualified_name}.{name}")
            if member is not None or not bound:
                return member
            return self._resolver.expressions.bound(bound, file, line)
        nested = file.by_qualified_name.get(f"{scope.qualified_name}.{name}")
        if nested is not None and nested.kind not in MINOR_KINDS:
            return nested
        bindings = file.bindings.get((scope.qualified_name, name))
        if not bindings:
            return None
        found = self._resolver.expressions.bound(bindings, file, line)
        return LOCAL if found == UNKNOWN else found

    def of_file(self, name: str, file: File, line: int) -> Definition | Value:
        """What a name means at the top level of a file."""
        defined = file.by_qualified_name.get(name)
        if defined is not None and defined.kind not in MINOR_KINDS:
            return defined
        for module in file.imports.get(name, ()):
            found = self._resolver.imports.imported(module, file)
            if found != UNKNOWN or defined is None:
                return found
        if defined is not None:
            value = self._resolver.expressions.of(defined)
            return value if value.kind in ("class", "function", "module") else defined
        bindings = file.bindings.get(("", name))
        if bindings:
            return self._resolver.expressions.bound(bindings, file, line)
        beside = self._beside(name, file)
        if beside is not None:
            return beside
        is_open = False
        for module in file.imports.get("*", ()):
            found = self._resolver.imports.imported(f"{module}:{name}", file)
            if isinstance(found, Definition):
                return found
            is_open = is_open or found == UNKNOWN
        if file.language in ("java", "go"):
            return OUTSIDE
        is_global = name in _BUILT_INS if file.language == "python" else bool(file.imports) or name in _GLOBALS
        return OUTSIDE if is_global and not is_open else UNKNOWN

    def _beside(self, name: str, file: File) -> Definition | None:
        """The definition of a name in another file of the same Go or Java package."""
        if file.language not in ("go", "java"):
            return None
        folder = file.path.rpartition("/")[0]
        found = [
            d
            for d in self._resolver.named(name)
            if d.qualified_name == name and d.language == file.language and d.kind != "module"
        ]
        for definition in found:
            other = definition.path.rpartition("/")[0]
            is_same = other == folder or (file.language == "java" and _package(other) == _package(folder) != "")
            if is_same and (file.path.endswith("_test.go") or not definition.path.endswith("_test.go")):
                return definition
        return None


def _package(folder: str) -> str:
    """The package of a Java folder below its source root."""
    _, found, package = folder.rpartition("/java/")
    return package if found else ""
