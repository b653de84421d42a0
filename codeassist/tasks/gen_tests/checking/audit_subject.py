"""The module that an audit puts faults into: instrumented when it is imported, and emptied on request.

Used by the plugin `audit_plugin` inside the sandbox; the standard library only.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.util
import sys
import types
from pathlib import Path
from typing import Any

from _codeassist_search.running.instrument import Instrumenter  # type: ignore[import-not-found]
from _codeassist_search.running.instrument_expressions import PROBE  # type: ignore[import-not-found]
from _codeassist_search.running.probe import Probe  # type: ignore[import-not-found]

STEPS = 50_000_000
"""Steps after which a test that runs the module is ended."""


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

    def functions(self, lines: frozenset[int]) -> list[Any]:
        """The functions of the module that run one of some lines and can be emptied."""
        return [f for f in _functions(self.module) if _lines(f) & lines]


def empty(functions: list[Any], replacement: Any) -> None:
    """Replace the code of functions by that of another one."""
    for function in functions:
        function.__code__ = replacement.__code__


def nothing(*_arguments: Any, **_more: Any) -> None:
    """What an emptied function does: it returns None."""


def something(*_arguments: Any, **_more: Any) -> type:
    """The same with another result: a test that expects None is not blind for that."""
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
