"""A pytest plugin for the sandbox: what existing tests run of a module, which of its mutants they notice, and how.

All tests run once without mutants; then each test function is tried on mutants, in
forks, until an assertion of its own fails. The kernel confines the tests, which may start processes as usual. The file is
copied next to the scratch copy and uses only the standard library and pytest.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import _codeassist_guard as guard  # type: ignore[import-not-found]
import pytest
from _codeassist_audit_forks import Raised, Row, made, outcome, run_plainly  # type: ignore[import-not-found]
from _codeassist_audit_subject import Subject, empty, nothing, something  # type: ignore[import-not-found]
from _codeassist_search import frameworks  # type: ignore[import-not-found]

JOB = json.loads(Path(os.environ["CODEASSIST_MUTANTS"]).read_text(encoding="utf-8"))
FIRST = set(JOB["first"])
"""Lines whose mutants are tried first, on the tests that reach them until one notices."""

ONLY = frozenset(JOB.get("only", ()))
"""The test functions that are run, by identifier without parameters; empty: all."""

TRIED = 40
"""Maximum mutants that are tried on one test function which notices none, spread evenly over those it reaches."""

ROWS = 3
"""Maximum parameter sets of a test function that are tried on one mutant."""

RUNS = 30
"""Maximum test runs for one mutant of a first line."""

LOSING = "return"
"""The operator whose mutants return None in place of a value: almost any test notices them, without comparing a value."""


class State:
    """Of the whole run: when it ends, the mutants that were tried and noticed, and whether there was time for all."""

    until = time.monotonic() + float(JOB["seconds"])
    tried: set[int] = set()  # noqa: RUF012 - there is one
    killed: set[int] = set()  # noqa: RUF012
    complete = True


guard.limit(600)

subject = Subject(JOB["module"], JOB["path"])
sys.meta_path.insert(0, subject)


def pytest_configure() -> None:
    frameworks.prepare()
    subject.load()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Any:
    if call.excinfo is not None:
        Raised.assertion = issubclass(call.excinfo.type, (AssertionError, pytest.fail.Exception))
    yield


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
    rows = [Row(item) for item in session.items]
    for row in rows:
        functions.setdefault(row.item.nodeid.partition("[")[0], Function()).rows.append(row)
    done = 0
    while done < len(rows) and _in_time():
        done += run_plainly(subject, rows[done:], State.until)
    try:
        _changed_lines(functions)
        for function in sorted(functions.values(), key=lambda f: sum(r.seconds for r in f.usable[:1])):
            _try_mutants(function)
    finally:
        _write({name: _record(function) for name, function in functions.items() if _was_run(function, rows[:done])})
    return True


def _was_run(function: Function, run: Sequence[Row]) -> bool:
    known = {id(row) for row in run}
    return all(id(row) in known for row in function.rows)


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
    if said == "passed":
        return False
    State.killed.add(mutant)
    function.kills.add(mutant)
    operator = next(m.operator for m in subject.instrumenter.mutants if m.id == mutant)
    if said == "asserted" and operator != LOSING:
        function.asserted.add(mutant)
    return True


def _changed_lines(functions: dict[str, Function]) -> None:
    """Try the mutants of first lines on the tests that reach them. One that cannot be tried on all of them is not counted."""
    pairs = sorted(((f, row) for f in functions.values() for row in f.usable), key=lambda pair: pair[1].seconds)
    for mutant in _reached(FIRST):
        reaching = [(f, row) for f, row in pairs if mutant.line in row.lines]
        for function, row in reaching[:RUNS]:
            if not _in_time():
                State.tried.discard(mutant.id)
                return
            if _alone(row) and _notice(function, row, mutant.id):
                break
        else:
            if len(reaching) > RUNS:
                State.tried.discard(mutant.id)


def _try_mutants(function: Function) -> None:
    reached = sorted(_reached(function.lines), key=lambda m: m.operator == LOSING)
    step = max(1, len(reached) // TRIED)
    for mutant in reached[::step][:TRIED]:
        if function.asserted:
            break
        for row in [r for r in function.usable if mutant.line in r.lines][:ROWS]:
            if not _in_time():
                return
            if _alone(row) and _notice(function, row, mutant.id):
                break
    function.done = True
    rows = [row for row in function.usable[:ROWS] if _alone(row)]
    if not function.asserted and rows and _in_time():
        results = [_passes_without_subject(row) for row in rows]
        function.emptied = None if None in results else all(results)


def _passes_without_subject(row: Row) -> bool | None:
    """Whether a test passes when every function of the module that it runs does nothing; None if none can be emptied.

    They return None, and in a second run another object: a test that expects None is not blind for that.
    """
    functions = subject.functions(row.lines)
    if not functions:
        return None
    emptied = (functools.partial(empty, functions, replacement) for replacement in (nothing, something))
    return all(outcome(subject, row, 0, prepare) == "passed" for prepare in emptied)


def _record(function: Function) -> dict[str, Any]:
    return {
        "passed": any(row.passed for row in function.rows),
        "skipped": all(row.skipped for row in function.rows),
        "lines": sorted(function.lines),
        "kills": sorted(function.kills),
        "asserted": sorted(function.asserted),
        "tried": len(function.tried),
        "done": function.done and bool(function.usable),
        "emptied": function.emptied,
    }


def _write(tests: dict[str, Any]) -> None:
    mutants = subject.instrumenter.mutants
    results = {
        "tests": tests,
        "killed": sorted(State.killed),
        "tried": sorted(State.tried),
        "complete": State.complete,
        "mutants": [[m.id, m.operator, m.line] for m in mutants if m.id not in subject.at_import],
        "lines": sorted(subject.instrumenter.lines),
    }
    Path(JOB["out"]).write_text(json.dumps(results), encoding="utf-8")
