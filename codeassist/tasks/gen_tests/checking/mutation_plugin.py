"""A pytest plugin for the sandbox: records which mutants of the module each test kills and which lines and branches it runs.

The module is replaced by its instrumented copy before collection. Each test runs in forks: once with the original code and
once for each mutant on a line that it reaches and that no earlier test has killed. Mutants of code that runs at import get a
test run each. The file is copied next to the scratch copy and uses only the standard library and pytest.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import _codeassist_guard as guard  # type: ignore[import-not-found]
import pytest
from _codeassist_search.running import frameworks  # type: ignore[import-not-found]
from _codeassist_search.running.execution import Bench  # type: ignore[import-not-found]

JOB = json.loads(Path(os.environ["CODEASSIST_MUTANTS"]).read_text(encoding="utf-8"))
SLOWEST = 3
"""Seconds that a test may run against a mutant before the mutant counts as killed."""

guard.limit(600)
guard.install(os.environ["CODEASSIST_SCRATCH"].split(os.pathsep))


@dataclass
class Measured:
    """The measurements so far. `child` is set in a fork that runs with a mutant of import-time code."""

    until: float
    killed: set[int]
    bench: Any = None
    child: bool = False
    tests: dict[str, dict[str, Any]] = field(default_factory=dict)
    complete: bool = True


State = Measured(time.monotonic() + float(JOB["seconds"]), set(JOB["known"]))


def pytest_configure() -> None:
    import importlib

    frameworks.prepare()
    importlib.import_module(JOB["module"])
    State.bench = Bench(JOB["module"], JOB["path"], Path(JOB["path"]).read_text(encoding="utf-8"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: Any) -> None:
    for mutant in sorted(State.bench.at_import - State.killed) if JOB["at_import"] else ():
        if time.monotonic() > State.until - 0.6 * float(JOB["seconds"]):  # leaves time for the tests themselves
            State.complete = False
            return
        pid = os.fork()
        if pid == 0:
            State.child = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            signal.alarm(10)
            try:
                State.bench.load(mutant)
            except BaseException:  # a mutant that fails at import is killed
                os._exit(1)
            return
        if os.waitpid(pid, 0)[1]:
            State.killed.add(mutant)


def isolated(item: Any, mutant: int, prepare: Callable[[], None] | None = None) -> tuple[bool, dict[str, Any]]:
    """Run a test in a fork with a mutant (0: none), after `prepare`; returns (passed, lines, branches and failure report)."""
    from _pytest.runner import runtestprotocol

    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        passed = False
        seen: dict[str, Any] = {}
        try:
            os.close(reader)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            if prepare is not None:
                prepare()
            if mutant or prepare is not None:
                signal.alarm(SLOWEST)
            probe = State.bench.probe
            probe.clear()
            probe.active, probe.limit = mutant, 50_000_000
            reports = runtestprotocol(item, nextitem=None, log=False)
            passed = all(r.passed for r in reports)
            seen = {"lines": sorted(probe.lines), "branches": sorted(probe.branches)}
            seen["skipped"] = any(r.skipped for r in reports)
            if not passed:
                seen["output"] = "\n".join(str(r.longrepr) for r in reports if r.failed)[-3_000:]
            os.write(writer, pickle.dumps((passed, {} if mutant else seen)))
        finally:
            os._exit(0)
    os.close(writer)
    data = b""
    while piece := os.read(reader, 65_536):
        data += piece
    os.close(reader)
    os.waitpid(pid, 0)
    return pickle.loads(data) if data else (False, {})


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: Any, nextitem: Any) -> bool | None:
    if State.child:
        return None
    bench = State.bench
    passed, seen = isolated(item, 0)
    if seen.get("skipped"):  # one variant of those that a fixture makes: the others count
        return True
    name = item.nodeid.partition("[")[0].rpartition("::")[2]
    record = State.tests.setdefault(name, {"passed": True, "lines": [], "branches": [], "kills": [], "output": ""})
    record["passed"] = record["passed"] and passed
    record["output"] = record["output"] or seen.get("output", "")
    record["lines"] = sorted({*record["lines"], *seen.get("lines", ())})
    record["branches"] = sorted({*record["branches"], *map(tuple, seen.get("branches", ()))})
    if not passed:
        return True
    for mutant in bench.instrumenter.mutants:
        if mutant.id in State.killed or mutant.id in bench.at_import or mutant.line not in seen["lines"]:
            continue
        if time.monotonic() > State.until:
            State.complete = False
            break
        if not isolated(item, mutant.id)[0]:
            State.killed.add(mutant.id)
            record["kills"].append(mutant.id)
    return True


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: Any) -> Any:
    guard.State.armed = True
    yield
    guard.State.armed = False


def pytest_sessionfinish(session: Any, exitstatus: int) -> None:
    guard.State.armed = False
    if State.child:
        os._exit(1 if session.testsfailed else 0)
    results = {
        "tests": State.tests,
        "killed": sorted(State.killed),
        "complete": State.complete,
        "conditions": State.bench.instrumenter.conditions,
        "mutants": [[m.id, m.operator, m.line] for m in State.bench.instrumenter.mutants],
    }
    Path(JOB["out"]).write_text(json.dumps(results), encoding="utf-8")
