"""A pytest plugin for the sandbox: what existing tests run of a module, which of its mutants they notice, and how.

All tests run once without mutants; then each test function is tried on mutants, in
forks, until an assertion of its own fails. The kernel confines the tests, which may start processes as usual. The file is
copied next to the scratch copy and uses only the standard library and pytest.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import _codeassist_guard as guard  # type: ignore[import-not-found]
import pytest
from _codeassist_audit_forks import Raised, Row, made, outcome, run_plainly  # type: ignore[import-not-found]
from _codeassist_audit_subject import Subject, empty, nothing, something  # type: ignore[import-not-found]
from _codeassist_search.running import frameworks  # type: ignore[import-not-found]

JOB = json.loads(Path(os.environ["CODEASSIST_MUTANTS"]).read_text(encoding="utf-8"))
FIRST = set(JOB["first"])
"""Lines whose mutants are tried first, on the tests that reach them until one notices."""

ONLY = frozenset(JOB.get("only", ()))
"""The test functions that are run, by identifier without parameters; empty: all."""

TRIED = 40
"""Maximum mutants that are tried on one test function which notices none, spread evenly over those it reaches."""

ANOTHER_RESULT = 0
"""Stands among the noticed mutants for a function that returned something else."""

EMPTIED = 12
"""Maximum functions that are made to return something else, one after the other."""

ROWS = 3
"""Maximum parameter sets of a test function that are tried on one mutant."""

SHORT = 5.0
"""Seconds below which not all parameter sets of a test are expected to be run."""

SHARE_OF_FAULTS = 0.4
"""Share of the time that is left for faults, whatever the tests take without."""

RUNS = 30 if float(JOB["seconds"]) >= SHORT else 8
"""Maximum test runs for one mutant of a first line."""

LOSING = "return"
"""The operator whose mutants return None in place of a value: almost any test notices them, without comparing a value."""


class State:
    """Of the whole run: when it ends, the mutants tried and noticed, whether all were tried, and whether all tests ran."""

    until = time.monotonic() + float(JOB["seconds"])
    tried: set[int] = set()  # noqa: RUF012 - there is one
    killed: set[int] = set()  # noqa: RUF012
    complete = True
    all_ran = False


guard.limit(600)

subject = Subject(JOB["module"], JOB["path"])
sys.meta_path.insert(0, subject)


def pytest_configure() -> None:
    frameworks.prepare()
    subject.load()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Any:
    yield  # for a unittest.TestCase the exception is known only now
    if call.excinfo is not None:
        failed = issubclass(call.excinfo.type, (AssertionError, pytest.fail.Exception))
        Raised.assertion = failed or _raises_itself(call.excinfo.traceback[-1], item.path)


def _raises_itself(entry: Any, path: Any) -> bool:
    """Whether an exception comes from a `raise` in the test's own file, such as in the `else` of what it expects."""
    return str(entry.path) == str(path) and str(entry.statement).strip().startswith("raise ")


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Any:
    before, subject.probe.lines = subject.probe.lines, set()
    yield
    made[id(fixturedef)] = made.get(id(fixturedef), set()) | subject.probe.lines
    subject.probe.lines = subject.probe.lines | before


@dataclass
class Function:
    """A test function with its rows; `kills` are noticed mutants, `asserted` those that an assertion noticed."""

    rows: list[Row] = field(default_factory=list)
    kills: set[int] = field(default_factory=set)
    asserted: set[int] = field(default_factory=set)
    tried: set[int] = field(default_factory=set)
    done: bool = False
    emptied: bool | None = None

    @property
    def usable(self) -> list[Row]:
        """The rows that pass and reach the module, the fastest first."""
        return sorted((r for r in self.rows if r.passed and r.lines and r.alone is not False), key=lambda r: r.seconds)

    @property
    def lines(self) -> set[int]:
        """The lines of the module that passing rows run."""
        return {line for row in self.rows if row.passed for line in row.lines}


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    if ONLY:
        kept = [item for item in items if item.nodeid.partition("[")[0] in ONLY]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: Any) -> bool:
    """Replaces pytest's loop: first every test without mutants, then the mutants."""
    functions: dict[str, Function] = {}
    for item in session.items:
        functions.setdefault(item.nodeid.partition("[")[0], Function()).rows.append(Row(item))
    rows = [row for function in functions.values() for row in function.rows]
    if float(JOB["seconds"]) < SHORT:  # the first rows of all before the second ones
        rows.sort(key=lambda row: functions[row.item.nodeid.partition("[")[0]].rows.index(row))
    half = State.until - SHARE_OF_FAULTS * float(JOB["seconds"])
    done = 0
    while done < len(rows) and time.monotonic() < half:
        done += run_plainly(subject, rows[done:], half)
    gc.collect()
    gc.freeze()  # what is there is not looked at again, and so not copied, in the child processes
    State.all_ran = State.complete = done == len(rows)
    run = {id(row) for row in rows[:done]}
    try:
        _changed_lines(functions)
        for function in sorted(functions.values(), key=lambda f: sum(r.seconds for r in f.usable[:1])):
            _try_mutants(function)
    finally:
        _write({name: _record(f, run) for name, f in functions.items() if any(id(row) in run for row in f.rows)})
    return True


def _in_time() -> bool:
    if time.monotonic() < State.until:
        return True
    State.complete = False
    return False


def _alone(row: Row) -> bool:
    """Whether a row passes in a process of its own, without which nothing can be tried on it."""
    if row.alone is None:
        row.alone = outcome(subject, row, 0) == "passed"
    return bool(row.alone)


def _reached(lines: set[int] | frozenset[int]) -> list[Any]:
    return [m for m in subject.instrumenter.mutants if m.line in lines and m.id not in subject.at_import]


def _notice(function: Function, row: Row, mutant: int) -> bool:
    """Try a mutant on a row; whether the test noticed it."""
    State.tried.add(mutant)
    function.tried.add(mutant)
    said = outcome(subject, row, mutant)
    if said == "passed" or not _alone(row):
        return False
    State.killed.add(mutant)
    function.kills.add(mutant)
    operator = next(m.operator for m in subject.instrumenter.mutants if m.id == mutant)
    if said == "asserted" and operator != LOSING:
        function.asserted.add(mutant)
    return True


def _changed_lines(functions: dict[str, Function]) -> None:
    """Try mutants of each first line on the tests that reach it until one is noticed; one not tried on all is not counted."""
    ranked = [(number, row.seconds, f, row) for f in functions.values() for number, row in enumerate(f.usable)]
    pairs = [(f, row) for _, _, f, row in sorted(ranked, key=lambda entry: entry[:2])]  # one row of each function first
    waiting: dict[int, list[Any]] = {}
    for mutant in _reached(FIRST):
        waiting.setdefault(mutant.line, []).append(mutant)
    while waiting:
        for line, mutants in list(waiting.items()):  # one of each line, then the second ones
            mutant = mutants.pop(0)
            noticed = _noticed_by_any([pair for pair in pairs if line in pair[1].lines], mutant.id)
            if noticed is None:
                return
            if noticed or not mutants:
                del waiting[line]


def _noticed_by_any(reaching: list[tuple[Function, Row]], mutant: int) -> bool | None:
    """Whether one of some tests notices a mutant; None when there is no time left."""
    for function, row in reaching[:RUNS]:
        if not _in_time():
            State.tried.discard(mutant)
            return None
        if _notice(function, row, mutant):
            return True
    if len(reaching) > RUNS:
        State.tried.discard(mutant)
    return False


def _try_mutants(function: Function) -> None:
    reached = sorted(_reached(function.lines), key=lambda m: m.operator == LOSING)
    step = max(1, len(reached) // TRIED)
    for mutant in reached[::step][:TRIED]:
        if function.asserted:
            break
        for row in [r for r in function.usable if mutant.line in r.lines][:ROWS]:
            if not _in_time():
                return
            if _notice(function, row, mutant.id):
                break
    if not function.asserted and _notices_another_result(function):
        function.asserted.add(ANOTHER_RESULT)
    function.done = True
    rows = [row for row in function.usable[:ROWS] if _alone(row)]
    if not function.asserted and rows and _in_time():
        results = [_passes_without_subject(row) for row in rows]
        function.emptied = None if None in results else all(results)


def _notices_another_result(function: Function) -> bool:
    """Whether an assertion of a test fails if one of the functions it runs returns something else than it does."""
    for row in function.usable[:1]:
        for called in subject.functions(row.lines)[:EMPTIED]:
            if not _in_time():
                return False
            if outcome(subject, row, 0, functools.partial(empty, [called], something)) == "asserted" and _alone(row):
                return True
    return False


def _passes_without_subject(row: Row) -> bool | None:
    """Whether a test passes when every function of the module that it runs does nothing; None if none can be emptied.

    They return None, and in a second run another object: a test that expects None is not blind for that.
    """
    functions = subject.functions(row.lines)
    if not functions:
        return None
    emptied = (functools.partial(empty, functions, replacement) for replacement in (nothing, something))
    return all(outcome(subject, row, 0, prepare) == "passed" for prepare in emptied)


def _record(function: Function, run: set[int]) -> dict[str, Any]:
    """The result of a test function; `run` are the rows that were run, by their identity."""
    return {
        "passed": any(row.passed for row in function.rows),
        "skipped": all(row.skipped for row in function.rows),
        "lines": sorted(function.lines),
        "kills": sorted(function.kills),
        "asserted": sorted(function.asserted),
        "tried": len(function.tried),
        "done": function.done and bool(function.usable) and all(id(row) in run for row in function.rows),
        "emptied": function.emptied,
    }


def _write(tests: dict[str, Any]) -> None:
    mutants = subject.instrumenter.mutants
    results = {
        "tests": tests,
        "killed": sorted(State.killed),
        "tried": sorted(State.tried),
        "complete": State.complete,
        "all_ran": State.all_ran,
        "mutants": [[m.id, m.operator, m.line] for m in mutants if m.id not in subject.at_import],
        "lines": sorted(subject.instrumenter.lines),
    }
    Path(JOB["out"]).write_text(json.dumps(results), encoding="utf-8")
