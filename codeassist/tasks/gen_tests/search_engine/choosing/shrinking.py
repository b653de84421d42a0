"""Shorter candidates with the same gains: steps removed, inputs made smaller (delta debugging; Zeller & Hildebrandt, 2002)."""

from __future__ import annotations

import ast
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..inputs.mocks import plainer
from ..inputs.recipes import inside_objects
from ..inputs.scenarios import RUN
from ..inputs.values import oddness, without_negative_zero
from ..running.execution import Bench
from ..running.outcome import Candidate, Outcome
from .plain_forms import LONG, as_documented, as_plain_calls, as_usual, with_few_arguments
from .selection import SLACK
from .set_cover import Chosen, gains

TRIED = 50
"""Maximum smaller forms of one candidate that are run."""

READABLE = 420
"""Characters of a test's statements from which on it is left out where others show what its target does."""


def shrink(bench: Bench, kept: list[Chosen], until: float, quoted: Iterable[str] = (), usual: Sequence[str] = ()) -> None:
    """Make candidates smaller in place while each keeps the gains it was chosen for; documented inputs are not changed.

    `quoted` are texts, as source text, that the documentation gives as examples: a candidate keeps those that it has.
    `usual` are texts as people write them, which replace those that the search has changed a little.
    """
    shared = Shared(kept)
    _take_first(bench, kept, until, as_plain_calls, shared)
    _take_first(bench, kept, until, with_few_arguments, shared)
    for chosen in sorted(kept, key=lambda c: -len(c.candidate.text) * oddness(c.candidate.text, ()) ** 4):
        tried = 0
        shared.narrow(chosen)
        for documented in as_documented(chosen.candidate, quoted):
            if time.monotonic() < until and (outcome := _outcome_with_same_gains(bench, chosen, documented)) is not None:
                shared.replace(chosen, documented, outcome)
                break
        for natural in as_usual(chosen.candidate, usual):
            if time.monotonic() < until and (outcome := _outcome_with_same_gains(bench, chosen, natural)) is not None:
                shared.replace(chosen, natural, outcome)
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
                shared.replace(chosen, option, outcome)
                options = smaller(option)


def _take_first(
    bench: Bench, kept: Sequence[Chosen], until: float, options: Callable[[Candidate], Iterable[Candidate]], shared: Shared
) -> None:
    """Give each candidate the first of its options that keeps its gains."""
    for chosen in kept:
        shared.narrow(chosen)
        for option in options(chosen.candidate) if chosen.candidate.origin == "search" else ():
            if time.monotonic() > until:
                return
            if (outcome := _outcome_with_same_gains(bench, chosen, option)) is not None:
                shared.replace(chosen, option, outcome)
                break


class Shared:
    """How many of some candidates provide each gain: what another one provides too, a smaller form may lose."""

    def __init__(self, kept: Sequence[Chosen]) -> None:
        """`kept` are candidates with what they were chosen for."""
        self._wanted = {gain for chosen in kept for gain in chosen.gains}
        self._counts = Counter(gain for chosen in kept for gain in gains(chosen))

    def narrow(self, chosen: Chosen) -> None:
        """Let a candidate be there for what no other one provides, if there is any such thing."""
        alone = {gain for gain in gains(chosen) & self._wanted if self._counts[gain] < 2}
        chosen.gains = alone or chosen.gains

    def replace(self, chosen: Chosen, candidate: Candidate, outcome: Outcome) -> None:
        """Give a chosen candidate another form; of its kills those that were tried again remain."""
        self._counts.subtract(gains(chosen))
        kept = {gain[1] for gain in chosen.gains if isinstance(gain, tuple) and gain[0] == "mutant"}
        chosen.candidate, chosen.outcome, chosen.kills = candidate, outcome, chosen.kills & kept
        self._counts.update(gains(chosen))


def leave_out_unreadable(kept: list[Chosen]) -> None:
    """Drop the tests with inputs that nobody would read, in place.

    One stays where its target has no other, and a long one also where no shorter test reaches a branch that it reaches.
    """
    readable = [c for c in kept if len(c.candidate.text) <= READABLE]
    targets = {c.candidate.target for c in readable}
    reached = {branch for c in readable for branch in c.outcome.branches}
    kept[:] = [
        c
        for c in kept
        if len(c.candidate.text) <= READABLE
        or c.candidate.target not in targets
        or (len(c.candidate.text) <= 2 * READABLE and c.outcome.branches - reached)
    ]


def _leaves_target(chosen: Chosen, option: Candidate) -> bool:
    """Whether a smaller form no longer calls what the test is about: `f(g(1))` as `g(1)`."""
    called = re.compile(rf"\b{re.escape(option.target.rpartition('.')[2])}\b")
    texts = [c.steps[-1] if c.final == RUN and c.steps else c.final for c in (chosen.candidate, option)]
    return bool(called.search(texts[0])) and not called.search(texts[1])


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
        for shorter in _fewer_statements(candidate.steps[n]):
            yield replace(candidate, steps=(*candidate.steps[:n], shorter, *candidate.steps[n + 1 :]))
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


def _fewer_statements(step: str) -> Iterator[str]:
    """A coroutine function of a test without one of the statements before its last one."""
    if not step.startswith("async def "):
        return
    tree = ast.parse(step)
    for node in ast.walk(tree):
        body: list[ast.stmt] = getattr(node, "body", []) if isinstance(node, (ast.AsyncFunctionDef, ast.AsyncWith)) else []
        for n in range(len(body) - 1):
            node.body = body[:n] + body[n + 1 :]  # type: ignore[attr-defined]
            yield ast.unparse(tree)
            node.body = body  # type: ignore[attr-defined]


def _smaller_texts(part: str) -> Iterator[str]:
    """The source text of a statement or expression with one value made smaller, outer values first."""
    tree = ast.parse(part)
    fixed = inside_objects(tree)
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            for place in value if isinstance(value, list) else [value]:
                for replacement in _variants(place) if isinstance(place, ast.expr) and id(place) not in fixed else ():
                    if isinstance(value, list):
                        setattr(parent, name, [replacement if item is place else item for item in value])
                    else:
                        setattr(parent, name, replacement)
                    yield without_negative_zero(ast.unparse(tree))
                    setattr(parent, name, value)


def _repeated(program: str) -> list[str]:
    tree = ast.parse(program)
    fixed = inside_objects(tree)
    constants = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in fixed]
    texts = [n.value for n in constants if isinstance(n.value, str)]
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
    if len(node.keywords) > 1:
        yield ast.Call(node.func, node.args, [])
    for n in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:n] + node.keywords[n + 1 :])
    for count in dict.fromkeys((len(node.args) // 2, len(node.args) - 1)):
        if 0 < count < len(node.args):
            yield ast.Call(node.func, node.args[:count], node.keywords)


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
