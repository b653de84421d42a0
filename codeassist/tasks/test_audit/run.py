"""Audit tests: read them, run them on mutants of the modules they test, and say which cannot fail."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.deadline import SILENT, Cancel, Deadline, Events
from codeassist.errors import CodeassistError
from codeassist.tasks.test_audit.reading import TestFunction, find_tests, weaknesses
from codeassist.tasks.test_audit.result import AuditResult, ChangedLine, Weakness
from codeassist.tasks.test_audit.selecting import defined_names, related, test_files, tested_modules
from indexers.files.reading import read_text

MOST_NAMED = 5
LEAST_SECONDS = 3.0
"""Seconds for a module, whatever is left."""


class TestRecord(Protocol):
    """What one test did; see `audit_module` of gen-tests."""

    passed: bool
    skipped: bool
    lines: list[int]
    kills: list[int]
    tried: int
    done: bool
    emptied: bool | None


class ModuleRecord(Protocol):
    """What the tests of one module did. `mutants` are (number, operator, line)."""

    killed: list[int]
    tried: list[int]
    complete: bool
    mutants: list[tuple[int, str, int]]
    lines: list[int]

    @property
    def tests(self) -> Mapping[str, TestRecord]:
        """By node identifier, relative to the repository."""


Measure = Callable[[Path, Sequence[Path], frozenset[int], float], ModuleRecord | str]
"""(module, test files, lines to try first, seconds) -> what the tests do, or why nothing is known."""


@dataclass(frozen=True, slots=True)
class TestAuditRequest:
    """`paths` are test files and folders; with `changed`, `staged` or `base` only what a change concerns is audited."""

    __test__ = False
    paths: tuple[str, ...] = ()
    changed: bool = False
    staged: bool = False
    base: str = ""
    seconds: float = 60.0

    @property
    def of_change(self) -> bool:
        """Whether a change selects what is audited."""
        return self.changed or self.staged or bool(self.base)


@dataclass(slots=True)
class TestAuditContext:
    """The repository and the function that runs tests on mutants; without one the tests are only read, and `unrun` says why."""

    __test__ = False
    root: Path
    measure: Measure | None
    events: Events = SILENT
    cancel: Cancel = field(default_factory=Cancel)
    unrun: str = "nothing was run: the tests were only read"


def run(request: TestAuditRequest, context: TestAuditContext) -> AuditResult:
    """Audit the selected tests. Nothing is written outside a scratch folder.

    Raises `UsageError` for a path that is not a test, and for a change that git cannot read.
    """
    root = context.root.resolve()
    deadline = Deadline(request.seconds)
    result = AuditResult()
    touched = _touched(request, root)
    trees: dict[Path, ast.Module] = {}
    modules: dict[Path, list[Path]] = {}
    for path in test_files(root, request.paths):
        try:
            trees[path] = ast.parse(read_text(path))
        except (OSError, SyntaxError, ValueError) as error:
            result.incomplete.append(f"{_name(path, root)}: {error}")
            continue
        modules[path] = tested_modules(path, trees[path], root)
    if request.of_change:
        modules = related(modules, touched)
    audit = _Audit(root, result, {p: find_tests(trees[p]) for p in modules}, modules)
    audit.read()
    if context.measure is None:
        result.incomplete.append(context.unrun)
    wanted = list(dict.fromkeys(m for found in modules.values() for m in found))
    if request.of_change:
        wanted = sorted(wanted, key=lambda m: m not in touched)
        wanted = [m for m in wanted if m in touched] or wanted
    wanted = sorted(wanted, key=lambda m: (m not in touched, not any(_is_named_for(p, m) for p in modules)))
    for n, module in enumerate(wanted if context.measure is not None else ()):
        context.cancel.check()
        if n and deadline.left < LEAST_SECONDS:
            rest = ", ".join(_name(m, root) for m in wanted[n:][:MOST_NAMED])
            result.incomplete.append(f"no time for the tests of {len(wanted) - n} modules ({rest}); give more with --budget")
            break
        context.events.step(f"running tests on mutants of {_name(module, root)}")
        tests = [p for p, found in modules.items() if module in found]
        seconds = max(LEAST_SECONDS, deadline.left / (len(wanted) - n))
        audit.measured(module, tests, touched.get(module, frozenset()), _safely(context, module, tests, touched, seconds))
    audit.finish(touched)
    result.seconds = deadline.elapsed
    return result


def _safely(
    context: TestAuditContext, module: Path, tests: Sequence[Path], touched: Mapping[Path, frozenset[int]], seconds: float
) -> ModuleRecord | str:
    assert context.measure is not None
    try:
        return context.measure(module, tests, touched.get(module, frozenset()), seconds)
    except CodeassistError as error:
        return str(error)


def _touched(request: TestAuditRequest, root: Path) -> dict[Path, frozenset[int]]:
    """The changed lines of each changed Python file."""
    if not request.of_change:
        return {}
    change = read_change(root, ChangeSelection(staged=request.staged, base=request.base))
    return {(root / f.path).resolve(): f.touched for f in change.files if f.path.endswith(".py")}


def _is_named_for(test: Path, module: Path) -> bool:
    """Whether a test file has the name of a module."""
    return test.stem in (f"test_{module.stem}", f"{module.stem}_test")


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


@dataclass
class _Audit:
    """Collects what is known about each test."""

    root: Path
    result: AuditResult
    tests: dict[Path, list[TestFunction]]
    modules: dict[Path, list[Path]]
    records: dict[str, list[TestRecord]] = field(default_factory=dict)
    """By node identifier without parameters, one for each module and each row."""

    def read(self) -> None:
        """Add the weaknesses that reading shows."""
        for path, tests in self.tests.items():
            subjects = {name for module in self.modules[path] for name in defined_names(module)}
            name = _name(path, self.root)
            for test in tests:
                self.result.weaknesses += weaknesses(name, test, subjects)
        self.result.files = len(self.tests)
        self.result.tests = sum(map(len, self.tests.values()))

    def measured(self, module: Path, tests: Sequence[Path], lines: frozenset[int], record: ModuleRecord | str) -> None:
        """Add what running the tests of a module showed."""
        name = _name(module, self.root)
        if isinstance(record, str):
            self.result.incomplete.append(f"{name}: {record}")
            return
        self.result.modules.append(name)
        killed, tried = self.result.mutants
        self.result.mutants = (killed + len(record.killed), tried + len(record.tried))
        if not record.complete:
            self.result.incomplete.append(f"{name}: not every mutant was tried in time; give more with --budget")
        for node, test in record.tests.items():
            self.records.setdefault(node.partition("[")[0], []).append(test)
        covered = {line for test in record.tests.values() for line in test.lines}
        for line in sorted(lines & set(record.lines)):
            mutants = [m for m, _, at in record.mutants if at == line and m in set(record.tried)]
            seen = any(m in set(record.killed) for m in mutants) if mutants else None
            self.result.changed.append(ChangedLine(name, line, line in covered, seen if line in covered else None))

    def finish(self, touched: Mapping[Path, frozenset[int]]) -> None:
        """Say which tests detect nothing, now that every module was tried."""
        for path, tests in self.tests.items():
            for test in tests:
                found = self._of_test(path, test)
                said = {w.kind for w in self.result.weaknesses if (w.path, w.test) == (_name(path, self.root), test.name)}
                if test.run and not said and found is not None:
                    self.result.weaknesses.append(found)
        self.result.weaknesses.sort(key=lambda w: (w.path, w.line))

    def _of_test(self, path: Path, test: TestFunction) -> Weakness | None:
        name = _name(path, self.root)
        records = self.records.get(f"{name}::{test.name}", [])

        def weakness(kind: str, what: str) -> Weakness:
            return Weakness(name, test.node.lineno, test.name, kind, what)

        everything = all(_name(m, self.root) in self.result.modules for m in self.modules[path])
        if not records:
            known = everything and self.modules[path]
            return weakness("never-run", "It is never run: pytest did not collect it.") if known else None
        if all(r.skipped for r in records):
            return weakness("never-run", "It is never run: it was skipped.")
        passing = [r for r in records if r.passed]
        if not passing:
            return weakness("fails", "It fails in the sandbox, so nothing was tried on it.")
        if not any(r.lines for r in passing):
            what = "It runs no line inside a function of the modules that its file imports."
            return weakness("reaches-nothing", what) if everything else None
        tried = sum(r.tried for r in passing)
        if tried and everything and all(r.done for r in passing if r.lines) and not any(r.kills for r in passing):
            return weakness("kills-nothing", f"It passes with each of {tried} faults put into the code that it runs.")
        emptied = [r.emptied for r in passing if r.emptied is not None and r.lines]
        if emptied and all(emptied) and everything:
            return weakness("passes-without-subject", "It passes when the functions that it calls do nothing.")
        return None
