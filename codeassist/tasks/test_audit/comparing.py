"""Comparisons in a test: whether both sides are one value, so that the comparison cannot fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from codeassist.tasks.test_audit.nodes import called_names, last_name

_EXPECTS = ("raises", "assertRaises", "assertRaisesRegex")
_OF_EQUALITY = re.compile(r"(?:_|^)(?:eq|equal|equality|compar\w*?|reflexive|hash\w*?|ident\w*?)(?:_|$)")
"""In the name of a test: an object compared with itself is what it tests."""


def comparisons(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr, ast.expr]]:
    """(node, left, right) of what a test asserts to be equal or the same."""
    for part in ast.walk(node):
        if isinstance(part, ast.Assert) and isinstance(part.test, ast.Compare) and len(part.test.ops) == 1:
            if isinstance(part.test.ops[0], ast.Eq | ast.Is):
                yield part, part.test.left, part.test.comparators[0]
        elif (
            isinstance(part, ast.Call)
            and last_name(part.func) in ("assertEqual", "assertIs", "assertEquals")
            and len(part.args) > 1
        ):
            yield part, part.args[0], part.args[1]


def same_value(test: ast.AST, node: ast.AST, left: ast.expr, right: ast.expr, subjects: AbstractSet[str]) -> str:
    """Says that both sides of a comparison are one value, or the same call of a subject; "" if they may differ.

    A value that is kept and compared after other code has run is not the same one: that is how tests show that nothing changed.
    """
    first, second = _origin(left, test), _origin(right, test)
    if ast.dump(left) == ast.dump(right) and not _calls_something(left):
        return "" if _tests_equality(test, first, subjects) else f"It compares {ast.unparse(left)} with itself."
    if ast.dump(first) != ast.dump(second):
        return ""
    if _is_fixed(first):
        kept = [side.id for side in (left, right) if isinstance(side, ast.Name)]
        changes = _is_mutable(first) and any(_loads(test, name) > 1 for name in kept)
        return "" if changes else f"It compares {ast.unparse(left)} with itself."
    if not called_names(first) & subjects or _is_identity(node) or _runs_between(test, node, left, right):
        return ""
    return f"Both sides of the comparison are {ast.unparse(first)}."


def expects_refusal(test: ast.AST) -> bool:
    """Whether a test expects that setting or deleting an attribute or item raises: no fault in a function can change that."""
    for part in ast.walk(test):
        if isinstance(part, ast.With | ast.AsyncWith):
            calls = [item.context_expr for item in part.items if isinstance(item.context_expr, ast.Call)]
            if any(last_name(call.func) in _EXPECTS for call in calls) and _is_setting(part.body):
                return True
        elif isinstance(part, ast.Try) and part.handlers and _is_setting(part.body[:1]):
            return True
    return False


def _is_setting(body: list[ast.stmt]) -> bool:
    """Whether statements only set or delete attributes or items, also through `setattr` and `delattr`."""
    return all(_sets(statement) for statement in body)


def _sets(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return all(isinstance(target, ast.Attribute | ast.Subscript) for target in targets)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return isinstance(target, ast.Attribute | ast.Subscript)
        case ast.Expr(value=ast.Call(func=function)):
            return last_name(function) in ("setattr", "delattr", "__setattr__", "__delattr__", "__setitem__", "__delitem__")
    return False


def _origin(node: ast.expr, test: ast.AST) -> ast.expr:
    """The expression that a variable was assigned from, if a test assigns it once; else the expression itself.

    A variable that is another one under a second name is that one only while that one is not assigned again.
    """
    if not isinstance(node, ast.Name):
        return node
    made = [n for n in ast.walk(test) if isinstance(n, ast.Assign) and len(n.targets) == 1 and _names(n.targets[0]) == node.id]
    if len(made) != 1 or len(_stores(test, node.id)) != 1:
        return node
    value = made[0].value
    if isinstance(value, ast.Name) and any(store.lineno >= made[0].lineno for store in _stores(test, value.id)):
        return node
    return _origin(value, test)


def _names(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _stores(test: ast.AST, name: str) -> list[ast.Name]:
    return [n for n in ast.walk(test) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)]


def _loads(test: ast.AST, name: str) -> int:
    """How often a variable is read."""
    return sum(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load) for n in ast.walk(test))


def _tests_equality(test: ast.AST, value: ast.expr, subjects: AbstractSet[str]) -> bool:
    """Whether a test, by its name, tests the equality of an object of the code under test."""
    made = last_name(value.func) if isinstance(value, ast.Call) else ""
    return made in subjects and made[:1].isupper() and bool(_OF_EQUALITY.search(getattr(test, "name", "")))


def _is_identity(node: ast.AST) -> bool:
    """Whether a comparison asks for one object: that of two calls may be another one."""
    if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
        return isinstance(node.test.ops[0], ast.Is)
    return isinstance(node, ast.Call) and last_name(node.func) == "assertIs"


def _runs_between(test: ast.AST, node: ast.AST, left: ast.expr, right: ast.expr) -> bool:
    """Whether the test does something between the two evaluations of a call that it compares."""
    lines = []
    for side in (left, right):
        stores = _stores(test, side.id) if isinstance(side, ast.Name) else []
        lines.append(stores[0].lineno if stores else getattr(node, "lineno", 0))
    return any(
        min(lines) < part.lineno < max(lines) and not isinstance(part, ast.Assert)
        for part in ast.walk(test)
        if isinstance(part, ast.stmt)
    )


def _calls_something(node: ast.expr) -> bool:
    """Whether evaluating an expression twice may check something."""
    return any(isinstance(n, ast.Call | ast.Await) for n in ast.walk(node))


def _is_fixed(node: ast.expr) -> bool:
    """Whether an expression has one value wherever it stands: no call, and no attribute or item, which may change."""
    return not any(isinstance(n, ast.Call | ast.Await | ast.Attribute | ast.Subscript) for n in ast.walk(node))


def _is_mutable(node: ast.expr) -> bool:
    """Whether an expression makes an object that a call may change."""
    made = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
    return any(isinstance(n, made) for n in ast.walk(node))
