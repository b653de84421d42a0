"""Slips in changed Python functions: a coroutine that is not awaited, and a variable that the change stops using."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.availability import base_classes, class_named, imported_files, statements
from codeassist.tasks.review.analysers.base import Facts, functions, python_files, touches
from codeassist.tasks.review.finding import Finding, Rule, Severity

AWAIT = Rule("missing-await", "MissingAwait", "A coroutine function is called without await.", Severity.ERROR, ("correctness",))
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
    """Both are certain from the code: the coroutine is defined in the repository, and the variable has no other use."""

    name = "slips"
    rules = (AWAIT, UNUSED)
    needs_index = False

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on changed lines."""
        for file in python_files(facts.change):
            tree = facts.tree(file.path)
            if tree is None or file.whole:
                continue
            yield from _not_awaited(facts, file, tree)
            old = facts.old_tree(file)
            if old is not None:
                yield from _unused(file, old, tree)


def _not_awaited(facts: Facts, file: ChangedFile, tree: ast.Module) -> Iterator[Finding]:
    for owner, function in _functions_in(tree):
        if not isinstance(function, ast.AsyncFunctionDef) or not touches(file, function):
            continue
        for statement in ast.walk(function):
            call = getattr(statement, "value", None)
            if not isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign) or not isinstance(call, ast.Call):
                continue
            if statement.lineno not in file.added or not _is_coroutine(facts, file.path, tree, owner, call.func):
                continue
            if isinstance(statement, ast.Assign) and not _used_as_value(function, statement):
                continue
            yield Finding(
                AWAIT.id,
                AWAIT.severity,
                file.path,
                statement.lineno,
                statement.lineno,
                f"'{ast.unparse(call.func)}' is a coroutine function: without 'await' it does not run.",
                0.95,
                source="slips",
            )


def _functions_in(tree: ast.Module) -> Iterator[tuple[ast.ClassDef | None, Function]]:
    """(class or None, function) of every function and method of a module."""
    for node in statements(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield None, node
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield node, member


def _is_coroutine(facts: Facts, path: str, tree: ast.Module, owner: ast.ClassDef | None, called: ast.expr) -> bool:
    """Whether a called name, or method of the same object, is an undecorated `async def` of the repository."""
    if (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id == "self"
        and owner is not None
    ):
        return _is_async_method(facts, path, tree, owner, called.attr, 4)
    if not isinstance(called, ast.Name):
        return False
    found = _defined(tree.body, called.id)
    if found is not None:
        return found
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == called.id:
                    for home in imported_files(facts, path, node):
                        other = facts.tree(home)
                        return other is not None and bool(_defined(other.body, alias.name))
    return False


def _is_async_method(facts: Facts, path: str, tree: ast.Module, owner: ast.ClassDef, name: str, depth: int) -> bool:
    found = _defined(owner.body, name)
    if found is not None or not depth:
        return bool(found)
    for home, base in base_classes(facts, path, tree, owner):
        other = facts.tree(home)
        node = class_named(other, base) if other is not None else None
        if other is not None and node is not None and _defined(node.body, name) is not None:
            return bool(_defined(node.body, name))
    return False


def _defined(body: list[ast.stmt], name: str) -> bool | None:
    """Whether a scope defines a name as a coroutine function only; None if it does not define it."""
    found = [n for n in statements(body) if getattr(n, "name", "") == name]
    if not found:
        return None
    return all(
        isinstance(n, ast.AsyncFunctionDef)
        and not n.decorator_list
        and not any(isinstance(i, ast.Yield | ast.YieldFrom) for i in ast.walk(n))
        for n in found
    )


def _used_as_value(function: Function, assignment: ast.Assign) -> bool:
    """Whether an assigned result is used as a value: unpacked, or read in a way that a coroutine does not allow."""
    target = assignment.targets[0]
    if isinstance(target, ast.Tuple):
        return True
    if not isinstance(target, ast.Name):
        return False
    for node in ast.walk(function):
        value = getattr(node, "value", None) if isinstance(node, ast.Attribute | ast.Subscript) else None
        operands = [node.left, node.right] if isinstance(node, ast.BinOp) else [value]
        if any(isinstance(o, ast.Name) and o.id == target.id for o in operands):
            return True
    return False


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
