"""Where the coroutine of a Python call ends up after a change removed its `await`: as a value, where one was before."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator, Mapping

from codeassist.changes.change import ChangedFile
from codeassist.evidence.parsed_source import PythonFunction, python_functions
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.receivers import Around

KEPT = re.compile(r"task|gather|wait|shield|coro|fut|run|append|schedule|spawn|start_soon")
"""Names of functions that take a coroutine, and of variables that hold one."""

TAKES_VALUES = frozenset(("len", "int", "float", "sorted", "list", "tuple", "set", "dict", "sum", "enumerate", "iter"))
"""Builtin functions that raise TypeError for a coroutine."""

TAKES_ANYTHING = frozenset(("bool", "str", "repr", "print", "isinstance", "any", "all", "min", "max"))
"""Builtin functions that do something else with a coroutine than with its result."""

_PASSING_ON = (
    *(ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Starred, ast.BoolOp, ast.IfExp, ast.NamedExpr),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.keyword),
)
"""Expressions whose value contains, or is, that of a part."""

Parents = Mapping[ast.AST, ast.AST]


def use_instead(facts: Facts, file: ChangedFile, around: Around, call: ast.Call, parents: Parents) -> str:
    """What happens to the coroutine of a call whose `await` was removed, where its result was a value before; "" if unknown.

    The expression is otherwise as it was, and nothing awaits the coroutine later.
    """
    if not _lost(facts, file, around, call, parents):
        return ""
    node, parent = _place_of(call, parents)
    if isinstance(parent, ast.Return):
        name = around.function.name
        return "" if _awaited_twice(facts, name) else f"'{name}' returns the coroutine instead of its result"
    if isinstance(parent, ast.If | ast.While | ast.Assert | ast.IfExp) and parent.test is node:
        return "a coroutine is always true"
    if isinstance(parent, ast.UnaryOp):
        return "a coroutine is always true"
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and node in parent.args:
        takes = parent.func.id in TAKES_VALUES | TAKES_ANYTHING
        return f"'{parent.func.id}' gets the coroutine instead of its result" if takes else ""
    if isinstance(parent, ast.Assign | ast.AnnAssign):
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        if len(targets) == 1 and _read_as_before(file, around, targets[0]):
            return f"'{ast.unparse(targets[0])}' is the coroutine instead of its result"
    return ""


def _place_of(call: ast.Call, parents: Parents) -> tuple[ast.AST, ast.AST | None]:
    """The outermost expression that passes the value of a call on, and what contains that."""
    node: ast.AST = call
    parent = parents.get(node)
    while isinstance(parent, _PASSING_ON) and not (isinstance(parent, ast.IfExp) and parent.test is node):
        node, parent = parent, parents.get(parent)
    return node, parent


def _lost(facts: Facts, file: ChangedFile, around: Around, call: ast.Call, parents: Parents) -> bool:
    """Whether the same expression awaited the call before, in the same function."""
    if not any(re.search(r"\bawait\b", text) for hunk in file.hunks for text in hunk.removed.values()):
        return False
    tree = facts.old_tree(file)
    top: ast.AST = call
    while isinstance(parents.get(top), ast.expr | ast.keyword | ast.comprehension):
        top = parents[top]
    owner, name = parents.get(top), ast.unparse(call)
    if tree is None or owner is None:
        return False
    wanted = type(owner), ast.unparse(_without_awaits(top))
    function = around.function.name
    return any(
        any(ast.unparse(n.value) == name for n in ast.walk(old) if isinstance(n, ast.Await))
        and (kind, ast.unparse(_without_awaits(old))) == wanted
        for qualified, node in python_functions(tree)
        if qualified.rpartition(".")[2] == function
        for kind, old in _expressions(node)
    )


def _expressions(function: PythonFunction) -> Iterator[tuple[type[ast.AST], ast.expr]]:
    """(kind of the statement, expression) for the expressions of a function's statements."""
    for node in ast.walk(function):
        if isinstance(node, ast.stmt):
            yield from ((type(node), part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))


class _Strip(ast.NodeTransformer):
    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.generic_visit(node.value)


def _without_awaits(node: ast.AST) -> ast.AST:
    stripped: ast.AST = _Strip().visit(copy.deepcopy(node))
    return stripped


def _awaited_twice(facts: Facts, name: str) -> bool:
    """Whether code awaits what an awaited call of the function returns."""
    pattern = re.compile(rf"\bawait\s*\(\s*await\b.*\b{re.escape(name)}\s*\(")
    return any(pattern.search(text) for _, _, text in facts.change.find([name], ("*.py",)))


def _read_as_before(file: ChangedFile, around: Around, target: ast.expr) -> bool:
    """Whether unchanged code reads what is assigned, as a value, and nothing awaits it or passes it on as a coroutine."""
    if not isinstance(target, ast.Name | ast.Attribute):
        return False
    name = ast.unparse(target)
    if KEPT.search(name):
        return False
    inside = around.function if isinstance(target, ast.Name) else around.tree
    read = False
    for node in ast.walk(inside):
        if isinstance(node, ast.Await) and name in _texts(node):
            return False
        if isinstance(node, ast.Call) and KEPT.search(ast.unparse(node.func)) and name in _passed(node):
            return False
        if isinstance(node, type(target)) and isinstance(node.ctx, ast.Load) and ast.unparse(node) == name:
            read |= node.lineno not in file.added
    return read


def _passed(call: ast.Call) -> set[str]:
    """The names and attributes within the arguments of a call, as text."""
    return {text for part in (*call.args, *call.keywords) for text in _texts(part)}


def _texts(node: ast.AST) -> set[str]:
    """The names and attributes within an expression, as text."""
    return {ast.unparse(n) for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)}
