"""Slips in changed Python functions: a variable that the change stops using, because another one is used in its place."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile, Hunk
from codeassist.tasks.review.analysers.base import Facts, functions, python_files, touches
from codeassist.tasks.review.finding import Finding, Rule, Severity

UNUSED = Rule(
    "variable-unused-now",
    "VariableUnusedNow",
    "The change replaces the only use of a variable by another variable with a similar name.",
    Severity.WARNING,
    ("correctness",),
)
SIMILAR = 0.7
"""The least similarity of two names that may have been confused."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Slips:
    """Certain from the code: the variable has no other use."""

    name = "slips"
    rules = (UNUSED,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on changed lines."""
        for file in python_files(facts.change):
            if file.whole or not any(map(_replaces_names, file.hunks)):
                continue
            old, tree = facts.old_tree(file), facts.tree(file.path)
            if old is not None and tree is not None:
                yield from _unused(file, old, tree)


def _replaces_names(hunk: Hunk) -> bool:
    """Whether an added line is a removed one with other words."""
    before, after = ({re.sub(r"\w+", "w", text).strip() for text in side.values()} for side in (hunk.removed, hunk.added))
    return not before.isdisjoint(after)


def _unused(file: ChangedFile, old: ast.Module, new: ast.Module) -> Iterator[Finding]:
    before = dict(functions(old))
    for qualified, function in functions(new):
        earlier = before.get(qualified)
        if earlier is None or not touches(file, function):
            continue
        bound, loaded = _names(function)
        for name in sorted((bound & _names(earlier)[1]) - loaded):
            if name.startswith("_") or name in ("self", "cls"):
                continue
            instead = _replacement(file, function, name, loaded)
            if instead is not None:
                line, other = instead
                yield Finding(
                    UNUSED.id,
                    UNUSED.severity,
                    file.path,
                    line,
                    line,
                    f"'{name}' was used here and is not used any more in '{qualified}'; '{other}' is used in its place.",
                    0.85,
                    source="slips",
                )


def _names(function: Function) -> tuple[set[str], set[str]]:
    """(parameters and assigned names, names that are read) of a function."""
    arguments = function.args
    bound = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    loaded: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            (loaded if isinstance(node.ctx, ast.Load) else bound).add(node.id)
    return bound, loaded


def _replacement(file: ChangedFile, function: Function, name: str, loaded: set[str]) -> tuple[int, str] | None:
    """(line, other name) where a changed line differs by a similar name that the function also reads elsewhere."""
    for hunk in file.hunks:
        for text in hunk.removed.values():
            if not re.search(rf"\b{re.escape(name)}\b", text):
                continue
            for number, changed in hunk.added.items():
                for other in loaded:
                    if (
                        difflib.SequenceMatcher(None, name, other).ratio() >= SIMILAR
                        and re.sub(rf"\b{re.escape(name)}\b", other, text).strip() == changed.strip()
                        and function.lineno <= number <= (function.end_lineno or 0)
                        and _elsewhere(function, other, number)
                    ):
                        return number, other
    return None


def _elsewhere(function: Function, name: str, line: int) -> bool:
    """Whether another line of a function reads a name."""
    return any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load) and n.lineno != line
        for n in ast.walk(function)
    )
