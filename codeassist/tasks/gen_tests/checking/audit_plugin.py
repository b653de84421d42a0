"""A pytest plugin for the sandbox: what existing tests run of a module, which of its mutants they notice, and how.

Built on the plugin that measures mutants. All tests run once without mutants; then each test function is tried on mutants, in
forks, until an assertion of its own fails. The kernel confines the tests, which may start processes as usual. The file is
copied next to the scratch copy and uses only the standard library and pytest.
"""

from __future__ import annotations

import ast
import functools
import importlib.abc
import importlib.util
import json
import os
import pickle
import select
import signal
import struct
import sys
import time
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import _codeassist_mutation as mutation  # type: ignore[import-not-found]
import pytest
from _codeassist_search import frameworks  # type: ignore[import-not-found]
from _codeassist_search.instrument import PROBE, Instrumenter  # type: ignore[import-not-found]
from _codeassist_search.probe import Probe  # type: ignore[import-not-found]

JOB, State = mutation.JOB, mutation.State
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

STEPS = 50_000_000
SLOWEST = mutation.SLOWEST
LOSING = "return"
"""The operator whose mutants return None in place of a value: almost any test notices them, without comparing a value."""

tried: set[int] = set()


class Subject(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Instruments the module under test when it is first imported, so that all its users get the instrumented functions."""

    def __init__(self, name: str, path: str) -> None:
        """`name` is the module and `path` its file in the copy."""
        self.name, self.path = name, path
        self.instrumenter, self.probe = Instrumenter(), Probe()
        self.probe.limit = STEPS
        self.code = compile(self.instrumenter.run(ast.parse(Path(path).read_bytes())), path, "exec")
        self.at_import = {m.id for m in self.instrumenter.mutants if m.at_import}

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """The module's specification, with this loader; None for other modules."""
        if fullname != self.name:
            return None
        spec = importlib.util.spec_from_file_location(fullname, self.path, loader=self)
        if spec is not None and Path(self.path).name == "__init__.py":
            spec.submodule_search_locations = [str(Path(self.path).parent)]
        return spec

    def create_module(self, spec: Any) -> None:
        """None: an ordinary module."""

    def exec_module(self, module: Any) -> None:
        """Execute the instrumented code."""
        setattr(module, PROBE, self.probe)
        exec(self.code, module.__dict__)

    def load(self) -> None:
        """Import the module. One that something imported before this plug-in is executed again in place."""
        known = sys.modules.get(self.name)
        if known is not None and not hasattr(known, PROBE):
            self.exec_module(known)
        self.module = importlib.import_module(self.name)


subject = Subject(JOB["module"], JOB["path"])
sys.meta_path.insert(0, subject)


def pytest_configure() -> None:
    frameworks.prepare()
    subject.load()


@dataclass
class Row:
    """One parameter set of a test function: its item, outcome, lines of the module, seconds."""

    item: Any
    passed: bool = False
    skipped: bool = False
    lines: frozenset[int] = frozenset()
    seconds: float = 0.0
    alone: bool | None = None
    """Whether it also passes in a process of its own, None if that was not tried."""


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
        done += _run_plainly(rows[done:])
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


def _run_plainly(rows: Sequence[Row]) -> int:
    """Run tests in one child process; returns how many have a result. The one that ends the process has failed."""
    from _pytest.runner import runtestprotocol

    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reader)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            probe = subject.probe
            probe.active, probe.limit = 0, STEPS
            for row, following in zip(rows, [*rows[1:], None], strict=True):
                probe.clear()
                started = time.perf_counter()
                reports = runtestprotocol(row.item, nextitem=following.item if following else None, log=False)
                result = {
                    "passed": all(r.passed for r in reports),
                    "skipped": any(r.skipped for r in reports),
                    "lines": frozenset(probe.lines.union(*_of_fixtures(row.item))),
                    "seconds": time.perf_counter() - started,
                }
                _send(writer, result)
        finally:
            os._exit(0)
    os.close(writer)
    count = 0
    while count < len(rows) and (result := _received(reader)) is not None:
        for name, value in result.items():
            setattr(rows[count], name, value)
        count += 1
    os.close(reader)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return count if count == len(rows) or not _in_time() else count + 1


made: dict[int, set[int]] = {}
"""The lines of the module that each fixture runs, by the identity of its definition: also if it is made once for several tests."""


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Any:
    before, subject.probe.lines = subject.probe.lines, set()
    yield
    made[id(fixturedef)] = made.get(id(fixturedef), set()) | subject.probe.lines
    subject.probe.lines = subject.probe.lines | before


def _of_fixtures(item: Any) -> list[set[int]]:
    definitions = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return [made[id(fixture)] for some in definitions.values() for fixture in some if id(fixture) in made]


def _send(writer: int, record: Any) -> None:
    data = pickle.dumps(record)
    data = struct.pack("!I", len(data)) + data
    while data:
        data = data[os.write(writer, data) :]


def _received(reader: int) -> Any:
    """The next record from a child process; None when it ended, or when there is no time left."""
    head = _exactly(reader, 4)
    data = _exactly(reader, struct.unpack("!I", head)[0]) if head else b""
    return pickle.loads(data) if data else None


def _exactly(reader: int, size: int) -> bytes:
    """So many bytes of a pipe; b"" if fewer come in time."""
    data = b""
    while len(data) < size:
        if not select.select([reader], [], [], max(0.0, State.until - time.monotonic()))[0]:
            return b""
        piece = os.read(reader, size - len(data))
        if not piece:
            return b""
        data += piece
    return data


class Raised:
    """What a test raised, in the child process that runs it."""

    assertion = False


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Any:
    if call.excinfo is not None:
        Raised.assertion = issubclass(call.excinfo.type, (AssertionError, pytest.fail.Exception))
    yield


def _outcome(row: Row, mutant: int, prepare: Callable[[], None] | None = None) -> str:
    """Run one row in a fork with a mutant (0: none): "passed", "asserted" if an assertion failed, else "crashed"."""
    from _pytest.runner import runtestprotocol

    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        result = b"crashed"
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            if prepare is not None:
                prepare()
            signal.setitimer(signal.ITIMER_REAL, max(SLOWEST, 4 * row.seconds))
            probe = subject.probe
            probe.clear()
            probe.active, probe.limit = mutant, STEPS
            reports = runtestprotocol(row.item, nextitem=None, log=False)
            passed = all(r.passed for r in reports)
            result = b"passed" if passed else b"asserted" if Raised.assertion else b"crashed"
        finally:
            os.write(writer, result)
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read(16)
    os.waitpid(pid, 0)
    return said.decode() or "crashed"


def _alone(row: Row) -> bool:
    """Whether a row passes in a process of its own, without which nothing can be tried on it."""
    if row.alone is None:
        row.alone = _outcome(row, 0) == "passed"
    return row.alone


def _reached(lines: set[int] | frozenset[int]) -> list[Any]:
    return [m for m in subject.instrumenter.mutants if m.line in lines and m.id not in subject.at_import]


def _notice(function: Function, row: Row, mutant: int) -> bool:
    """Try a mutant on a row; whether the test noticed it."""
    tried.add(mutant)
    function.tried.add(mutant)
    outcome = _outcome(row, mutant)
    if outcome == "passed":
        return False
    State.killed.add(mutant)
    function.kills.add(mutant)
    operator = next(m.operator for m in subject.instrumenter.mutants if m.id == mutant)
    if outcome == "asserted" and operator != LOSING:
        function.asserted.add(mutant)
    return True


def _changed_lines(functions: dict[str, Function]) -> None:
    """Try the mutants of first lines on the tests that reach them. One that cannot be tried on all of them is not counted."""
    pairs = sorted(((f, row) for f in functions.values() for row in f.usable), key=lambda pair: pair[1].seconds)
    for mutant in _reached(FIRST):
        reaching = [(f, row) for f, row in pairs if mutant.line in row.lines]
        for function, row in reaching[:RUNS]:
            if not _in_time():
                tried.discard(mutant.id)
                return
            if _alone(row) and _notice(function, row, mutant.id):
                break
        else:
            if len(reaching) > RUNS:
                tried.discard(mutant.id)


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
    functions = [f for f in _functions(subject.module) if _lines(f) & row.lines]
    if not functions:
        return None

    def empty(replacement: Any) -> None:
        for function in functions:
            function.__code__ = replacement.__code__

    return all(_outcome(row, 0, functools.partial(empty, r)) == "passed" for r in (_nothing, _something))


def _nothing(*_arguments: Any, **_more: Any) -> None:
    return None


def _something(*_arguments: Any, **_more: Any) -> type:
    return type


def _functions(module: Any) -> list[Any]:
    """The functions and ordinary methods that a module defines and whose code can be replaced."""
    holders = [module, *(v for v in vars(module).values() if isinstance(v, type) and v.__module__ == module.__name__)]
    found = []
    for holder in holders:
        for name, value in vars(holder).items():
            bare = getattr(value, "__func__", getattr(value, "fget", value))
            bare = getattr(bare, "__wrapped__", bare)
            plain = isinstance(bare, types.FunctionType) and bare.__module__ == module.__name__
            if plain and not bare.__code__.co_freevars and not bare.__code__.co_flags & 0x2A0 and not name.startswith("__"):
                found.append(bare)
    return found


def _lines(function: Any) -> set[int]:
    numbers = {line for _, _, line in function.__code__.co_lines() if line}
    return numbers - {function.__code__.co_firstlineno}


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
    mutation.guard.State.armed = False
    mutants = subject.instrumenter.mutants
    results = {
        "tests": tests,
        "killed": sorted(State.killed),
        "tried": sorted(tried),
        "complete": State.complete,
        "mutants": [[m.id, m.operator, m.line] for m in mutants if m.id not in subject.at_import],
        "lines": sorted(subject.instrumenter.lines),
    }
    Path(JOB["out"]).write_text(json.dumps(results), encoding="utf-8")
