"""Audit tests: read them, run them on faults put into the code that they call, and say which cannot fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.changes.repository import Repository
from codeassist.deadline import SILENT, Cancel, Deadline, Events
from codeassist.errors import CodeassistError
from codeassist.printable import counted
from codeassist.tasks.test_audit.bench import Bench, OpenBench
from codeassist.tasks.test_audit.changed import calls_edited, edited_functions, fastest, judge_lines
from codeassist.tasks.test_audit.files import File, Files
from codeassist.tasks.test_audit.others import read_others
from codeassist.tasks.test_audit.reading import TestFunction, weaknesses
from codeassist.tasks.test_audit.result import AuditResult
from codeassist.tasks.test_audit.selecting import is_audited, looked_at, test_files
from codeassist.tasks.test_audit.trials import LEAST_SECONDS, Trials, try_on_faults
from codeassist.tasks.test_audit.verdicts import confirmed, not_tried, verdict
from indexers.syntax.languages import is_test_path

SHARE_OF_CONTEXTS = 0.5
"""Share of the budget in which it is recorded what the tests call, where that is not known."""

LEAST_FOR_CONTEXTS = 0.1
"""Seconds for recording, whatever is left."""

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class TestAuditRequest:
    """`paths` are test files and folders; with `changed`, `staged` or `base` only what a change concerns is audited.

    `seconds` is for running tests; `least` of them for each module whatever is left. With `quick` only some of the tests that
    call an edited function are tried, the fastest, and of the test files whose calls are not known yet only the edited ones are
    recorded (`record` does it for all).
    """

    __test__ = False
    paths: tuple[str, ...] = ()
    changed: bool = False
    staged: bool = False
    base: str = ""
    seconds: float = 60.0
    least: float = LEAST_SECONDS
    quick: bool = False

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


def run(request: TestAuditRequest, context: TestAuditContext) -> AuditResult:
    """Audit the selected tests. Nothing is written outside a scratch folder and the cache of contexts.

    Raises `UsageError` for a path that is not a test, and for a change that git cannot read.
    """
    root = context.root.resolve()
    deadline = Deadline(request.seconds)
    result = AuditResult(ran=context.bench is not None)
    every_touched = _touched(request, root, result)
    touched = {path: lines for path, lines in every_touched.items() if path.endswith(".py")}
    names = _names(request, root) if touched or not request.of_change else []
    files = Files(root, result)
    trials = Trials()
    chosen: dict[str, list[TestFunction]] = {}
    if context.bench is None:
        result.incomplete.append(context.unrun)
    elif names:
        try:
            with context.bench() as bench:
                _record(request, context, bench, names, files, touched, trials, deadline)
                chosen = _chosen(request, names, files, trials, touched)
                tests = [f"{name}::{test.name}" for name, some in chosen.items() for test in some if test.run]
                if request.quick:
                    tests, every = fastest(trials, tests, touched, root), len(tests)
                    trials.partial = len(tests) < every
                left_out = try_on_faults(trials, bench, tests, touched, deadline, context.events, context.cancel, request.least)
            result.incomplete += [left_out] if left_out else []
        except CodeassistError as error:
            result.incomplete.append(str(error))
    chosen = chosen or _chosen(request, names, files, trials, touched)
    _judge(result, files, chosen, trials)
    read_others(root, request.paths, every_touched if request.of_change else None, result, deadline)
    result.not_run = bool(names) and context.bench is not None and set(names).isdisjoint(trials.recorded - trials.broken.keys())
    every = context.bench is not None and set(names) <= trials.recorded and not trials.broken
    judge_lines(result, trials, touched, root, names, every=every)
    if not result.files and not request.of_change:
        result.looked_at = looked_at(root, request.paths)
    result.seconds = deadline.elapsed
    return result


def record(context: TestAuditContext, seconds: float) -> str:
    """Record what the tests of the repository call, as far as it is not known; what is missing in words, "" if nothing is.

    Raises `CodeassistError` if the tests cannot be run here.
    """
    if context.bench is None:
        return context.unrun
    names = _names(TestAuditRequest(), context.root.resolve())
    if not names:
        return ""
    with context.bench() as bench:
        recorded, trouble = bench.contexts(names, seconds, stale=True)
    missing = [name for name in names if name not in recorded or recorded[name].broken]
    reasons = [trouble, *(recorded[name].broken for name in missing if name in recorded)]
    why = next(filter(None, reasons), "nothing is known")
    return f"{counted(len(missing), 'test file')} ({_some(missing)}): {why}" if missing else ""


def _touched(request: TestAuditRequest, root: Path, result: AuditResult) -> dict[str, frozenset[int]]:
    """The changed lines of each file to audit. Staged files with another version in the working tree are only named."""
    if not request.of_change:
        return {}
    change = read_change(root, ChangeSelection(staged=request.staged, base=request.base))
    touched = {f.path: f.touched for f in change.files if is_audited(f.path) and f.kind != "deleted"}
    if request.staged and (differing := sorted(touched.keys() & Repository(root).unstaged())):
        result.differing = f"not tried, as the working tree differs from what is staged: {_some(differing)}"
        result.incomplete.append(result.differing)
        touched = {path: lines for path, lines in touched.items() if path not in differing}
    return {path: lines for path, lines in touched.items() if (root / path).is_file()}


def _some(names: Sequence[str]) -> str:
    """The first of some names."""
    return ", ".join(names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "")


def _names(request: TestAuditRequest, root: Path) -> list[str]:
    """The paths of the selected test files, relative to the root."""
    found = test_files(root, request.paths)
    return [path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path) for path in found]


def _record(
    request: TestAuditRequest,
    context: TestAuditContext,
    bench: Bench,
    names: Sequence[str],
    files: Files,
    touched: Mapping[str, frozenset[int]],
    trials: Trials,
    deadline: Deadline,
) -> None:
    """Add the contexts of the test files to the trials."""
    unknown = bench.unknown(names)
    order = list(names)
    if request.quick:
        later = {name for name in unknown if name not in touched}
        order = [name for name in names if name not in later]
    elif unknown:
        changed = [name for name in touched if not is_test_path(name)]
        order.sort(key=lambda name: not (name in touched or (changed and not deadline.passed and files.imports(name, changed))))
        what = f"what the tests of {counted(len(unknown), 'file')} call"
        context.events.note(f"Recording {what}; this is kept for the next time.")
    seconds = max(LEAST_FOR_CONTEXTS, deadline.left * SHARE_OF_CONTEXTS)
    recorded, trouble = bench.contexts(order, seconds, stale=request.of_change)
    trials.add_contexts(recorded)
    if missing := [name for name in names if name not in recorded]:
        files.result.unknown = len(missing)
        files.result.incomplete.append(
            f"{counted(len(missing), 'test file')} ({_some(missing)}): {trouble or 'nothing is known'}"
        )


def _chosen(
    request: TestAuditRequest, names: Sequence[str], files: Files, trials: Trials, touched: Mapping[str, frozenset[int]]
) -> dict[str, list[TestFunction]]:
    """The tests that are audited: all, or those that a change edits and those that call a function that it edits."""
    if not request.of_change:
        return {name: files[name].tests for name in names}
    edited = {path: edited_functions(files.root / path, lines) for path, lines in touched.items()}
    calling = {test for test in trials.contexts if calls_edited(trials, test, edited)}
    chosen: dict[str, list[TestFunction]] = {}
    for name in names:
        own = edited.get(name, set())
        if not own and not any(test.startswith(f"{name}::") for test in calling):
            continue
        edits = [t for t in files[name].tests if own and ("" in own or t.name.replace("::", ".") in own)]
        tests = [t for t in files[name].tests if t in edits or f"{name}::{t.name}" in calling]
        files.result.edited |= {f"{name}::{test.name}" for test in edits}
        if tests:
            chosen[name] = tests
    return chosen


def _judge(result: AuditResult, files: Mapping[str, File], chosen: Mapping[str, list[TestFunction]], trials: Trials) -> None:
    """Add the weaknesses that reading and running show."""
    for name, tests in chosen.items():
        for test in tests:
            said = [
                w
                for known in weaknesses(name, test, files[name].subjects, files[name].helpers)
                if (w := confirmed(trials, known)) is not None
            ]
            if test.run and not said and (found := verdict(trials, name, test, files[name].text)) is not None:
                said = [found]
            result.weaknesses += said
    _without_python(result, trials)
    result.weaknesses.sort(key=lambda w: (w.path, w.line))
    said_of = {(w.path, w.test) for w in result.weaknesses}
    untried = [(name, test.name) for name, tests in chosen.items() for test in tests if test.run]
    result.not_tried = not_tried(trials, [f"{name}::{test}" for name, test in untried if (name, test) not in said_of])
    result.files = len(chosen)
    result.tests = sum(map(len, chosen.values()))
    result.modules = sorted(trials.modules)
    result.mutants = (
        sum(len(m.killed) for m in trials.modules.values()),
        sum(len(m.tried) for m in trials.modules.values()),
    )
    result.incomplete += [f"{file}: {why}" for file, why in trials.broken.items() if file in chosen]
    result.incomplete += [f"{module}: {why}" for module, why in trials.untried.items() if why]
    if late := sorted(module for module, why in trials.untried.items() if not why):
        where = f"{counted(len(late), 'module')} ({_some(late)})"
        result.incomplete.append(f"no time for some tests of {where}; give more with --budget")


def _without_python(result: AuditResult, trials: Trials) -> None:
    """Replace the remarks on tests that reach nothing by one sentence if no test calls code of the repository."""
    idle = [w for w in result.weaknesses if w.kind == "reaches-nothing"]
    if len(idle) > 1 and not any(trials.reached(test) for test in trials.contexts):
        result.weaknesses = [w for w in result.weaknesses if w.kind != "reaches-nothing"]
        result.incomplete.append("no test calls Python code of this repository: an installed copy may be tested in its place")
