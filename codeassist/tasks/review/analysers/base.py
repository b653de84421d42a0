"""The protocol of analysers, the data they share, and helpers for Python files."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from codeassist.changes.change import Change, ChangedFile
from codeassist.config.schema import ReviewConfig
from codeassist.deadline import Cancel, Deadline
from codeassist.evidence.parsed_source import syntax_tree
from codeassist.tasks.review.finding import Finding, Place, Rule
from indexers import Index


@dataclass
class Facts:
    """What analysers share: the repository, the change, the configuration, the index if there is one, and parsed files."""

    root: Path
    change: Change
    config: ReviewConfig
    index: Index | None = None
    coverage: dict[str, frozenset[int]] = field(default_factory=dict)
    """Uncovered lines by path, as a coverage file reports them."""

    deadline: Deadline = field(default_factory=Deadline)
    cancel: Cancel = field(default_factory=Cancel)
    gaps: list[str] = field(default_factory=list)
    """What an analyser could not check, and why: added by analysers, reported with the review."""

    notes: list[str] = field(default_factory=list)
    """What analysers could not look at, for the reader; not a finding."""

    _trees: dict[str, ast.Module | None] = field(default_factory=dict)
    _old_trees: dict[str, ast.Module | None] = field(default_factory=dict)
    _parsing: threading.Lock = field(default_factory=threading.Lock)
    """Analysers run in parallel; the lock makes sure that each file is parsed only once."""

    @property
    def stopped(self) -> bool:
        """Whether the analysers should end: a stop was requested, or the deadline has passed."""
        return self.cancel.requested or self.deadline.passed

    def tree(self, path: str) -> ast.Module | None:
        """The syntax tree of a Python file after the change; None when it cannot be parsed."""
        with self._parsing:
            if path not in self._trees:
                self._trees[path] = syntax_tree(self.change.read(path))
            return self._trees[path]

    def new_tree(self, file: ChangedFile) -> ast.Module | None:
        """The tree of a changed file after the change; None when it was deleted or cannot be parsed."""
        return None if file.new is None or file.kind == "deleted" else self.tree(file.path)

    def old_tree(self, file: ChangedFile) -> ast.Module | None:
        """The tree of a changed file before the change; None when it did not exist or cannot be parsed."""
        with self._parsing:
            if file.path not in self._old_trees:
                self._old_trees[file.path] = syntax_tree(file.old)
            return self._old_trees[file.path]

    def place(self, path: str, number: int) -> Place:
        """A line of a file after the change, with its text."""
        lines = (self.change.read(path) or "").split("\n")
        return Place(path, number, lines[number - 1].strip()[:160] if 0 < number <= len(lines) else "")


class Analyser(Protocol):
    """A check of one aspect of a change. It must not write anything, and may be stopped at any time."""

    @property
    def name(self) -> str:
        """The name, for timings and notes."""
        ...

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of its findings."""
        ...

    def run(self, facts: Facts) -> Iterable[Finding]:
        """The findings for a change."""
        ...


def python_files(change: Change) -> list[ChangedFile]:
    """Changed Python files that have text."""
    return [f for f in change.texts() if f.suffix in (".py", ".pyi")]


def functions(scope: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """(qualified name, node) of the functions and methods of a module, without nested functions."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")


def touches(file: ChangedFile, node: ast.stmt) -> bool:
    """Whether the change touches lines of a definition."""
    return any(node.lineno <= n <= (node.end_lineno or node.lineno) for n in file.touched)
