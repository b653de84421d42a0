"""Where an exception comes from: a `raise` statement of the module, another module, or the interpreter."""

from __future__ import annotations

import ast
import linecache
import os
import re

from .outcome import Outcome

MISUSES = ("TypeError", "AttributeError", "NameError", "UnboundLocalError")
"""Exceptions of the interpreter about values of a wrong kind."""


class Origins:
    """Tells the origins of exceptions that runs of one module raise."""

    def __init__(self, tree: ast.Module, path: str, package: str) -> None:
        """`path` is the module's file and `package` the folder of its outermost package, "" without one."""
        self.path, self.package = path, package
        self.raises = [
            (n.lineno, n.end_lineno or n.lineno, ast.unparse(n))
            for n in ast.walk(tree)
            if isinstance(n, (ast.Raise, ast.Assert))
        ]

    def line_of(self, error: BaseException) -> int:
        """The line in the module where an exception was raised or passed through: its innermost frame there, else 0."""
        return next((line for path, line in reversed(_frames(error)) if path == self.path), 0)

    def raised_on_purpose(self, outcome: Outcome) -> bool:
        """Whether an exception comes from a `raise` statement of the module itself."""
        error = outcome.error
        if error is None:
            return False
        frames = _frames(error)
        if frames and frames[-1][0] != self.path and self.package and frames[-1][0].startswith(self.package + os.sep):
            return linecache.getline(*frames[-1]).lstrip().startswith(("raise ", "assert "))  # by its neighbour
        if not frames or frames[-1][0] != self.path:
            return False
        statements = [text for first, last, text in self.raises if first <= frames[-1][1] <= last]
        return any(_raises(text, type(error).__name__) for text in statements)

    def raised_elsewhere(self, error: BaseException) -> bool:
        """Whether an exception comes from a `raise` statement of a library that the module calls."""
        frames = _frames(error)
        return bool(frames) and frames[-1][0] != self.path and linecache.getline(*frames[-1]).lstrip().startswith("raise ")


def _raises(statement: str, name: str) -> bool:
    """Whether a `raise` statement raised an exception of a class, rather than failed while it made another one."""
    return name in statement or name not in MISUSES or not re.search(r"^raise [\w.]*(?:Error|Exception)\(", statement)


def _frames(error: BaseException) -> list[tuple[str, int]]:
    """(file, line) of an exception's frames, outermost first. `traceback` is avoided because it also reads the sources."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return frames
