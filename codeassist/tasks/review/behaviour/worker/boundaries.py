"""Inputs at the boundaries of changed comparisons and slices: the value that is compared with, and those beside it."""

from __future__ import annotations

import ast
import itertools
import random
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

from _codeassist_search.operands import EQUAL, ORDERED, toward  # type: ignore[import-not-found]
from _codeassist_search.running.outcome import Candidate, Outcome  # type: ignore[import-not-found]

CALLS = 6
"""Calls that run one changed comparison and are varied around it."""

AIMED = 16
"""Variations of one call for one comparison by the values of its operands, and by their distance."""

MOST_SOLVED = 4
"""Numbers of a call for which the equation of a comparison is solved."""

FARTHEST = 1e12
"""Larger operands are not aimed at."""

SLICED = 8
"""Calls that run a changed slice and get texts and lists of lengths around its bounds."""

LONGEST = 200
"""The largest bound of a slice for which texts and lists are made."""

STEPS = (0, 1, -1)


class Boundaries:
    """Varies calls that run changed comparisons, so that both sides of a comparison are equal, and nearly so."""

    def __init__(self, bench: Any, lines: frozenset[int], constants: list[Any], chance: random.Random) -> None:
        """`lines` are the changed ones of this version, `constants` stand on changed lines of either version."""
        self.chance = chance
        places = {**bench.instrumenter.conditions, **bench.instrumenter.parts}
        self.numbers = {number for number, line in places.items() if line in lines}
        nodes = [n for n in ast.walk(bench.tree) if isinstance(n, ast.Slice) and getattr(n, "lineno", 0) in lines]
        bounds = [abs(c) for c in constants if type(c) is int and abs(c) <= LONGEST] if nodes else []
        self.lengths = sorted({n + step for n in bounds for step in STEPS if n + step >= 0})
        self.done: Counter[int] = Counter()
        self.sliced = 0

    def around(self, candidate: Candidate, outcome: Outcome) -> Generator[Candidate, Outcome | None, None]:
        """Variations of a call that ran changed lines; none if enough calls were varied. Takes what each of them did."""
        for (number, wanted), operands in outcome.operands.items():
            if number in self.numbers and operands[0] in (*ORDERED, *EQUAL) and self.done[number] < CALLS:
                self.done[number] += 1
                yield from _each(itertools.islice(toward(candidate, operands, wanted, self.chance), AIMED))
                yield from _each(itertools.islice(_moved(candidate, *operands[1:]), AIMED))
                yield from _solved(candidate, number, *operands[1:])
        if self.lengths and self.sliced < SLICED:
            self.sliced += 1
            for length in self.lengths:
                yield from _each(_changed(candidate, lambda value, length=length: _of_length(value, length)))


def _each(candidates: Iterator[Candidate]) -> Generator[Candidate, Outcome | None, None]:
    """The candidates of an iterator, which does not take what they did."""
    while (candidate := next(candidates, None)) is not None:
        yield candidate


def _moved(candidate: Candidate, left: Any, right: Any) -> Iterator[Candidate]:
    """The call with one of its numbers moved by what separates the operands, or in their proportion."""
    if not _are_numbers(left, right):
        return
    gap = right - left
    for step in STEPS:
        for sign in (1, -1):
            yield from _changed(candidate, lambda n, step=step, sign=sign: n + sign * (gap + step) if _is_number(n) else None)
    if left and right and isinstance(right, int) and isinstance(left, int) and right % left == 0:
        yield from _changed(candidate, lambda n: n * (right // left) if _is_number(n) else None)


def _solved(candidate: Candidate, number: int, left: Any, right: Any) -> Generator[Candidate, Outcome | None, None]:
    """The call with one number for which both sides of comparison `number` are equal, by one step of the secant method.

    What is compared is linear in most numbers. Where none makes the sides equal, as in 3 * n = 100, others are 1 in turn.
    """
    if not _are_numbers(left, right):
        return
    bases = [(candidate, left, right)]
    for one in itertools.islice(_changed(candidate, lambda n: 1 if _is_number(n) and n != 1 else None), MOST_SOLVED):
        sides = _sides((yield one), number)
        bases += [(one, *sides)] if sides is not None else []
    for base, low, high in bases:
        for place, probe in enumerate(itertools.islice(_changed(base, lambda n: _plus(n, 1)), MOST_SOLVED)):
            sides = _sides((yield probe), number)
            slope = (sides[0] - sides[1]) - (low - high) if sides is not None else 0
            shift = (high - low) / slope if slope else FARTHEST
            for step in STEPS if abs(shift) < FARTHEST else ():
                moved = _changed(base, lambda n, by=shift + step: _plus(n, by))
                if (solved := next(itertools.islice(moved, place, None), None)) is not None:
                    yield solved


def _sides(outcome: Outcome | None, number: int) -> tuple[Any, Any] | None:
    """The operands of a comparison in a run, if it was reached with numbers."""
    found = [o for (n, _), o in outcome.operands.items() if n == number] if outcome is not None else []
    return (found[0][1], found[0][2]) if found and _are_numbers(*found[0][1:]) else None


def _plus(value: Any, by: float) -> Any:
    """A number moved, whole if it was; None for other values."""
    return None if not _is_number(value) else value + round(by) if type(value) is int else value + by


def _are_numbers(left: Any, right: Any) -> bool:
    return all(_is_number(side) and abs(side) < FARTHEST for side in (left, right))


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _of_length(value: Any, length: int) -> Any:
    """A text or list of a length, from the items of another one; None for other values."""
    if type(value) is str:
        text = value or "a"
        return (text * (length // len(text) + 1))[:length]
    if type(value) in (list, tuple) and value:
        return (value * (length // len(value) + 1))[:length]
    return None


def _changed(candidate: Candidate, change: Any) -> Iterator[Candidate]:
    """The program with one literal changed, for each literal that `change` gives another value for, the last part first."""
    parts = [*candidate.steps, candidate.final]
    for position in reversed(range(len(parts))):
        for count in range(len(_literals(ast.parse(parts[position])))):
            tree = ast.parse(parts[position])
            node = _literals(tree)[count]
            value = change(ast.literal_eval(node))
            if value is None or len(repr(value)) > 2 * LONGEST:
                continue
            text = ast.unparse(_Replacing(node, ast.parse(repr(value), mode="eval").body).visit(tree))
            changed = [*parts[:position], text, *parts[position + 1 :]]
            yield replace(candidate, steps=tuple(changed[:-1]), final=changed[-1], origin="search")


class _Replacing(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        """One node."""
        return self.new if node is self.old else self.generic_visit(node)


def _literals(tree: ast.AST) -> list[ast.expr]:
    """The numbers, texts, and lists and tuples of such, with a sign if they have one; the first ones."""
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Constant, ast.UnaryOp, ast.List, ast.Tuple)):
            try:
                ast.literal_eval(node)
            except (ValueError, TypeError):
                continue
            found.append(node)
    return found[:12]
