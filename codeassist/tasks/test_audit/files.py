"""The test files of an audit as they are read: their tests, their helpers, and which of them import a module."""

from __future__ import annotations

import ast
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from codeassist.tasks.test_audit.reading import Helper, TestFunction, asserting, find_tests, helpers_in
from codeassist.tasks.test_audit.result import AuditResult
from codeassist.tasks.test_audit.selecting import defined_names, helper_files, tested_modules
from indexers.files.reading import read_text


@dataclass
class File:
    """A test file: its text, its tests, the modules that it imports, and their functions and classes."""

    text: str
    tests: list[TestFunction]
    modules: list[str]
    subjects: set[str]
    helpers: set[str]
    """Functions beside its tests that assert something."""


class Files(dict[str, File]):
    """Test files by their paths, each read when it is needed; one that cannot be parsed has no tests and is named once."""

    def __init__(self, root: Path, result: AuditResult) -> None:
        """`result` receives what could not be read."""
        super().__init__()
        self.root, self.result = root, result
        self._defined: dict[Path, set[str]] = {}
        self._helpers: dict[Path, list[Helper]] = {}

    def __missing__(self, name: str) -> File:
        """Read a file."""
        path = self.root / name
        try:
            text = read_text(path)
            tree = ast.parse(text)
        except (OSError, SyntaxError, ValueError, RecursionError) as error:
            self.result.incomplete.append(f"{name}: {error}")
            self[name] = File("", [], [], set(), set())
            return self[name]
        modules = tested_modules(path, tree, self.root)
        subjects = {subject for module in modules for subject in self._defined_in(module)}
        helpers = [helper for file in helper_files(path, tree, self.root) for helper in self._helpers_of(file)]
        paths = [m.relative_to(self.root).as_posix() for m in modules]
        self[name] = File(text, find_tests(tree), paths, subjects, asserting([*helpers_in(tree), *helpers]))
        return self[name]

    def imports(self, name: str, modules: Collection[str]) -> bool:
        """Whether a test file imports one of some modules (paths relative to the root); only its imports are read."""
        path = self.root / name
        try:
            imported = tested_modules(path, ast.parse(read_text(path)), self.root)
        except (OSError, SyntaxError, ValueError, RecursionError):
            return False
        return any(module.relative_to(self.root).as_posix() in modules for module in imported)

    def _defined_in(self, module: Path) -> set[str]:
        if module not in self._defined:
            self._defined[module] = defined_names(module)
        return self._defined[module]

    def _helpers_of(self, file: Path) -> list[Helper]:
        """The functions of a file beside tests, which is read once for all of them; none if it cannot be parsed."""
        if file not in self._helpers:
            self._helpers[file] = []
            with suppress(OSError, SyntaxError, ValueError, RecursionError):
                self._helpers[file] = helpers_in(ast.parse(read_text(file)))
        return self._helpers[file]
