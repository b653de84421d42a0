"""Audit tests: read them, run them on faults put into the code that they call, and say which cannot fail."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.deadline import SILENT, Cancel, Deadline, Events
from codeassist.errors import CodeassistError
from codeassist.printable import counted
from codeassist.sandbox.contexts import function_at, function_spans
from codeassist.tasks.test_audit.bench import Bench, OpenBench
from codeassist.tasks.test_audit.reading import TestFunction, find_tests, weaknesses
from codeassist.tasks.test_audit.result import AuditResult, ChangedLine
from codeassist.tasks.test_audit.selecting import defined_names, test_files, tested_modules
from codeassist.tasks.test_audit.trials import LEAST_SECONDS, Trials, try_on_faults
from codeassist.tasks.test_audit.verdicts import verdict
from indexers.files.reading import read_text

SHARE_OF_CONTEXTS = 0.5
"""Share of the budget in which it is recorded what the tests call, where that is not known."""

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class TestAuditRequest:
    """`paths` are test files and folders; with `changed`, `staged` or `base` only what a change concerns is audited.

    `seconds` is for running tests; `least` of them for each module whatever is left. With `first_seconds`, that is the time in
    which contexts are recorded that are not known yet, in addition.
    """

    __test__ = False
    paths: tuple[str, ...] = ()
    changed: bool = False
    staged: bool = False
    base: str = ""
    seconds: float = 60.0
    least: float = LEAST_SECONDS
    first_seconds: float = 0.0

    @property
    def of_change(self) -> bool:
        """Whether a change selects what is audited."""
        return self.changed or self.staged or bool(self.base)


@dataclass(slots=True)
class TestAuditContext:
    """The repository and how its tests are run; without a bench the tests are only read, and `unrun` says why."""

    __test__ = False
    root: Path
    bench: OpenBench | None
    events: Events = SILENT
    cancel: Cancel = field(default_factory=Cancel)
    unrun: str = "nothing was run: the tests were only read"


@dataclass
class _File:
    """A test file: its text, its tests, and the functions and classes of the modules that it imports."""

    text: str
    tests: list[TestFunction]
    modules: list[str]
    subjects: set[str]


def run(request: TestAuditRequest, context: TestAuditContext) -> AuditResult:
    """Audit the selected tests. Nothing is written outside a scratch folder and the cache of contexts.

    Raises `UsageError` for a path that is not a test, and for a change that git cannot read.
    """
    root = context.root.resolve()
    deadline = Deadline(request.seconds)
    result = AuditResult()
    touched = _touched(request, root)
    files = _read(request, root, result) if touched or not request.of_change else {}
    trials = Trials()
    chosen = {name: file.tests for name, file in files.items()}
    if request.of_change:
        chosen = _of_change(files, trials, touched, root)
    if context.bench is None:
        result.incomplete.append(context.unrun)
    elif files:
        try:
            with context.bench() as bench:
                deadline = _record(request, context, bench, files, touched, trials, deadline, result)
                if request.of_change:
                    chosen = _of_change(files, trials, touched, root)
                tests = [f"{name}::{test.name}" for name, some in chosen.items() for test in some if test.run]
                left_out = try_on_faults(trials, bench, tests, touched, deadline, context.events, context.cancel, request.least)
            result.incomplete += [left_out] if left_out else []
        except CodeassistError as error:
            result.incomplete.append(str(error))
    _judge(result, files, chosen, trials)
    _changed_lines(result, trials, touched, root)
    result.seconds = deadline.elapsed
    return result


def _touched(request: TestAuditRequest, root: Path) -> dict[str, frozenset[int]]:
    """The changed lines of each changed Python file."""
    if not request.of_change:
        return {}
    change = read_change(root, ChangeSelection(staged=request.staged, base=request.base))
    return {f.path: f.touched for f in change.files if f.path.endswith(".py") and (root / f.path).is_file()}


def _read(request: TestAuditRequest, root: Path, result: AuditResult) -> dict[str, _File]:
    """The selected test files that can be parsed, by their paths."""
    files: dict[str, _File] = {}
    for path in test_files(root, request.paths):
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        try:
            text = read_text(path)
            tree = ast.parse(text)
        except (OSError, SyntaxError, ValueError) as error:
            result.incomplete.append(f"{name}: {error}")
            continue
        modules = tested_modules(path, tree, root)
        subjects = {subject for module in modules for subject in defined_names(module)}
        files[name] = _File(text, find_tests(tree), [m.relative_to(root).as_posix() for m in modules], subjects)
    return files


def _record(
    request: TestAuditRequest,
    context: TestAuditContext,
    bench: Bench,
    files: Mapping[str, _File],
    touched: Mapping[str, frozenset[int]],
    trials: Trials,
    deadline: Deadline,
    result: AuditResult,
) -> Deadline:
    """Add the contexts of the test files to the trials; returns the deadline for what follows."""
    order = sorted(files, key=lambda name: not (name in touched or touched.keys() & set(files[name].modules)))
    unknown = bench.unknown(order)
    if unknown:
        context.events.note(f"Recording what the tests of {counted(unknown, 'file')} call; this is kept for the next time.")
    seconds = request.first_seconds if unknown and request.first_seconds else deadline.left * SHARE_OF_CONTEXTS
    recorded, trouble = bench.contexts(order, seconds, stale=request.of_change)
    trials.add_contexts(recorded)
    if missing := [name for name in files if name not in recorded]:
        names = ", ".join(missing[:MOST_NAMED]) + (", ..." if len(missing) > MOST_NAMED else "")
        result.incomplete.append(f"{counted(len(missing), 'test file')} ({names}): {trouble or 'nothing is known'}")
    if unknown and request.first_seconds:
        return Deadline(request.seconds)
    return deadline


def _of_change(
    files: Mapping[str, _File], trials: Trials, touched: Mapping[str, frozenset[int]], root: Path
) -> dict[str, list[TestFunction]]:
    """The tests that a change concerns: those that it edits, and those that call a function that it edits."""
    edited = {path: _functions(root / path, lines) for path, lines in touched.items()}
    chosen: dict[str, list[TestFunction]] = {}
    for name, file in files.items():
        own = edited.get(name, set())
        tests = file.tests if "" in own else [t for t in file.tests if t.name.replace("::", ".") in own]
        calling = [t for t in file.tests if t not in tests and _calls(trials, f"{name}::{t.name}", edited)]
        if tests or calling:
            chosen[name] = sorted([*tests, *calling], key=lambda t: t.node.lineno)
    return chosen


def _functions(path: Path, lines: frozenset[int]) -> set[str]:
    """The qualified names of the functions on some lines; "" for lines outside functions."""
    try:
        spans = function_spans(read_text(path))
        blank = {n for n, text in enumerate(read_text(path).splitlines(), 1) if not text.strip()}
    except (OSError, ValueError, SyntaxError, RecursionError):
        return {""}
    return {function_at(spans, line) for line in lines - blank}


def _calls(trials: Trials, test: str, edited: Mapping[str, set[str]]) -> bool:
    """Whether a test called an edited function, or any function of a file that was edited outside of functions."""
    context = trials.contexts.get(test)
    functions = context.functions if context is not None else {}
    return any(path in functions and ("" in names or names & set(functions[path])) for path, names in edited.items())


def _judge(result: AuditResult, files: Mapping[str, _File], chosen: Mapping[str, list[TestFunction]], trials: Trials) -> None:
    """Add the weaknesses that reading and running show."""
    for name, tests in chosen.items():
        for test in tests:
            said = list(weaknesses(name, test, files[name].subjects))
            if trials.noticed(f"{name}::{test.name}"):
                said = [w for w in said if w.kind != "asserts-nothing"]  # a function that it calls asserts
            if test.run and not said and (found := verdict(trials, name, test, files[name].text)) is not None:
                said = [found]
            result.weaknesses += said
    _without_python(result, trials)
    result.weaknesses.sort(key=lambda w: (w.path, w.line))
    result.files = len(chosen)
    result.tests = sum(map(len, chosen.values()))
    result.modules = sorted(trials.modules)
    result.mutants = (
        sum(len(m.killed) for m in trials.modules.values()),
        sum(len(m.tried) for m in trials.modules.values()),
    )
    result.incomplete += [f"{file}: {why}" for file, why in trials.broken.items() if file in files]
    result.incomplete += [f"{module}: {why}" for module, why in trials.untried.items()]


def _without_python(result: AuditResult, trials: Trials) -> None:
    """Replace the remarks on tests that reach nothing by one sentence if no test calls code of the repository."""
    idle = [w for w in result.weaknesses if w.kind == "reaches-nothing"]
    if len(idle) > 1 and not any(trials.reached(test) for test in trials.contexts):
        result.weaknesses = [w for w in result.weaknesses if w.kind != "reaches-nothing"]
        result.incomplete.append("no test calls Python code of this repository: an installed copy may be tested in its place")


def _changed_lines(result: AuditResult, trials: Trials, touched: Mapping[str, frozenset[int]], root: Path) -> None:
    """Say of each changed line of a module whether a test runs it, and whether a fault on it would be seen."""
    for name, record in trials.modules.items():
        covered = {line for records in trials.records.values() if name in records for line in records[name].lines}
        for line in sorted(touched.get(name, frozenset()) & set(record.lines)):
            mutants = [m for m, _, at in record.mutants if at == line and m in set(record.tried)]
            seen = any(m in set(record.killed) for m in mutants) if mutants else None
            result.changed.append(ChangedLine(name, line, line in covered, seen if line in covered else None))
