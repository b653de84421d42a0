"""What one small edit of a Python function does, in words: another condition, value or call, compared by syntax tree."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterator

from codeassist.evidence.parsed_source import PythonFunction as Function

LONGEST = 24
"""Characters of an expression that is named in a subject."""

_PLAIN = re.compile(r"-?[\d._]+|True|False|None")
"""Values that stand in a subject; a text may be a secret."""

_SIGNS = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_SIGNS |= {ast.Is: "is", ast.IsNot: "is not"}
_PAIRS = ((ast.Eq, ast.NotEq), (ast.In, ast.NotIn), (ast.Is, ast.IsNot), (ast.Lt, ast.GtE), (ast.Gt, ast.LtE))
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}


def condition_changed(call: str, old: Function, new: Function) -> str:
    """A condition that compares or asks something else, where as many are asked as before; "" otherwise."""
    before, after = list(_conditions(old)), list(_conditions(new))
    if len(before) != len(after):
        return ""
    changed = [(b, a) for b, a in zip(before, after, strict=True) if ast.dump(b) != ast.dump(a)]
    if len(changed) != 1:
        return ""
    was, now = changed[0]
    return _of_condition(was, now, call)


def inverts(now: ast.expr, was: ast.expr) -> bool:
    """Whether one condition is true where the other is false: `not x` and `x`, `a == b` and `a != b`."""
    if isinstance(now, ast.UnaryOp) and isinstance(now.op, ast.Not) and ast.dump(now.operand) == ast.dump(was):
        return True
    if isinstance(was, ast.UnaryOp) and isinstance(was.op, ast.Not) and ast.dump(was.operand) == ast.dump(now):
        return True
    if not (isinstance(was, ast.Compare) and isinstance(now, ast.Compare) and len(was.ops) == len(now.ops) == 1):
        return False
    same = ast.dump(was.left) == ast.dump(now.left) and ast.dump(was.comparators[0]) == ast.dump(now.comparators[0])
    return same and _OPPOSITE.get(type(was.ops[0])) is type(now.ops[0])


def _of_condition(was: ast.expr, now: ast.expr, call: str) -> str:
    if inverts(now, was):
        name = _name(was.left if isinstance(was, ast.Compare) else was)
        return f"invert the condition on {name} in {call}" if name else f"invert a condition in {call}"
    if isinstance(was, ast.Compare) and isinstance(now, ast.Compare) and len(was.ops) == len(now.ops) == 1:
        same = ast.dump(was.left) == ast.dump(now.left) and ast.dump(was.comparators[0]) == ast.dump(now.comparators[0])
        if same and (name := _name(was.left)):
            return f"compare {name} by {_SIGNS[type(now.ops[0])]} instead of {_SIGNS[type(was.ops[0])]} in {call}"
    parts, known = _parts(now), {ast.dump(p) for p in _parts(was)}
    fresh = [p for p in parts if ast.dump(p) not in known]
    opposite = [p for p in fresh if any(inverts(p, q) for q in _parts(was))]
    if len(fresh) == len(opposite) == 1 and len(parts) == len(known) and (name := _name(opposite[0])):
        return f"invert the condition on {name} in {call}"
    if len(fresh) == 1 and len(parts) == len(known) + 1 and (name := _name(fresh[0])):
        return f"check {name} too in {call}"
    gone = [p for p in _parts(was) if ast.dump(p) not in {ast.dump(q) for q in parts}]
    if not fresh and len(gone) == 1 and (name := _name(gone[0])):
        return f"do not check {name} in {call}"
    name = _name(fresh[0]) if fresh else ""
    return f"change the condition on {name} in {call}" if name else f"change a condition in {call}"


def _conditions(function: Function) -> Iterator[ast.expr]:
    """The conditions of a function in order, and the comparisons that it returns."""
    for node in ast.walk(function):
        if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
            yield node.test
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Compare | ast.BoolOp):
            yield node.value


def _parts(test: ast.expr) -> list[ast.expr]:
    return [p for value in test.values for p in _parts(value)] if isinstance(test, ast.BoolOp) else [test]


def _name(node: ast.expr) -> str:
    """The name that an expression is about, as it is written; "" if it is long or about nothing named."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute | ast.Name) and ast.unparse(part) not in (
            "self",
            "isinstance",
            "len",
            "hasattr",
            "any",
            "all",
        ):
            text = ast.unparse(part).removeprefix("self.")
            return text if len(text) <= LONGEST and re.fullmatch(r"[\w.]+", text) else ""
    return ""


def value_changed(call: str, old: Function, new: Function) -> str:
    """The one plain value that is another one: `use 5 instead of 3 in f()`; "" otherwise."""
    before, after = _constants(old), _constants(new)
    if len(before) != len(after) or _frame(old) != _frame(new):
        return ""
    pairs = {(b, a) for b, a in zip(before, after, strict=True) if b != a}
    if len(pairs) != 1:
        return ""
    was, now = pairs.pop()
    if _PLAIN.fullmatch(was) and _PLAIN.fullmatch(now):
        return f"use {now} instead of {was} in {call}"
    return f"change a text in {call}" if was[:1] in "'\"" and now[:1] in "'\"" else ""


def _constants(function: Function) -> list[str]:
    return [repr(n.value) for n in ast.walk(function) if isinstance(n, ast.Constant)]


def _frame(function: Function) -> str:
    """The function without its constants."""
    return re.sub(r"Constant\(value=.*?\)(?=[,)\]])", "Constant()", ast.dump(function))


def calls_changed(call: str, old: Function, new: Function) -> str:
    """The one function that is called besides, instead of another one, or no longer; "" otherwise."""
    before, after = _called(old), _called(new)
    fresh, gone = list((after - before).keys()), list((before - after).keys())
    if len(fresh) == len(gone) == 1:
        return f"call {fresh[0]}() instead of {gone[0]}() in {call}"
    if len(fresh) == 1 and not gone:
        return f"call {fresh[0]}() in {call}"
    return f"do not call {gone[0]}() in {call}" if len(gone) == 1 and not fresh else ""


def _called(function: Function) -> Counter[str]:
    """How often each function is called, by its name."""
    found = (ast.unparse(n.func).removeprefix("self.") for n in ast.walk(function) if isinstance(n, ast.Call))
    return Counter(n for n in found if re.fullmatch(r"[\w.]+", n) and len(n) <= LONGEST and not hasattr(builtins, n))
