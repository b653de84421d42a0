"""Standard mutation operators on expressions and statements, with care for mutants that no test could tell apart.

After Offutt et al., 1996: relations, arithmetic, logic, constants, deletion of statements, returns. Besides these, arguments
that are passed by name are left out.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any

ARITHMETIC: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
SECOND: dict[type, type] = {ast.Mult: ast.FloorDiv, ast.Mod: ast.FloorDiv, ast.FloorDiv: ast.Mod}
RELATIONS: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
QUIET = ("warn", "warning", "debug", "info", "log", "exception", "deprecated")
DECLARING = ("TypeVar", "ParamSpec", "NewType", "namedtuple", "NamedTuple", "getLogger")


def of_expression(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """(operator, replacement) for one expression; its parts are mutated where they stand."""
    if isinstance(node, ast.Compare):
        for position, relation in enumerate(node.ops):
            for other in RELATIONS.get(type(relation), ()):
                compared = copy.deepcopy(node)
                compared.ops[position] = other()
                yield "comparison", compared
    elif isinstance(node, ast.BinOp):
        text = isinstance(node.op, ast.Mod) and isinstance(node.left, (ast.Constant, ast.JoinedStr))
        for table in (ARITHMETIC, SECOND):
            if type(node.op) in table and not (text and isinstance(getattr(node.left, "value", ""), str)):
                computed = copy.deepcopy(node)
                computed.op = table[type(node.op)]()
                yield "arithmetic", computed
    elif isinstance(node, ast.BoolOp):
        joined = copy.deepcopy(node)
        joined.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield "logic", joined
        if len(node.values) > 1:
            for position in range(len(node.values)):
                kept = [copy.deepcopy(v) for i, v in enumerate(node.values) if i != position]
                yield "logic", kept[0] if len(kept) == 1 else ast.BoolOp(op=copy.deepcopy(node.op), values=kept)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield "unary", copy.deepcopy(node.operand)
    elif isinstance(node, ast.IfExp):
        turned = copy.deepcopy(node)
        turned.test = ast.UnaryOp(op=ast.Not(), operand=turned.test)
        yield "condition", turned
    elif isinstance(node, ast.Call) and not is_quiet(node):
        for position, keyword in enumerate(node.keywords):
            if keyword.arg is not None:
                called = copy.deepcopy(node)
                del called.keywords[position]
                yield "argument", called
    elif isinstance(node, ast.Constant):
        for value in _constants(node.value):
            yield "constant", ast.Constant(value=value)


def _constants(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, value - 1) if value else (1, -1)
    if isinstance(value, float):
        return (value + 1.0,)
    if isinstance(value, str):
        return ("XX" + value,) if value else ("XX",)
    if isinstance(value, bytes):
        return (b"XX" + value,)
    return ()


def of_condition(test: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The condition of an `if` or `while`, negated; a plain comparison has that among its own mutants."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and not isinstance(test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
        return
    if not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
        yield "condition", ast.UnaryOp(op=ast.Not(), operand=copy.deepcopy(test))


def of_statement(node: ast.stmt, in_function: bool) -> Iterator[tuple[str, list[ast.stmt]]]:
    """(operator, statements in its place) for one statement."""
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "return", [ast.Return(value=ast.Constant(value=None))]
    elif isinstance(node, ast.Raise):
        if node.exc is None or "NotImplemented" not in ast.unparse(node.exc):
            yield "deletion", [ast.Pass()]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and in_function:
        if not is_quiet(node.value):
            yield "deletion", [ast.Pass()]
    elif (isinstance(node, ast.Delete) and in_function) or (
        isinstance(node, ast.Assign) and in_function and isinstance(node.targets[0], (ast.Attribute, ast.Subscript))
    ):
        yield "deletion", [ast.Pass()]
    elif isinstance(node, ast.AugAssign):
        if in_function:
            yield "deletion", [ast.Pass()]
        if type(node.op) in ARITHMETIC:
            changed = copy.deepcopy(node)
            changed.op = ARITHMETIC[type(node.op)]()
            yield "arithmetic", [changed]
    elif isinstance(node, ast.Break):
        yield "loop", [ast.Continue()]
    elif isinstance(node, ast.Continue):
        yield "loop", [ast.Break()]


def is_quiet(call: ast.expr) -> bool:
    """Whether a call only tells people something."""
    return isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in QUIET


def is_declaration(node: ast.stmt) -> bool:
    """Whether a statement declares what no test sees: imports, types, names of the module, guards of versions."""
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass, ast.Assert)):
        return True
    if isinstance(node, ast.If):
        said = ast.unparse(node.test)
        return "TYPE_CHECKING" in said or "__name__" in said or "version_info" in said
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and target.id.startswith("__") and target.id.endswith("__"):
            return True
        if isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation):
            return True
        return isinstance(node.value, ast.Call) and ast.unparse(node.value.func).rpartition(".")[2] in DECLARING
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
