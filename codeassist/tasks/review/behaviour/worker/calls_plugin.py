"""A pytest plugin for the sandbox: what changed functions do in the calls that tests make, and in near ones.

At each such call the process forks: a child calls the function with the same arguments, and with one of them altered, in the
state that the test has made, and writes down what it did. The test itself goes on undisturbed. The module under test is
instrumented when it is imported: its functions begin with a call of `Calls.called`.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import json
import os
import select
import signal
import sys
import threading
import time
import tokenize
import warnings
from dataclasses import dataclass
from typing import Any

import _codeassist_guard as guard  # type: ignore[import-not-found]
import pytest

from .canonical import AROUND
from .forked import Child

NAME = "__codeassist_called__"
MOST_CALLS = 3
"""Calls of one function in one test that are tried, if their arguments differ."""

MOST_OF_FUNCTION = 60
CHILD_SECONDS = 4.0
"""The most that all tries of one call may take."""


@dataclass
class Trying:
    """What all changed modules share: the seconds that are left for tries, and in a forked process the call that it tries."""

    left: float
    child: Child | None = None


class Calls:
    """Tries the calls of changed functions of one module, as long as there is time."""

    def __init__(self, job: dict[str, Any], trying: Trying) -> None:
        """`job`: what `CallsInTests.watching` writes for all modules, with what it writes for this one."""
        self.job = job
        self.trying = trying
        self.names: list[str] = job["names"]
        self.test = ""
        self.begun: dict[tuple[str, str], int] = {}
        self.counts: dict[tuple[str, str], int] = {}
        self.seen: dict[str, set[str]] = {}

    def called(self, number: int) -> None:
        """A changed function begins. In a forked process it is only noted."""
        name = self.names[number]
        if self.trying.child is not None:
            self.trying.child.ran.setdefault(f"{self.job['module']} {name}")
            return
        position = self.begun[self.test, name] = self.begun.get((self.test, name), 0) + 1
        done = self.counts.get((self.test, name), 0)
        seen = self.seen.setdefault(name, set())
        if not self.test or done >= MOST_CALLS or len(seen) >= MOST_OF_FUNCTION or self.trying.left <= 0:
            return
        only = self.job["only"]
        if threading.active_count() > 1 or (only is not None and f"{self.job['module']} {name}" not in only.get(self.test, {})):
            return
        started = time.monotonic()
        armed, guard.State.armed = guard.State.armed, False
        try:
            digest = self._try(name, position, sys._getframe(1), seen)
        except OSError:  # no process or pipe is left: the test goes on
            digest, self.trying.left = "", 0.0
        finally:
            guard.State.armed = armed
        if digest:
            seen.add(digest)
            self.counts[self.test, name] = done + 1
        self.trying.left -= time.monotonic() - started

    def _try(self, name: str, position: int, frame: Any, seen: set[str]) -> str:
        """Fork at the `position`-th call in a test; returns a digest of the arguments if they are new."""
        reader, writer = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a fork beside threads: there are none
            pid = os.fork()
        if pid == 0:
            try:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.setitimer(signal.ITIMER_REAL, CHILD_SECONDS)
                self.trying.child = Child(self.job, self.test, name, position, frame, writer)
                self.trying.child.work(seen)
            finally:
                os._exit(0)
        os.close(writer)
        ready, _, _ = select.select([reader], [], [], CHILD_SECONDS + 1)
        digest = os.read(reader, 200).decode() if ready else ""
        os.close(reader)
        os.waitpid(pid, 0)
        return digest


class _Hook(importlib.abc.MetaPathFinder):
    """Finds the changed module, with a loader that instruments it."""

    def __init__(self, calls: Calls) -> None:
        path = calls.job["path"]
        self.calls, self.path = calls, path
        stem = os.path.splitext(os.path.basename(path))[0]
        self.last = os.path.basename(os.path.dirname(path)) if stem == "__init__" else stem

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name.rpartition(".")[2] != self.last:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None or not _same(spec.origin, self.path):
            return None
        spec.loader = _Loader(name, spec.origin, self.calls)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, calls: Calls) -> None:
        super().__init__(name, path)
        self.calls = calls

    def exec_module(self, module: Any) -> None:
        setattr(module, NAME, self.calls.called)
        with tokenize.open(self.path) as file:
            source = file.read()
        exec(compile(instrumented(source, self.calls.names), self.path, "exec", dont_inherit=True), module.__dict__)


def instrumented(source: str, names: list[str]) -> ast.Module:
    """A module in which the named functions begin with a call that says which one it is."""
    tree = ast.parse(source)
    numbers = {name: number for number, name in enumerate(names)}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if prefix + child.name in numbers:
                    _begin(child, numbers[prefix + child.name])
            elif isinstance(child, ast.ClassDef):
                visit(child, f"{prefix}{child.name}.")
            else:
                visit(child, prefix)

    visit(tree, "")
    return tree


def _begin(node: ast.FunctionDef | ast.AsyncFunctionDef, number: int) -> None:
    """Put the call after the documentation, without moving a line."""
    call = ast.Expr(ast.Call(ast.Name(NAME, ast.Load()), [ast.Constant(number)], []))
    ast.copy_location(call, node.body[0])
    node.body.insert(1 if ast.get_docstring(node, clean=False) is not None else 0, ast.fix_missing_locations(call))


def _same(first: str, second: str) -> bool:
    try:
        return os.path.samefile(first, second)
    except OSError:
        return False


def _job() -> dict[str, Any]:
    with open(os.environ["CODEASSIST_CALLS"], encoding="utf-8") as file:
        job: dict[str, Any] = json.load(file)
    folders = [job["tree"]]
    while len(folders[-1]) > len(job["folder"]) and len(folders) < len(AROUND):
        folders.append(os.path.dirname(folders[-1]))
    return job | {"around": folders}


def _calls() -> list[Calls]:
    job = _job()
    trying = Trying(job["seconds"])
    return [Calls(job | module, trying) for module in job["modules"]]


calls = _calls()
if hasattr(os, "fork"):
    sys.meta_path[:0] = [_Hook(each) for each in calls]


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: Any) -> Any:
    """Name the test that runs."""
    for each in calls:
        each.test = item.nodeid
    yield
    for each in calls:
        each.test = ""
