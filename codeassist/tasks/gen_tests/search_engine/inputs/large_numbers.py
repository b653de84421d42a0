"""Large numbers in the arguments of calls, which can make them run too long."""

from __future__ import annotations

import ast
import re

from ..running.outcome import Candidate

LARGE = 10_000
"""Numbers from this size on can make a call run too long."""


def find_large_numbers(candidate: Candidate) -> list[tuple[str, float]]:
    """("function argument", size) of the large numbers that are passed to calls."""
    if not re.search(r"\d{5}|\*\*|\de", candidate.text):
        return []
    try:
        tree = ast.parse(candidate.text)
    except SyntaxError:
        return []
    numbers = []
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
        arguments: list[tuple[object, ast.expr]] = [*enumerate(call.args), *((k.arg, k.value) for k in call.keywords)]
        function = ast.unparse(call.func)
        numbers += [(f"{function} {key}", size) for key, node in arguments if (size := _magnitude(node)) >= LARGE]
    return numbers


def _magnitude(node: ast.expr) -> float:
    """The absolute value of a literal number or of a power of literal numbers, capped at 1e300; else 0."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(min(abs(node.value), 1e300))
    if isinstance(node, ast.UnaryOp):
        return _magnitude(node.operand)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        exponent = min(_magnitude(node.right), 300.0)
        return float(min(max(_magnitude(node.left), 1.0) ** exponent, 1e300)) if _magnitude(node.left) <= 10 else 1e300
    return 0.0
