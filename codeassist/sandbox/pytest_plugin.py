"""A pytest plugin for the sandbox: guards each test, shuffles the tests by a seed, runs each in its own process if requested.

It is copied beside the scratch copy and loaded with `-p`; it uses only the standard library and pytest.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from typing import Any

import _codeassist_guard as guard  # type: ignore[import-not-found]
import pytest

ORDER = os.environ.get("CODEASSIST_ORDER", "")
FIRST = frozenset(filter(None, os.environ.get("CODEASSIST_FIRST", "").split(",")))
ISOLATED = os.environ.get("CODEASSIST_ISOLATED") == "1" and hasattr(os, "fork")
OUT = os.environ["CODEASSIST_OUTCOMES"]
SKIPPED = 5
"""The exit status of the process of a test that is skipped, such as one variant of those that a fixture makes."""

PARTIAL = os.environ.get("CODEASSIST_OUTCOMES_SO_FAR", "")
"""A file for the outcomes so far, a line each: what remains when a run is ended; "" for none."""

UNCOLLECTED = os.path.join(os.path.dirname(OUT), "uncollected.json")
REPORTS = os.path.join(os.path.dirname(OUT), "reports.json")
outcomes: dict[str, str] = {}
reports: dict[str, str] = {}
uncollected: dict[str, str] = {}

TICK = 1 / 64
"""Seconds between two ticks of the clocks of some systems."""


def _tick_seldom() -> None:
    """Let the clocks tick as seldom as they do there: a test must not need two calls to give different times."""
    for name in ("time", "monotonic", "perf_counter"):
        seconds, nanoseconds = getattr(time, name), getattr(time, f"{name}_ns")
        setattr(time, name, lambda clock=seconds: clock() // TICK * TICK)
        setattr(time, f"{name}_ns", lambda clock=nanoseconds: clock() // int(TICK * 1e9) * int(TICK * 1e9))


if ORDER == "reverse":
    _tick_seldom()
guard.limit(600)
guard.install(os.environ["CODEASSIST_SCRATCH"].split(os.pathsep))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[Any]) -> None:
    if ORDER == "reverse":
        items.reverse()
    elif ORDER:
        random.Random(ORDER).shuffle(items)
    elif FIRST:
        modules = list(dict.fromkeys(item.nodeid.partition("::")[0] for item in items))
        items.sort(key=lambda item: (not _uses(item, FIRST), modules.index(item.nodeid.partition("::")[0])))


def _uses(item: Any, names: frozenset[str]) -> bool:
    """Whether the code of a test names one of some functions."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    return code is not None and not names.isdisjoint((*code.co_names, *code.co_varnames[: code.co_argcount]))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: Any, nextitem: Any) -> bool | None:
    if not ISOLATED:
        return None
    from _pytest.runner import runtestprotocol

    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            phases = runtestprotocol(item, nextitem=None, log=False)
            code = 0 if all(r.passed for r in phases) else 1 if any(r.failed for r in phases) else SKIPPED
            os.write(writer, "\n".join(str(r.longrepr) for r in phases if r.failed).encode("utf-8", "replace")[-4_000:])
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        text = pipe.read().decode("utf-8", "replace")
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == SKIPPED:
        return True  # as in a run in one process: it has no outcome
    if status:
        reports[item.nodeid] = text
    outcomes[item.nodeid] = "passed" if status == 0 else "failed"
    return True


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: Any) -> Any:
    before = set(os.listdir("."))
    guard.State.armed = True
    result = yield
    guard.State.armed = False
    created = {name for name in set(os.listdir(".")) - before if not name.startswith((".", "__pycache__"))}
    for name in created:
        shutil.rmtree(name) if os.path.isdir(name) and not os.path.islink(name) else os.remove(name)
    if created:  # it would leave files in the working directory, and may fail on a second run
        result.force_exception(AssertionError(f"it leaves files behind: {', '.join(sorted(created))}"))


def pytest_runtest_logreport(report: Any) -> None:
    if report.failed:
        reports[report.nodeid] = _kept(str(report.longrepr))
        outcomes[report.nodeid] = "failed"
    elif report.when == "call" and report.passed:
        outcomes.setdefault(report.nodeid, "passed")
    if PARTIAL and report.when == "teardown" and report.nodeid in outcomes:
        with open(PARTIAL, "a", encoding="utf-8") as file:
            file.write(json.dumps([report.nodeid, outcomes[report.nodeid]]) + "\n")


def _kept(text: str) -> str:
    """The end of a report, behind the line with its error if that comes earlier."""
    end = text[-4_000:]
    error = next((line for line in text.split("\n") if line.startswith("E ")), "")[:4_000]
    return end if not error or error in end else f"{error}\n{end}"


def pytest_collectreport(report: Any) -> None:
    """Keep why a file of tests cannot be imported or skips itself."""
    if report.nodeid and report.failed:
        uncollected[report.nodeid] = str(report.longrepr)[-4_000:]
    elif report.nodeid and report.skipped and isinstance(report.longrepr, tuple):
        uncollected[report.nodeid] = str(report.longrepr[2])[-4_000:]


def pytest_sessionfinish(session: Any) -> None:
    guard.State.armed = False
    if hasattr(session.config, "workerinput"):  # a process of pytest-xdist: the first one collects the outcomes
        return
    with open(OUT, "w", encoding="utf-8") as file:
        json.dump(outcomes, file)
    with open(UNCOLLECTED, "w", encoding="utf-8") as file:
        json.dump(uncollected, file)
    with open(REPORTS, "w", encoding="utf-8") as file:
        json.dump(reports, file)
