"""What a function gives its callers: the shape of what it returns and the exceptions it raises, before and after a change."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts, functions, python_files, touches
from codeassist.tasks.review.analysers.resolving import CERTAIN, uses
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity
from indexers.syntax.languages import is_test_path

RETURN = Rule(
    "return-shape-changed",
    "ReturnShapeChanged",
    "Callers unpack or use a result whose shape changed.",
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
    """A function that returns another shape (`was`, `now`), or raises something new (`raised`)."""

    file: ChangedFile
    qualified_name: str
    new: ast.FunctionDef
    was: str = ""
    now: str = ""
    raised: str = ""

    @property
    def owner(self) -> str:
        """The class it is defined in, or nothing."""
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
            was, now = _shape(old), _shape(new)
            if was and now and was != now:
                yield ChangedResult(file, qualified, new, was, now)
            for raised in sorted(_raised(new) - _raised(old)):
                yield ChangedResult(file, qualified, new, raised=raised)


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(node))


def _shape(function: ast.FunctionDef) -> str:
    """`a tuple of 2`, `None`; "" where it is anything else or differs from one return to the next."""
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
    found = set()
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
                found.add(name)
    return found


def misused(facts: Facts, changed: ChangedResult, paths: list[str], *, unique: bool) -> Iterator[Finding]:
    """Callers in some files that a changed result no longer fits; `unique` as for `resolving.uses`."""
    if changed.raised:
        yield from _uncaught(facts, changed, paths, unique=unique)
        return
    file, new, was, now = changed.file, changed.new, changed.was, changed.now
    wrong: list[Place] = []
    for path in paths:
        tree = facts.tree(path)
        for use in uses(tree, path, file.path, new.name, changed.owner, unique=unique) if tree is not None else ():
            if (
                use.kind == "call"
                and use.certainty >= CERTAIN
                and (told := _takes(tree, use.node))
                and not _fits(told, now)
                and _fits(told, was)
            ):
                wrong.append(facts.place(path, use.line))
    if wrong:
        yield Finding(
            RETURN.id,
            RETURN.severity,
            file.path,
            new.lineno,
            new.lineno,
            f"'{new.name}' used to return {was} and now returns {now}, but {wrong[0]} still takes it apart as before.",
            0.85,
            tuple(wrong[:SHOWN]),
            reach=len(wrong),
            source="results",
        )


def _uncaught(facts: Facts, changed: ChangedResult, paths: list[str], *, unique: bool) -> Iterator[Finding]:
    """Callers outside tests that catch nothing, of a function that raises something new and does not say so."""
    file, new, raised = changed.file, changed.new, changed.raised
    if raised in (ast.get_docstring(new) or ""):
        return
    open_calls = []
    for path in paths:
        tree = facts.tree(path)
        if tree is None or is_test_path(path):
            continue
        for use in uses(tree, path, file.path, new.name, changed.owner, unique=unique):
            if use.kind == "call" and use.certainty >= CERTAIN and not _caught(tree, use.node):
                open_calls.append(facts.place(path, use.line))
    if open_calls:
        line = next(
            (n.lineno for n in _own(new) if isinstance(n, ast.Raise) and n.exc and raised in ast.unparse(n.exc)), new.lineno
        )
        yield Finding(
            RAISES.id,
            RAISES.severity,
            file.path,
            line,
            line,
            f"'{new.name}' now raises {raised}, which its documentation does not say and {open_calls[0]} does not catch.",
            0.6,
            tuple(open_calls[:SHOWN]),
            reach=len(open_calls),
            source="results",
        )


def _caught(tree: ast.Module, node: ast.AST) -> bool:
    return any(
        isinstance(t, ast.Try) and t.handlers and any(n is node for part in t.body for n in ast.walk(part))
        for t in ast.walk(tree)
    )


def _takes(tree: ast.Module | None, call: ast.AST) -> str:
    """How a call's result is used: unpacked into n names, an attribute or item of it, or ""."""
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Assign) and node.value is call and isinstance(node.targets[0], ast.Tuple):
            targets = node.targets[0].elts
            return "" if any(isinstance(t, ast.Starred) for t in targets) else f"a tuple of {len(targets)}"
        if isinstance(node, ast.Attribute | ast.Subscript) and node.value is call:
            return "a value"
    return ""


def _fits(taken: str, given: str) -> bool:
    if taken.startswith("a tuple"):
        return given in (taken, "a value", "a generator")
    return given != "None"
