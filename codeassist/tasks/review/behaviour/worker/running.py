"""Run programs on the bench: imports first, what they leave open as an observation, functions of the other version put in."""

from __future__ import annotations

import ast
import contextlib
import linecache
import os
import sys
import textwrap
import traceback
import warnings
from collections.abc import Iterator
from typing import Any

import _codeassist_guard as guard  # type: ignore[import-not-found]
from _codeassist_search.running.execution import Bench  # type: ignore[import-not-found]
from _codeassist_search.running.outcome import Candidate, Outcome  # type: ignore[import-not-found]

PLAIN_DECORATORS = frozenset({"property", "staticmethod", "classmethod", "abstractmethod", "contextmanager"})
"""Decorators that do nothing but change the function: others may register it somewhere."""


class CannotReplace(Exception):
    """A function cannot be replaced by that of the other version."""


class Runner:
    """Runs candidates of one version."""

    def __init__(self, bench: Bench, tree: str) -> None:
        """Warnings about what is left open, and those of code below the folder `tree`, are noted from now on."""
        self.bench, self.tree = bench, tree + os.sep
        self.on_bench = bench.run
        self.warned: list[str] = []
        self.imported: set[str] = set()
        warnings.simplefilter("always")
        warnings.showwarning = self._warn  # type: ignore[assignment]

    def run(self, candidate: Candidate, mutant: int = 0, limit: int = 0) -> Outcome:
        """Run a candidate; what it leaves open counts as an observation."""
        for step in candidate.steps:
            if step.startswith(("import ", "from ")) and step not in self.imported:
                self._import(step)
        self.warned.clear()
        outcome = self.on_bench(candidate, mutant, limit)
        if outcome.error is not None:  # what its frames hold is freed now, not during a later call
            traceback.clear_frames(outcome.error.__traceback__)
        if self.warned and not outcome.bad:
            outcome.checks = (*outcome.checks, *dict.fromkeys(self.warned))
        return outcome

    @contextlib.contextmanager
    def replaced(self, name: str, source: str) -> Iterator[None]:
        """The module with one function as it is in `source`. Raises `CannotReplace`."""
        module = self.bench.module
        owner, _, member = name.rpartition(".")
        holder: Any = module
        try:
            for part in owner.split(".") if owner else ():
                holder = getattr(holder, part)
            earlier = vars(holder)[member]
            function = _function(source, member, holder if owner else None, vars(module))
        except Exception as error:  # whatever its decorators and default values raise
            raise CannotReplace from error
        setattr(holder, member, function)
        try:
            yield
        finally:
            setattr(holder, member, earlier)

    def _warn(self, message: Warning | str, category: type[Warning], *_: Any) -> None:
        """Note a file that was left open, a coroutine that was not awaited, and what code of the project warns of."""
        if issubclass(category, ResourceWarning):
            self.warned.append("leaves a file or connection open")
        elif issubclass(category, RuntimeWarning) and "never awaited" in str(message):
            self.warned.append(str(message))
        elif self._is_meant():
            self.warned.append(f"warns {category.__name__}: {message}")

    def _is_meant(self) -> bool:
        """Whether a line of the project that calls a function named `warn...` gives the warning, rather than a library."""
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename in (__file__, warnings.__file__):
            frame = frame.f_back  # type: ignore[assignment]
        path = frame.f_code.co_filename if frame is not None else ""
        return path.startswith(self.tree) and "warn" in linecache.getline(path, frame.f_lineno)

    def _import(self, statement: str) -> None:
        """Import what programs import once without a time limit: an import that is cut off leaves half a module behind."""
        self.imported.add(statement)
        guard.State.armed = True
        try:
            exec(statement, {"__name__": "generated"})
        except BaseException:  # the program that needs it fails by itself
            return
        finally:
            guard.State.armed = False


def _function(source: str, name: str, cls: type | None, names: dict[str, Any]) -> Any:
    """The function that a definition makes among the names of a module; `super()` works in a method."""
    (definition,) = ast.parse(source).body
    decorators = [ast.unparse(d) for d in getattr(definition, "decorator_list", ())]
    if any(d.rpartition(".")[2] not in PLAIN_DECORATORS for d in decorators):
        raise CannotReplace
    scope: dict[str, Any] = {}
    program = f"def make(__class__):\n{textwrap.indent(source, '    ')}\n    return {name}\n"
    exec(program, names, scope)
    return scope["make"](cls)
