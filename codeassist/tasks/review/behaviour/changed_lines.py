"""What the changed lines of both versions speak of: constants, names that may be None, types that are tested for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codeassist.evidence.parsed_source import python_functions
from codeassist.tasks.review.behaviour.compare import Work, is_short
from codeassist.tasks.review.behaviour.worker.altering import CONVERSIONS, Hints

MOST_CONSTANTS = 40


def hints_of(work: Work) -> Hints:
    """The hints for altered arguments: from the changed lines, then the other constants of the changed functions."""
    hints = Hints()
    functions = []
    for tree, lines in ((work.old, work.file.removed), (work.new, work.file.added)):
        for node in ast.walk(tree):
            if isinstance(node, ast.expr | ast.stmt) and node.lineno in lines:
                _learn(node, hints)
        functions += [node for name, node in python_functions(tree) if name in work.functions.changed]
    for function in functions:
        for node in _walk(function):
            _keep(hints.constants, node)
    hints.constants = _distinct(hints.constants)[:MOST_CONSTANTS]
    hints.optional, hints.names = list(dict.fromkeys(hints.optional)), list(dict.fromkeys(hints.names))
    hints.kinds = list(dict.fromkeys(hints.kinds))
    return hints


def _learn(node: ast.expr | ast.stmt, hints: Hints) -> None:
    _keep(hints.constants, node)
    if isinstance(node, ast.Name):
        hints.names.append(node.id)
    elif isinstance(node, ast.Attribute):
        hints.names.append(node.attr)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "issubclass"):
        hints.kinds += [n.id for arg in node.args[1:] for n in ast.walk(arg) if isinstance(n, ast.Name) and n.id in CONVERSIONS]
    hints.optional += list(_tested(node))


def _tested(node: ast.expr | ast.stmt) -> Iterator[str]:
    """Names and attributes that are compared with None or tested for truth."""
    tested: Sequence[ast.expr] = ()
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        if any(isinstance(s, ast.Constant) and s.value is None for s in sides):
            tested = sides
    elif isinstance(node, ast.BoolOp):
        tested = node.values
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        tested = [node.operand]
    elif isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
        tested = [node.test]
    for expression in tested:
        if isinstance(expression, ast.Name):
            yield expression.id
        elif isinstance(expression, ast.Attribute):
            yield expression.attr


def _walk(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without its documentation."""
    body = function.body  # type: ignore[attr-defined]
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    for statement in body:
        yield from ast.walk(statement)


def _keep(constants: list[object], node: ast.AST) -> None:
    if not isinstance(node, ast.Constant) or type(node.value) not in (str, int, float):
        return
    if is_short(node.value):
        constants.append(node.value)


def _distinct(values: Sequence[object]) -> list[object]:
    """The values without repetitions; 1 and 1.0 differ."""
    return list({(type(value), value): value for value in values}.values())
