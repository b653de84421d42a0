"""Shorter candidates with the same gains: steps removed, inputs made smaller (delta debugging; Zeller & Hildebrandt, 2002)."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ..inputs.mocks import plainer
from ..inputs.values import oddness
from ..running.execution import Bench
from ..running.outcome import Candidate, Outcome
from .selection import SLACK
from .set_cover import Chosen

TRIED = 50
"""Maximum smaller forms of one candidate that are run."""

LONG = 4
"""Strings up to this length and numbers up to this size are not shrunk."""


def shrink(bench: Bench, kept: list[Chosen], until: float, quoted: Iterable[str] = ()) -> None:
    """Make candidates smaller in place while each keeps the gains it was chosen for; documented inputs are not changed.

    `quoted` are texts, as source text, that the documentation gives as examples: a candidate keeps those that it has.
    """
    for chosen in sorted(kept, key=lambda c: -len(c.candidate.text) * oddness(c.candidate.text, ()) ** 4):
        tried = 0
        for documented in as_documented(chosen.candidate, quoted):
            if time.monotonic() < until and (outcome := _outcome_with_same_gains(bench, chosen, documented)) is not None:
                chosen.candidate, chosen.outcome = documented, outcome
                break
        options = smaller(chosen.candidate)
        while tried < TRIED and (option := next(options, None)) is not None:
            if time.monotonic() > until:
                return
            if any(text in chosen.candidate.text and text not in option.text for text in quoted) or _leaves_target(
                chosen, option
            ):
                continue
            tried += 1
            outcome = _outcome_with_same_gains(bench, chosen, option)
            if outcome is not None:
                chosen.candidate, chosen.outcome = option, outcome
                options = smaller(option)


def _leaves_target(chosen: Chosen, option: Candidate) -> bool:
    """Whether a smaller form no longer calls what the test is about: `f(g(1))` as `g(1)`."""
    called = re.compile(rf"\b{re.escape(option.target.rpartition('.')[2])}\b")
    return bool(called.search(chosen.candidate.final)) and not called.search(option.final)


def as_documented(candidate: Candidate, quoted: Iterable[str]) -> list[Candidate]:
    """Forms of a candidate with a text of the documentation in place of one of the same form: `'10/m'` for `'0/m'`."""
    if candidate.origin != "search":
        return []
    texts = dict.fromkeys(re.findall(r"'[^'\\]*'", candidate.text))
    pairs = [(t, q) for q in quoted for t in texts if t != q and len(t) > LONG and _form(t) == _form(q)]
    return [
        replace(candidate, steps=tuple(s.replace(t, q) for s in candidate.steps), final=candidate.final.replace(t, q))
        for t, q in pairs
    ]


def _form(text: str) -> str:
    """A text with all numbers and all words alike."""
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "0", text))


def _outcome_with_same_gains(bench: Bench, chosen: Chosen, option: Candidate) -> Outcome | None:
    """The outcome of a smaller form if it keeps all gains that the candidate was chosen for; else None."""
    before, after = chosen.outcome, bench.run(option)
    if (
        after.bad
        or after.lazy
        or (after.raised or ("",))[0] != (before.raised or ("",))[0]
        or bool(after.checks) != bool(before.checks)
    ):
        return None
    if "{v} is None" in after.checks and "{v} is None" not in before.checks:
        return None
    kills = {gain[1] for gain in chosen.gains if isinstance(gain, tuple) and gain[0] == "mutant"}
    if (
        not {gain for gain in chosen.gains if not isinstance(gain, tuple) or gain[0] != "mutant"}
        <= after.lines | after.branches
    ):
        return None
    if any(bench.run(option, m, limit=1_000 + SLACK * after.steps).signature == after.signature for m in sorted(kills)):
        return None
    return after if bench.run(option).signature == after.signature else None


def smaller(candidate: Candidate) -> Iterator[Candidate]:
    """Smaller forms of a candidate: plainer mocks, a step less, one smaller value, outer values first."""
    if candidate.origin == "search":
        yield from plainer(candidate)
    for n in range(len(candidate.steps)):
        yield replace(candidate, steps=candidate.steps[:n] + candidate.steps[n + 1 :])
    if candidate.origin != "search":
        return
    parts = [*candidate.steps, candidate.final]
    for text in _repeated(candidate.text):  # equal strings are often compared, so shrink all of them together
        shorter = next(t for t in ("abc", "xyz", text[:LONG]) if repr(t) not in candidate.text or t == text[:LONG])
        shortened = [part.replace(repr(text), repr(shorter)) for part in parts]
        yield replace(candidate, steps=tuple(shortened[:-1]), final=shortened[-1])
    for position in reversed(range(len(parts))):
        for text in _smaller_texts(parts[position]):
            changed = [*parts[:position], text, *parts[position + 1 :]]
            yield replace(candidate, steps=tuple(changed[:-1]), final=changed[-1])


def _smaller_texts(part: str) -> Iterator[str]:
    """The source text of a statement or expression with one value made smaller, outer values first."""
    tree = ast.parse(part)
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            for place in value if isinstance(value, list) else [value]:
                for replacement in _variants(place) if isinstance(place, ast.expr) else ():
                    if isinstance(value, list):
                        setattr(parent, name, [replacement if item is place else item for item in value])
                    else:
                        setattr(parent, name, replacement)
                    yield ast.unparse(tree)
                    setattr(parent, name, value)


def _repeated(program: str) -> list[str]:
    texts = [n.value for n in ast.walk(ast.parse(program)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    kept = re.compile(r"--|(?:data|new)\.\w")
    return [t for t in dict.fromkeys(texts) if len(t) > LONG and texts.count(t) > 1 and not kept.match(t)]


def _variants(node: ast.expr) -> Iterator[ast.expr]:
    """Smaller expressions that may replace an expression."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set) and isinstance(getattr(node, "ctx", None), ast.Load | None):
        for items in _fewer(node.elts):
            if items or not isinstance(node, ast.Set):
                yield ast.Set(items) if isinstance(node, ast.Set) else type(node)(items, ast.Load())
    elif isinstance(node, ast.Dict):
        for pairs in _fewer(list(zip(node.keys, node.values, strict=True))):
            yield ast.Dict([key for key, _ in pairs], [value for _, value in pairs])
    elif isinstance(node, ast.Call):
        yield from _smaller_calls(node)
    elif isinstance(node, ast.UnaryOp | ast.BinOp):
        number = _number(node)
        if number is not None and not (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)):
            yield ast.parse(number, mode="eval").body
    elif isinstance(node, ast.Constant):
        yield from map(ast.Constant, _smaller_constants(node.value))


def _smaller_calls(node: ast.Call) -> Iterator[ast.expr]:
    """The argument calls, then the call without one of its keyword arguments or its last positional argument."""
    if not (isinstance(node.func, ast.Name) and node.func.id == "hash"):
        yield from (a for a in node.args if isinstance(a, ast.Call))
    for n in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:n] + node.keywords[n + 1 :])
    if len(node.args) > 1:
        yield ast.Call(node.func, node.args[:-1], node.keywords)


def _smaller_constants(value: Any) -> tuple[Any, ...]:
    if isinstance(value, str) and re.match(r"--|(?:data|new)\.\w", value):  # an option, a file name
        return ()
    if isinstance(value, str) and len(value) > LONG:
        return _shorter_texts(value)
    if isinstance(value, bool):
        return ()
    if isinstance(value, int) and abs(value) > LONG:
        return tuple(n for n in dict.fromkeys((1, 2, 10, 100, value // 10, value // 2)) if abs(n) < abs(value))
    if isinstance(value, float) and len(repr(value)) > LONG - 1:
        options = (1.5, 0.5, float(round(value)) if abs(value) < 1e6 else 100.0, round(value, 1), round(value, 2))
        return tuple(n for n in dict.fromkeys(options) if len(repr(n)) < len(repr(value)))
    return ()


def _shorter_texts(value: str) -> tuple[str, ...]:
    """Shorter texts that a person would write: the usual ones, whole lines and words, then halves of long ones."""
    words = value.split()
    parts = [*value.split("\n"), " ".join(words[:2]), *words[:3]]
    half = len(value) // 2
    parts += [value[:half], value[half:]] if half > LONG else []
    return tuple(t for t in dict.fromkeys(("a", "abc", *parts)) if t and len(t) < len(value))


def _number(node: ast.expr) -> str | None:
    """The result of arithmetic on small numbers, if it is not longer than the expression; else None."""
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
    """Shorter lists: the empty list, both halves, then all but one of the first eight items."""
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
