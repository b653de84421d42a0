"""A pytest plugin for the sandbox: which functions of the project each test calls, its outcome, and how long it takes.

Every test adds lines to the file in CODEASSIST_CONTEXTS, so that what was found remains when the run is ended. A fixture's
calls belong to every test that uses it, also if it is made once for several. The file is copied beside the scratch copy and
uses only the standard library and pytest.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

PROJECT = os.path.realpath(os.environ["CODEASSIST_PROJECT"]) + os.sep
OUT = Path(os.environ["CODEASSIST_CONTEXTS"])


class Calls:
    """Collects the code objects that are called: with `sys.monitoring` from Python 3.12, else with `sys.settrace`."""

    def __init__(self) -> None:
        """Start with no calls."""
        self.codes: dict[int, CodeType] = {}
        self._paths: dict[str, str] = {}
        self.tool = -1
        monitoring: Any = getattr(sys, "monitoring", None)
        if monitoring is not None:
            self.tool = next((n for n in range(5, -1, -1) if monitoring.get_tool(n) is None), -1)
        if self.tool >= 0:
            monitoring.use_tool_id(self.tool, "codeassist")
            monitoring.register_callback(self.tool, monitoring.events.PY_START, self._started)
            monitoring.set_events(self.tool, monitoring.events.PY_START)

    def start(self) -> None:
        """Forget the calls so far, and collect."""
        self.codes = {}
        if self.tool >= 0:
            sys.monitoring.restart_events()  # type: ignore[attr-defined,unused-ignore]
        else:
            threading.settrace(self._traced)
            sys.settrace(self._traced)

    def functions(self) -> set[tuple[str, int]]:
        """(path in the project, first line) of the functions that were called since `start`."""
        if self.tool < 0:
            sys.settrace(None)
        codes = list(self.codes.values())
        return {found for code in codes if (found := self._place(code)) is not None}

    def _place(self, code: CodeType) -> tuple[str, int] | None:
        name = code.co_filename
        if name not in self._paths:
            path = name if name.startswith((PROJECT, "<")) else os.path.realpath(name)  # "<frozen os>" is not a file
            self._paths[name] = path[len(PROJECT) :] if path.startswith(PROJECT) else ""
        path = self._paths[name]
        return (path, code.co_firstlineno) if path else None

    def _started(self, code: CodeType, _offset: int) -> Any:
        self.codes[id(code)] = code
        return sys.monitoring.DISABLE  # type: ignore[attr-defined,unused-ignore]

    def _traced(self, frame: Any, _event: str, _argument: Any) -> None:
        code = frame.f_code
        self.codes[id(code)] = code


calls = Calls()
made: dict[int, set[tuple[str, int]]] = {}
"""The calls of each fixture, by the identity of its definition."""

numbers: dict[tuple[str, int], int] = {}


@contextmanager
def _appending() -> Iterator[Any]:
    with OUT.open("a", encoding="utf-8") as file:
        yield lambda record: file.write(json.dumps(record) + "\n")


@dataclass
class Current:
    """Of the current test: the calls before the last start of collecting, and its worst outcome."""

    earlier: set[tuple[str, int]] = field(default_factory=set)
    outcome: str = "passed"


current = Current()


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Any:
    before = calls.functions()
    calls.start()
    yield
    own = calls.functions()
    made[id(fixturedef)] = made.get(id(fixturedef), set()) | own
    calls.start()
    current.earlier |= before | own


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: Any, nextitem: Any) -> Any:
    current.earlier, current.outcome = set(), "passed"
    started = time.perf_counter()
    calls.start()
    yield
    found = calls.functions() | current.earlier
    definitions = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    for fixture in (d for some in definitions.values() for d in some):
        found |= made.get(id(fixture), set())
    new = [place for place in sorted(found) if place not in numbers]
    with _appending() as append:
        for place in new:
            numbers[place] = len(numbers)
            append({"function": place, "number": numbers[place]})
        seconds = round(time.perf_counter() - started, 4)
        line = (getattr(item, "location", None) or ("", 0))[1] or 0
        called = sorted(numbers[p] for p in found)
        append({"test": item.nodeid, "line": line + 1, "outcome": current.outcome, "seconds": seconds, "calls": called})


def pytest_runtest_logreport(report: Any) -> None:
    if report.failed and not hasattr(report, "context"):  # subtests have reports of their own, with a context
        current.outcome = "failed"
    elif report.skipped and current.outcome == "passed":
        current.outcome = "xfailed" if hasattr(report, "wasxfail") else "skipped"


def pytest_deselected(items: Any) -> None:
    with _appending() as append:
        for item in items:  # by the project's settings, such as -m "not slow"
            append({"test": item.nodeid, "line": 0, "outcome": "deselected", "seconds": 0.0, "calls": []})


def pytest_collectreport(report: Any) -> None:
    if report.failed:
        lines = [line.strip() for line in str(report.longrepr).splitlines() if line.strip()]
        errors = [line[1:].strip() for line in lines if line.startswith("E ")]
        with _appending() as append:
            append({"broken": report.nodeid, "why": (errors or lines or ["?"])[-1][:300]})
