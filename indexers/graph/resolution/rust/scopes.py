"""What a name or a path of Rust means: local names, the items of modules, imports with globs, and crates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexers.graph.facts import CLASSES, FUNCTIONS, File
from indexers.graph.resolution.rust.memo import Memo
from indexers.graph.resolution.rust.standard import HOLDERS, MAPS, PRELUDE, TRANSPARENT
from indexers.graph.values import OUTSIDE, UNKNOWN, Value
from indexers.types import Definition

if TYPE_CHECKING:
    from indexers.graph.resolution.rust.resolver import RustResolver

HELD = HOLDERS | MAPS | TRANSPARENT
STANDARD = PRELUDE | HELD
_Found = Definition | Value


class Scopes:
    """Looks names up."""

    def __init__(self, rust: RustResolver) -> None:
        """`rust` has the other parts."""
        self._rust = rust
        self._items: Memo[tuple[str, str, str, bool], _Found | None] = Memo(rust, None)

    def first(self, name: str, file: File, line: int, *, path: bool) -> _Found:
        """What the first name of an expression means, or with `path` the first part of a path."""
        if name in ("self", "Self") and not (path and name == "self"):
            owner = self._rust.own_type(file, line)
            return UNKNOWN if owner is None else Value("class" if name == "Self" else "instance", owner)
        if path and name in ("crate", "self", "super"):
            return self._start(name, file, line)
        for scope in file.around(line):
            nested = self._defined(file, f"{scope.qualified_name}.{name}", types=path) if scope.kind in FUNCTIONS else None
            if nested is not None:
                return nested
        module = inner_module(file, line)
        for value, is_glob in self._imports_in_functions(name, file, line):
            found = self.imported(value, file)
            if found != UNKNOWN and (not is_glob or isinstance(found, Definition) or found.kind == "instance"):
                return found
        found_item = self.item(file, module, name, types=path)
        if found_item is not None:
            return found_item
        return self._elsewhere(name, file) if path else (OUTSIDE if name in STANDARD or not self._is_open(file) else UNKNOWN)

    def _start(self, name: str, file: File, line: int) -> Value:
        module = inner_module(file, line)
        if name == "crate":
            return Value("module", paths=self._rust.crates.roots(file.path))
        if name == "self":
            return _module(file, module)
        if module is not None:
            return _module(file, inner_module(file, module.line, but=module))
        return Value("module", paths=self._rust.crates.parent(file.path))

    def _imports_in_functions(self, name: str, file: File, line: int) -> Iterator[tuple[str, bool]]:
        """(what a name means, whether by a glob) by the imports in the functions around a line."""
        for wanted, behind in ((name, ""), ("*", f":{name}")):
            for at, value in file.imports_with_lines.get(wanted, ()):
                function = function_around(file, at)
                if function is not None and function.line <= line <= function.end_line:
                    yield value + behind, bool(behind)

    def _elsewhere(self, name: str, file: File) -> _Found:
        """The first part of a path that is no item around it: a crate, or with the rules of 2015 an item of the root."""
        library = self._rust.crates.library(name)
        if library:
            return Value("module", paths=(library,))
        for path in self._rust.crates.roots(file.path):
            if path != file.path and name not in STANDARD:
                found = self.item(self._rust.file(path), None, name, types=True)
                if found is not None:
                    return found
        return OUTSIDE

    def _is_open(self, file: File) -> bool:
        """Whether a name can come from a glob that leads to something unknown."""
        return any(self.imported(value, file) == UNKNOWN for _, value in file.imports_with_lines.get("*", ()))

    def imported(self, value: str, file: File) -> _Found:
        """What an import means: `a.b:c`, `a.b` or `a`, as it is at the top of a file."""
        path, _, name = value.partition(":")
        parts = [part for part in [*path.split("."), name] if part]
        if not parts:
            return UNKNOWN
        current = self._first_of_import(parts[0], file, only=len(parts) == 1)
        for position, part in enumerate(parts[1:], 2):
            current = self.member(current, part, types=position < len(parts))
        return current

    def _first_of_import(self, name: str, file: File, *, only: bool) -> _Found:
        if name in ("crate", "self", "super"):
            roots = {"crate": self._rust.crates.roots, "super": self._rust.crates.parent}
            return Value("module", paths=roots[name](file.path)) if name != "self" else _module(file, None)
        if name in ("std", "core", "alloc"):
            return OUTSIDE
        child = self._rust.crates.child(file.path, name)
        if child:
            return Value("module", paths=(child,))
        found = None if only else self.item(file, None, name, types=True)
        return found if found is not None and found != UNKNOWN else self._elsewhere(name, file)

    def member(self, owner: _Found, name: str, *, types: bool = False) -> _Found:
        """What a name behind `::` means."""
        value = self._rust.of(owner)
        if value.kind == "module":
            if name == "super":
                return Value("module", paths=tuple(p for path in value.paths[:1] for p in self._rust.crates.parent(path)))
            if name == "self":
                return value
            for path in value.paths:
                found = self.item(self._rust.file(path), value.definition, name, types=types)
                if found is not None:
                    return found
            return UNKNOWN
        return self._rust.members.associated(value, name)

    def item(self, file: File, module: Definition | None, name: str, *, types: bool = False) -> _Found | None:
        """An item of a module of a file; None when the module has none of this name."""
        key = (file.path, module.qualified_name if module is not None else "", name, types)
        return self._items.get(key, lambda: self._find(file, module, name, types=types))

    def _find(self, file: File, module: Definition | None, name: str, *, types: bool) -> _Found | None:
        qualified = f"{module.qualified_name}.{name}" if module is not None else name
        defined = self._defined(file, qualified, types=types)
        if defined is not None:
            return defined
        child = self._rust.crates.child(file.path, name) if module is None else ""
        if child and types:
            return Value("module", paths=(child,))
        named = [v for at, v in file.imports_with_lines.get(name, ()) if self._is_in(file, at, module)]
        for value in named:
            found = self.imported(value, file)
            if found != UNKNOWN:
                return found
        if child:
            return Value("module", paths=(child,))
        for at, value in file.imports_with_lines.get("*", ()) if not named else ():
            through = self.imported(f"{value}:{name}", file) if self._is_in(file, at, module) else UNKNOWN
            if isinstance(through, Definition) or through.kind in ("module", "instance"):
                return through
        return UNKNOWN if named else None

    def _is_in(self, file: File, line: int, module: Definition | None) -> bool:
        return inner_module(file, line) == module and function_around(file, line) is None

    def _defined(self, file: File, qualified: str, *, types: bool) -> _Found | None:
        """The definition with a qualified name: of a type or module where a path begins, else of a value."""
        found = file.all_by_qualified_name.get(qualified, ())
        kinds = [*_TYPES, *FUNCTIONS] if types else [*FUNCTIONS, "constant", *_TYPES]
        for definition in sorted(found, key=lambda d: kinds.index(d.kind) if d.kind in kinds else 99):
            if definition.kind == "module":
                return _module(file, definition)
            if definition.kind in kinds and definition.kind != "impl":
                return definition
        return None


_TYPES = ("struct", "enum", "trait", "type", "module", "class", "impl")


def _module(file: File, definition: Definition | None) -> Value:
    return Value("module", definition, (file.path,))


def inner_module(file: File, line: int, but: Definition | None = None) -> Definition | None:
    """The innermost module written in a file around a line, except one."""
    return next((d for d in file.inner_modules.around(line) if d is not but), None)


def function_around(file: File, line: int) -> Definition | None:
    """The innermost function around a line."""
    return next((d for d in file.around(line) if d.kind in FUNCTIONS), None)


def type_around(file: File, line: int) -> Definition | None:
    """The innermost type, trait or `impl` around a line."""
    return next((d for d in file.around(line) if d.kind in CLASSES), None)
