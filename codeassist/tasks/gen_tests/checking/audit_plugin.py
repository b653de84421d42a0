"""A pytest plugin for the sandbox: what each existing test runs, which mutants it kills, whether it needs its subject.

Built on the plugin that measures mutants. The kernel confines the tests, which may start processes as usual. Here a test is
tried on mutants that other tests have killed too, until it kills one. The file is copied next to the scratch copy and uses
only the standard library and pytest.
"""

from __future__ import annotations

import json
import time
import types
from pathlib import Path
from typing import Any

import _codeassist_mutation as mutation  # type: ignore[import-not-found]
import pytest

JOB, State = mutation.JOB, mutation.State
FIRST = set(JOB["first"])
"""Lines whose mutants are tried first, and on every test until one kills them."""

TRIED = 40
"""Maximum mutants that are tried on one test which kills none of them, spread evenly over those it reaches."""

pytest_configure = mutation.pytest_configure
tried: set[int] = set()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: Any, nextitem: Any) -> bool:
    passed, seen = mutation.isolated(item, 0)
    lines = sorted(seen.get("lines", ()))
    record = {"passed": passed, "skipped": bool(seen.get("skipped")), "lines": lines, "kills": [], "tried": 0}
    record |= {"emptied": None, "done": False}
    State.tests[item.nodeid] = record
    if passed and record["lines"]:
        _try_mutants(item, record)
        if time.monotonic() < State.until:
            record["emptied"] = _passes_without_subject(item, set(record["lines"]))
    return True


def _try_mutants(item: Any, record: dict[str, Any]) -> None:
    lines = set(record["lines"])
    reached = [m for m in State.bench.instrumenter.mutants if m.line in lines and m.id not in State.bench.at_import]
    first = [m.id for m in reached if m.line in FIRST]
    others = [m.id for m in reached if m.line not in FIRST]
    others = sorted(others, key=lambda m: m in State.killed)  # those that no test has killed yet first
    step = max(1, len(others) // TRIED)
    for mutant in [*first, *others[::step][:TRIED]]:
        if record["kills"] and (mutant in State.killed or mutant not in first):
            continue
        if time.monotonic() > State.until:
            State.complete = False
            return
        record["tried"] += 1
        tried.add(mutant)
        if not mutation.isolated(item, mutant)[0]:
            State.killed.add(mutant)
            record["kills"].append(mutant)
    record["done"] = True


def _passes_without_subject(item: Any, lines: set[int]) -> bool | None:
    """Whether a test passes when every function of the module that it runs does nothing; None if none can be emptied."""
    functions = [f for f in _functions(State.bench.module) if _lines(f) & lines]
    if not functions:
        return None

    def empty() -> None:
        for function in functions:
            function.__code__ = _nothing.__code__

    return bool(mutation.isolated(item, 0, empty)[0])


def _nothing(*_arguments: Any, **_more: Any) -> None:
    return None


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


def pytest_sessionfinish(session: Any, exitstatus: int) -> None:
    mutation.guard.State.armed = False
    results = {
        "tests": State.tests,
        "killed": sorted(State.killed),
        "tried": sorted(tried),
        "complete": State.complete,
        "mutants": [[m.id, m.operator, m.line] for m in State.bench.instrumenter.mutants if m.id not in State.bench.at_import],
        "lines": sorted(State.bench.instrumenter.lines),
    }
    Path(JOB["out"]).write_text(json.dumps(results), encoding="utf-8")
