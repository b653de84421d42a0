"""Changed results of functions: the shape of the returned value, and the exceptions raised."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts, functions, python_files, touches
from codeassist.tasks.review.analysers.reexports import reexporting
from codeassist.tasks.review.analysers.resolving import CERTAIN, uses
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity
from indexers.syntax.languages import is_test_path

RETURN = Rule(
    "return-shape-changed",
    "ReturnShapeChanged",
    "Callers unpack or access a result whose shape changed.",
    Severity.WARNING,
    ("correctness",),
)
RAISES = Rule(
    "new-exception",
    "NewException",
    "A function raises an exception that its callers do not catch.",
    Severity.NOTE,
    ("correctness",),
)

SHOWN = 8


@dataclass(frozen=True, slots=True)
class ChangedResult:
    """A function that returns another shape (from `was` to `now`), or raises a new exception (`raised`)."""

    file: ChangedFile
    qualified_name: str
    new: ast.FunctionDef
    was: str = ""
    now: str = ""
    raised: str = ""

    @property
    def owner(self) -> str:
        """The qualified name of its class; "" for a function."""
        return self.qualified_name.rpartition(".")[0]


def changed_results(facts: Facts) -> Iterator[ChangedResult]:
    """Functions whose returned shape or raised exceptions changed."""
    for file in python_files(facts.change):
        if file.whole or file.old is None:
            continue
        old_tree, new_tree = facts.old_tree(file), facts.new_tree(file)
        if old_tree is None or new_tree is None:
            continue
        before = dict(functions(old_tree))
        for qualified, new in functions(new_tree):
            old = before.get(qualified)
            if not isinstance(new, ast.FunctionDef) or not isinstance(old, ast.FunctionDef) or not touches(file, new):
                continue
            if _is_stub(new) or _is_stub(old):
                continue  # an overload, or a method that subclasses fill
            was, now = _shape(old), _shape(new)
            if was and now and was != now:
                yield ChangedResult(file, qualified, new, was, now)
            for raised in sorted(_raised(new) - _raised(old)):
                yield ChangedResult(file, qualified, new, raised=raised)


def _is_stub(function: ast.FunctionDef) -> bool:
    """Whether a body has nothing but documentation and `...`."""
    return all(isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) for s in function.body)


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function, without those inside nested functions and classes."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(node))


def _shape(function: ast.FunctionDef) -> str:
    """The shape of the returned value, such as `a tuple of 2` or `None`; "" when it is unknown or returns differ."""
    shapes = set()
    for node in _own(function):
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return "a generator"
        if isinstance(node, ast.Return):
            value = node.value
            if value is None or (isinstance(value, ast.Constant) and value.value is None):
                shapes.add("None")
            elif isinstance(value, ast.Tuple) and not any(isinstance(e, ast.Starred) for e in value.elts):
                shapes.add(f"a tuple of {len(value.elts)}")
            else:
                shapes.add("a value")
    if not shapes:
        return "" if function.body and isinstance(function.body[-1], ast.Raise) else "None"
    return shapes.pop() if len(shapes) == 1 else ""


def _raised(function: ast.FunctionDef) -> set[str]:
    """Names of the exceptions that a function raises outside `try` statements with handlers."""
    names = set()
    caught = {
        id(inner)
        for node in _own(function)
        if isinstance(node, ast.Try) and node.handlers
        for part in node.body
        for inner in ast.walk(part)
    }
    for node in _own(function):
        if isinstance(node, ast.Raise) and node.exc is not None and id(node) not in caught:
            target = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = ast.unparse(target).rpartition(".")[2]
            if name[:1].isupper() and name not in ("NotImplementedError", "AssertionError"):
                names.add(name)
    return names


def misused(facts: Facts, changed: ChangedResult, paths: list[str], *, unique: bool) -> Iterator[Finding]:
    """Findings on callers in some files that do not fit a changed result; `unique` as for `resolving.uses`."""
    if changed.raised:
        yield from _uncaught(facts, changed, paths, unique=unique)
        return
    file, new, was, now = changed.file, changed.new, changed.was, changed.now
    misfits: list[Place] = []
    packages = reexporting(facts, file.path, new.name, changed.owner)
    for path in paths:
        tree = facts.tree(path)
        if tree is None:
            continue
        for use in uses(tree, path, file.path, new.name, changed.owner, unique=unique, packages=packages):
            if (
                use.kind == "call"
                and use.certainty >= CERTAIN
                and (expected := _takes(tree, use.node))
                and not _fits(expected, now)
                and _fits(expected, was)
            ):
                misfits.append(facts.place(path, use.line))
    if misfits:
        yield Finding(
            RETURN.id,
            RETURN.severity,
            file.path,
            new.lineno,
            new.lineno,
            f"'{new.name}' used to return {was} and now returns {now}, but {misfits[0]} still uses the old shape.",
            0.85,
            tuple(misfits[:SHOWN]),
            reach=len(misfits),
            source="results",
        )


def _uncaught(facts: Facts, changed: ChangedResult, paths: list[str], *, unique: bool) -> Iterator[Finding]:
    """Findings on callers, outside tests and `try`, of a function whose docstring does not mention its new exception."""
    file, new, raised = changed.file, changed.new, changed.raised
    if raised in (ast.get_docstring(new) or ""):
        return
    uncaught = []
    packages = reexporting(facts, file.path, new.name, changed.owner)
    for path in paths:
        tree = facts.tree(path)
        if tree is None or is_test_path(path):
            continue
        for use in uses(tree, path, file.path, new.name, changed.owner, unique=unique, packages=packages):
            if use.kind == "call" and use.certainty >= CERTAIN and not _caught(tree, use.node):
                uncaught.append(facts.place(path, use.line))
    if uncaught:
        line = next(
            (n.lineno for n in _own(new) if isinstance(n, ast.Raise) and n.exc and raised in ast.unparse(n.exc)), new.lineno
        )
        yield Finding(
            RAISES.id,
            RAISES.severity,
            file.path,
            line,
            line,
            f"'{new.name}' now raises {raised}, which its docstring does not mention and {uncaught[0]} does not catch.",
            0.6,
            tuple(uncaught[:SHOWN]),
            reach=len(uncaught),
            source="results",
        )


def _caught(tree: ast.Module, node: ast.AST) -> bool:
    return any(
        isinstance(t, ast.Try) and t.handlers and any(n is node for part in t.body for n in ast.walk(part))
        for t in ast.walk(tree)
    )


def _takes(tree: ast.Module | None, call: ast.AST) -> str:
    """The shape that the use of a call's result expects: `a tuple of N`, `a value`, or "" for any."""
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Assign) and node.value is call and isinstance(node.targets[0], ast.Tuple):
            targets = node.targets[0].elts
            return "" if any(isinstance(t, ast.Starred) for t in targets) else f"a tuple of {len(targets)}"
        if isinstance(node, ast.Attribute | ast.Subscript) and node.value is call:
            return "a value"
    return ""


def _fits(expected: str, returned: str) -> bool:
    if expected.startswith("a tuple"):
        return returned in (expected, "a value", "a generator")
    return returned != "None"
