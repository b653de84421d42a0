"""Shorter candidates that show the same: steps left out, inputs made smaller (delta debugging; Zeller & Hildebrandt, 2002)."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .execution import Bench, Candidate, Outcome
from .selection import SLACK, Chosen

TRIED = 50
"""Smaller forms of one candidate that are run at most."""

LONG = 4
"""Texts up to this length and numbers up to this size are left as they are."""


def shrink(bench: Bench, kept: list[Chosen], until: float) -> None:
    """Make candidates smaller in place while each still has all it was chosen for; documented inputs stay as they are."""
    for chosen in sorted(kept, key=lambda c: -len(c.candidate.text)):
        tried = 0
        options = smaller(chosen.candidate)
        while tried < TRIED and (option := next(options, None)) is not None:
            if time.monotonic() > until:
                return
            tried += 1
            outcome = _as_good(bench, chosen, option)
            if outcome is not None:
                chosen.candidate, chosen.outcome = option, outcome
                options = smaller(option)


def _as_good(bench: Bench, chosen: Chosen, option: Candidate) -> Outcome | None:
    """What a smaller form does, when it has all that the candidate was chosen for."""
    was, now = chosen.outcome, bench.run(option)
    if now.bad or now.lazy or (now.raised or ("",))[0] != (was.raised or ("",))[0] or bool(now.checks) != bool(was.checks):
        return None
    if "{v} is None" in now.checks and "{v} is None" not in was.checks:
        return None
    kills = {gain[1] for gain in chosen.gains if isinstance(gain, tuple) and gain[0] == "mutant"}
    if not {gain for gain in chosen.gains if not isinstance(gain, tuple) or gain[0] != "mutant"} <= now.lines | now.branches:
        return None
    if any(bench.run(option, m, limit=1_000 + SLACK * now.steps).signature == now.signature for m in sorted(kills)):
        return None
    return now if bench.run(option).signature == now.signature else None


def smaller(candidate: Candidate) -> Iterator[Candidate]:
    """Forms of a candidate with less in them: a step less, then smaller values, the largest first."""
    for n in range(len(candidate.steps)):
        yield replace(candidate, steps=candidate.steps[:n] + candidate.steps[n + 1 :])
    if candidate.origin != "search":
        return
    parts = [*candidate.steps, candidate.final]
    for text in _repeated(candidate.text):  # the same text in two places is often compared
        less = [part.replace(repr(text), repr(text[:LONG])) for part in parts]
        yield replace(candidate, steps=tuple(less[:-1]), final=less[-1])
    for position in reversed(range(len(parts))):
        for text in _less(parts[position]):
            changed = [*parts[:position], text, *parts[position + 1 :]]
            yield replace(candidate, steps=tuple(changed[:-1]), final=changed[-1])


def _less(part: str) -> Iterator[str]:
    """The text of a statement or expression with one value in it made smaller, outer values first."""
    tree = ast.parse(part)
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            for place in value if isinstance(value, list) else [value]:
                for less in _variants(place) if isinstance(place, ast.expr) else ():
                    if isinstance(value, list):
                        setattr(parent, name, [less if item is place else item for item in value])
                    else:
                        setattr(parent, name, less)
                    yield ast.unparse(tree)
                    setattr(parent, name, value)


def _repeated(program: str) -> list[str]:
    texts = [n.value for n in ast.walk(ast.parse(program)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [text for text in dict.fromkeys(texts) if len(text) > LONG and texts.count(text) > 1]


def _variants(node: ast.expr) -> Iterator[ast.expr]:
    """Smaller values in the place of a value."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set) and isinstance(getattr(node, "ctx", None), ast.Load | None):
        for items in _fewer(node.elts):
            if items or not isinstance(node, ast.Set):
                yield ast.Set(items) if isinstance(node, ast.Set) else type(node)(items, ast.Load())
    elif isinstance(node, ast.Dict):
        for pairs in _fewer(list(zip(node.keys, node.values, strict=True))):
            yield ast.Dict([key for key, _ in pairs], [value for _, value in pairs])
    elif isinstance(node, ast.Call):
        yield from (a for a in node.args if isinstance(a, ast.Call))
        for n in range(len(node.keywords)):
            yield ast.Call(node.func, node.args, node.keywords[:n] + node.keywords[n + 1 :])
        if len(node.args) > 1:
            yield ast.Call(node.func, node.args[:-1], node.keywords)
    elif isinstance(node, ast.UnaryOp | ast.BinOp):
        number = _number(node)
        if number is not None and not (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)):
            yield ast.parse(number, mode="eval").body
    elif isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, str) and len(value) > LONG:
            half = len(value) // 2
            yield from map(ast.Constant, dict.fromkeys((value[:LONG], value[:half], value[half:], *value.split()[:3])))
        elif isinstance(value, int) and value > LONG:
            yield from map(ast.Constant, (1, 2, value // 10, value // 2))


def _number(node: ast.expr) -> str | None:
    """What arithmetic of small numbers comes to, when that is no longer than the arithmetic."""
    parts = [n for n in ast.walk(node) if isinstance(n, ast.expr)]
    numbers = [n.value for n in parts if isinstance(n, ast.Constant) and isinstance(n.value, int | float)]
    if any(not isinstance(n, ast.UnaryOp | ast.BinOp | ast.Constant) for n in parts) or len(numbers) > 3:
        return None
    operators = [n.op for n in parts if isinstance(n, ast.UnaryOp | ast.BinOp)]
    if any(not isinstance(op, ast.Add | ast.Sub | ast.Mult | ast.USub | ast.UAdd | ast.Pow) for op in operators):
        return None
    if any(isinstance(op, ast.Pow) for op in operators) and (len(numbers) > 2 or max(map(abs, numbers), default=0) > 12):
        return None
    if len(numbers) != sum(isinstance(n, ast.Constant) for n in parts) or any(abs(n) > 99 for n in numbers):
        return None
    text = ast.unparse(node)
    try:
        value = repr(eval(text))
    except ArithmeticError:
        return None
    return value if len(value) <= len(text) else None


def _fewer(items: list[Any]) -> Iterator[list[Any]]:
    """Lists with less in them: nothing, halves, then each but one."""
    if not items:
        return
    yield []
    half = len(items) // 2
    if half > 1:
        yield items[:half]
        yield items[half:]
    for n in range(min(len(items), 8)):
        if len(items) > 1:
            yield items[:n] + items[n + 1 :]
