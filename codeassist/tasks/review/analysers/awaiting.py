"""Coroutines that changed Python code does not await: by their definition, or by the `await` that the change removed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.availability import base_classes, class_named, imported_files, statements
from codeassist.tasks.review.analysers.base import Facts, python_files, touches
from codeassist.tasks.review.analysers.receivers import Around, class_of, functions_in
from codeassist.tasks.review.analysers.removed_awaits import KEPT, TAKES_VALUES, use_instead
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity

AWAIT = Rule("missing-await", "MissingAwait", "A coroutine function is called without await.", Severity.ERROR, ("correctness",))

_HARMLESS = frozenset(("abstractmethod", "override", "final", "staticmethod", "classmethod"))
"""Decorators with which a coroutine function is still one."""


class Awaiting:
    """Only where the result is used as a value, or not at all: a coroutine that is passed on may be awaited later."""

    name = "awaiting"
    rules = (AWAIT,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on changed lines."""
        for file in python_files(facts.change):
            tree = facts.tree(file.path)
            if tree is not None and not file.whole:
                for around in functions_in(file.path, tree):
                    if isinstance(around.function, ast.AsyncFunctionDef) and touches(file, around.function):
                        yield from _in_function(facts, file, around)


def _in_function(facts: Facts, file: ChangedFile, around: Around) -> Iterator[Finding]:
    parents = {child: node for node in ast.walk(around.function) for child in ast.iter_child_nodes(node)}
    for call in (n for n in ast.walk(around.function) if isinstance(n, ast.Call)):
        ends = {call.lineno, call.end_lineno}
        if ends.isdisjoint(file.added) or isinstance(parents.get(call), ast.Await):
            continue
        used, instead = _is_used(around, call, parents), ""
        if not used and not (instead := use_instead(facts, file, around, call, parents)):
            continue
        name, effect = ast.unparse(call.func), instead or "without 'await' it does not run"
        places: tuple[Place, ...] = ()
        if _is_coroutine(facts, around, call.func):
            message = f"'{name}' is a coroutine function: {effect}."
        elif (instead or _was_awaited(file, call)) and (place := _awaited_elsewhere(facts, around, file, call)) is not None:
            message, places = f"'{name}' was awaited here, as it still is at {place}: {effect}.", (place,)
        else:
            continue
        yield Finding(
            AWAIT.id,
            AWAIT.severity,
            file.path,
            call.lineno,
            call.lineno,
            message,
            0.95 if not places else 0.9,
            places,
            source="awaiting",
        )


def _is_used(around: Around, call: ast.Call, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether the result of a call is dropped, or used in a way that a coroutine does not allow."""
    parent = parents.get(call)
    if isinstance(parent, ast.Assign):
        return _used_as_value(around, parent)
    if isinstance(parent, ast.If | ast.While | ast.IfExp):
        return parent.test is call
    if isinstance(parent, ast.For | ast.comprehension):
        return parent.iter is call
    uses = (ast.Expr, ast.Attribute, ast.Subscript, ast.BinOp, ast.Compare, ast.UnaryOp, ast.FormattedValue, ast.AugAssign)
    return isinstance(parent, uses)


def _used_as_value(around: Around, assignment: ast.Assign) -> bool:
    """Whether an assigned result is unpacked, or read in a way that a coroutine does not allow, and nothing awaits it."""
    target = assignment.targets[0]
    if isinstance(target, ast.Tuple):
        return True
    if not isinstance(target, ast.Name) or KEPT.search(target.id):
        return False
    used = False
    for node in ast.walk(around.function):
        if isinstance(node, ast.Await) and target.id in {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}:
            return False
        if isinstance(node, ast.Call) and KEPT.search(ast.unparse(node.func)) and target.id in map(ast.unparse, node.args):
            return False
        used |= any(isinstance(o, ast.Name) and o.id == target.id for o in _operands(node))
    return used


def _operands(node: ast.AST) -> list[ast.expr]:
    """The expressions of a node that a coroutine cannot be."""
    if isinstance(node, ast.Attribute | ast.Subscript | ast.FormattedValue):
        return [node.value]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Compare):
        return [] if any(isinstance(o, ast.Is | ast.IsNot) for o in node.ops) else [node.left, *node.comparators]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TAKES_VALUES:
        return list(node.args)
    return [node.iter] if isinstance(node, ast.For | ast.comprehension) else []


def _was_awaited(file: ChangedFile, call: ast.Call) -> bool:
    """Whether the hunk removes a line that awaits the same call, with the line otherwise as it is now."""
    for hunk in file.hunks:
        if any(call.lineno <= number <= (call.end_lineno or call.lineno) for number in hunk.added):
            without = {
                re.sub(r"\bawait\s+", "", text).strip() for text in hunk.removed.values() if re.search(r"\bawait\b", text)
            }
            if without & {text.strip() for text in hunk.added.values() if not re.search(r"\bawait\b", text)}:
                return True
    return False


def _awaited_elsewhere(facts: Facts, around: Around, file: ChangedFile, call: ast.Call) -> Place | None:
    """Where unchanged code of the same file awaits the same function; None if it is defined as a plain one somewhere."""
    name = ast.unparse(call.func)
    short = name.rpartition(".")[2]
    for _, _, text in facts.change.find([short], ("*.py",)):
        if re.match(rf"\s*def\s+{re.escape(short)}\b", text):
            return None
    for node in ast.walk(around.tree):
        if not isinstance(node, ast.Await) or not isinstance(node.value, ast.Call) or node.lineno in file.added:
            continue
        if ast.unparse(node.value.func) == name:
            return facts.place(file.path, node.lineno)
    return None


def _is_coroutine(facts: Facts, around: Around, called: ast.expr) -> bool:
    """Whether a called name, or method of an object of known class, is an `async def` here that no decorator changes."""
    if isinstance(called, ast.Attribute):
        known = class_of(facts, around, called.value)
        tree = facts.tree(known.path) if known is not None else None
        return known is not None and tree is not None and _is_async_method(facts, known.path, tree, known.node, called.attr)
    if not isinstance(called, ast.Name):
        return False
    found = _defined(around.tree.body, called.id)
    if found is not None:
        return found
    for node in around.tree.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == called.id:
                    for home in imported_files(facts, around.path, node):
                        other = facts.tree(home)
                        return other is not None and bool(_defined(other.body, alias.name))
    return False


def _is_async_method(facts: Facts, path: str, tree: ast.Module, owner: ast.ClassDef, name: str) -> bool:
    found = _defined(owner.body, name)
    if found is not None:
        return found
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
        and all(ast.unparse(d).rpartition(".")[2] in _HARMLESS for d in n.decorator_list)
        and not any(isinstance(i, ast.Yield | ast.YieldFrom) for i in ast.walk(n))
        for n in found
    )
