"""Standard mutation operators on expressions and statements; they avoid mutants that no test can distinguish.

The operators follow Offutt et al., 1996: relations, arithmetic, logic, constants, statement deletion, return values. One more
removes keyword arguments.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from .copies import copied

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
    """(operator, replacement) for each mutant of one expression, without the mutants of its parts."""
    mutate = _OPERATORS.get(type(node))
    return iter(()) if mutate is None else mutate(node)


def _of_comparison(node: ast.Compare) -> Iterator[tuple[str, ast.expr]]:
    for position, relation in enumerate(node.ops):
        for replacement in RELATIONS.get(type(relation), ()):
            mutated = copied(node)
            mutated.ops[position] = replacement()
            yield "comparison", mutated


def _of_arithmetic(node: ast.BinOp) -> Iterator[tuple[str, ast.expr]]:
    formatted = isinstance(node.op, ast.Mod) and isinstance(node.left, (ast.Constant, ast.JoinedStr))
    if formatted and isinstance(getattr(node.left, "value", ""), str):
        return  # `%` formats a string here
    for table in (ARITHMETIC, SECOND):
        if type(node.op) in table:
            mutated = copied(node)
            mutated.op = table[type(node.op)]()
            yield "arithmetic", mutated


def _of_logic(node: ast.BoolOp) -> Iterator[tuple[str, ast.expr]]:
    mutated = copied(node)
    mutated.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
    yield "logic", mutated
    if len(node.values) > 1:
        for position in range(len(node.values)):
            operands = [copied(v) for i, v in enumerate(node.values) if i != position]
            yield "logic", operands[0] if len(operands) == 1 else ast.BoolOp(op=copied(node.op), values=operands)


def _of_unary(node: ast.UnaryOp) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node.op, (ast.Not, ast.USub)):
        yield "unary", copied(node.operand)


def _of_conditional(node: ast.IfExp) -> Iterator[tuple[str, ast.expr]]:
    negated = copied(node)
    negated.test = ast.UnaryOp(op=ast.Not(), operand=negated.test)
    yield "condition", negated


def _of_call(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    if is_quiet(node):
        return
    for position, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            mutated = copied(node)
            del mutated.keywords[position]
            yield "argument", mutated


def _of_constant(node: ast.Constant) -> Iterator[tuple[str, ast.expr]]:
    for value in _constants(node.value):
        yield "constant", ast.Constant(value=value)


_OPERATORS: dict[type, Callable[[Any], Iterator[tuple[str, ast.expr]]]] = {
    ast.Compare: _of_comparison,
    ast.BinOp: _of_arithmetic,
    ast.BoolOp: _of_logic,
    ast.UnaryOp: _of_unary,
    ast.IfExp: _of_conditional,
    ast.Call: _of_call,
    ast.Constant: _of_constant,
}


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
    """The negated condition of an `if` or `while`, unless its own mutants already include the negation."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and not isinstance(test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
        return
    if not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
        yield "condition", ast.UnaryOp(op=ast.Not(), operand=copied(test))


def of_statement(node: ast.stmt, in_function: bool) -> Iterator[tuple[str, list[ast.stmt]]]:
    """(operator, replacement statements) for each mutant of one statement."""
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
            mutated = copied(node)
            mutated.op = ARITHMETIC[type(node.op)]()
            yield "arithmetic", [mutated]
    elif isinstance(node, ast.Break):
        yield "loop", [ast.Continue()]
    elif isinstance(node, ast.Continue):
        yield "loop", [ast.Break()]


def is_quiet(call: ast.expr) -> bool:
    """Whether a call only logs or warns."""
    return isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in QUIET


def is_declaration(node: ast.stmt) -> bool:
    """Whether a statement only declares what no test can check: imports, types, dunder names, version guards."""
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass, ast.Assert)):
        return True
    if isinstance(node, ast.If):
        condition = ast.unparse(node.test)
        return "TYPE_CHECKING" in condition or "__name__" in condition or "version_info" in condition
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
