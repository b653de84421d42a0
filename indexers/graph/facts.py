"""What the index knows about the files of a repository, read once for a query: definitions, bindings, bases and decorators."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from pathlib import Path

from indexers.graph.modules import Modules
from indexers.graph.nesting import Nesting
from indexers.stores import symbols
from indexers.stores.catalog import Catalog
from indexers.syntax.languages import MINOR_KINDS
from indexers.types import Binding, Definition, RawUse

CLASSES = frozenset({"class", "struct", "interface", "trait", "enum", "object", "type", "record", "impl", "extension"})
_TESTS = re.compile(r"^tests?(?:_|$)|_tests?$")
FUNCTIONS = frozenset({"function", "method", "constructor", "declaration"})


class File:
    """The definitions, bindings and uses of one file."""

    def __init__(self, catalog: Catalog, path: str) -> None:
        """Reads nothing yet, except the definitions."""
        self.path = path
        self._catalog = catalog
        self.definitions = symbols.definitions_of_file(catalog, path)
        self.language = self.definitions[0].language if self.definitions else catalog.language_of(path)

    @cached_property
    def by_qualified_name(self) -> dict[str, Definition]:
        """The definitions by qualified name: the first of several, but classes and functions before variables."""
        found: dict[str, Definition] = {}
        for definition in self.definitions:
            known = found.get(definition.qualified_name)
            if definition.kind != "module" and (
                known is None or (known.kind in MINOR_KINDS and definition.kind not in MINOR_KINDS)
            ):
                found[definition.qualified_name] = definition
        return found

    @cached_property
    def _bindings(self) -> list[Binding]:
        return symbols.bindings_of_file(self._catalog, self.path)

    @cached_property
    def imports(self) -> dict[str, list[str]]:
        """The modules, `module` or `module:name`, by the name that an import binds."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, _, value in self._bindings:
            if value.startswith("="):
                found[name].append(value[1:])
        return found

    @cached_property
    def imports_with_lines(self) -> dict[str, list[tuple[int, str]]]:
        """(line, module) of the imports, by the name that each binds."""
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for name, line, value in self._bindings:
            if value.startswith("="):
                found[name].append((line, value[1:]))
        return found

    @cached_property
    def all_by_qualified_name(self) -> dict[str, list[Definition]]:
        """Every definition by its qualified name, modules too, in order."""
        found: dict[str, list[Definition]] = defaultdict(list)
        for definition in self.definitions:
            found[definition.qualified_name].append(definition)
        return found

    @cached_property
    def _major(self) -> Nesting:
        return Nesting(d for d in self.definitions if d.kind not in MINOR_KINDS and d.kind != "module")

    @cached_property
    def _named(self) -> Nesting:
        return Nesting(d for d in self.definitions if d.kind not in ("field", "variable", "constant"))

    @cached_property
    def inner_modules(self) -> Nesting:
        """The modules that are written in the file."""
        return Nesting(d for d in self.definitions if d.kind == "module")

    def is_test(self, line: int) -> bool:
        """Whether a line is in a module of tests, which Rust has in the file that it tests."""
        return self.language == "rust" and any(_TESTS.search(d.name) for d in self.inner_modules.around(line))

    @cached_property
    def bindings(self) -> dict[tuple[str, str], list[Binding]]:
        """The bindings by the qualified name of the enclosing definition (empty: the file) and by name, in order."""
        found: dict[tuple[str, str], list[Binding]] = defaultdict(list)
        for binding in sorted(self._bindings, key=lambda b: b.line):
            if not binding.value.startswith("="):
                found[self.owner(binding.line), binding.name].append(binding)
                prefix, _, name = binding.name.partition(".")
                if prefix in ("self", "this") and name:
                    owner = self.enclosing_class(binding.line)
                    if owner is not None:
                        found[owner.qualified_name, "self." + name].append(binding)
        return found

    @cached_property
    def uses(self) -> list[RawUse]:
        """Every use in the file."""
        return symbols.uses_in_file(self._catalog, self.path)

    @cached_property
    def bases(self) -> dict[str, list[RawUse]]:
        """The uses as base class by the qualified name of the class."""
        found: dict[str, list[RawUse]] = defaultdict(list)
        for use in self.uses:
            if use.kind == "base":
                found[self.owner(use.line)].append(use)
        return found

    @cached_property
    def decorators(self) -> dict[str, set[str]]:
        """The names of the decorators by the qualified name of what they decorate."""
        found: dict[str, set[str]] = defaultdict(set)
        for use in self.uses:
            if use.kind == "decorator":
                found[self.owner(use.line)].add(use.name)
        return found

    def around(self, line: int) -> tuple[Definition, ...]:
        """The classes and functions around a line, innermost first."""
        return self._major.around(line)

    def owner(self, line: int) -> str:
        """The qualified name of the innermost class or function around a line, or the empty string."""
        around = self.around(line)
        return around[0].qualified_name if around else ""

    def enclosing_name(self, line: int) -> str:
        """The qualified name of the innermost function, type or module around a line, or the empty string."""
        around = self._named.around(line)
        return around[0].qualified_name if around else ""

    def enclosing_class(self, line: int) -> Definition | None:
        """The innermost class around a line."""
        return next((d for d in self.around(line) if d.kind in CLASSES), None)


class Repository:
    """The files of an index, each read on first use."""

    def __init__(self, catalog: Catalog) -> None:
        """`catalog` must stay open, in one snapshot, while the repository is used."""
        self.catalog = catalog
        self._files: dict[str, File] = {}

    @cached_property
    def modules(self) -> Modules:
        """Where imports lead."""
        root = self.catalog.meta("root", None)
        return Modules(symbols.paths_by_id(self.catalog).values(), Path(root) if root else None)

    def file(self, path: str) -> File:
        """The facts about a file; a path that is not indexed has none."""
        found = self._files.get(path)
        if found is None:
            found = self._files[path] = File(self.catalog, path)
        return found
