"""What the instrumented module reports while it runs: lines, conditions, branch distances, steps.

The distance of a condition from its other value is that of Korel, 1990.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

FAR = 1e6
"""The largest branch distance."""

LIMIT = 150_000
"""The default maximum number of steps."""


class Endless(BaseException):
    """The code under test exceeded its step limit."""


@dataclass
class Probe:
    """Receives the reports of the instrumented module and selects the active mutant (0: none)."""

    active: int = 0
    steps: int = 0
    limit: int = LIMIT
    lines: set[int] = field(default_factory=set)
    branches: set[tuple[int, bool]] = field(default_factory=set)
    distances: dict[tuple[int, bool], float] = field(default_factory=dict)
    compared: dict[int, list[Any]] = field(default_factory=dict)

    def clear(self) -> None:
        """Reset what was recorded for one run; `compared` is kept."""
        self.steps = 0
        self.lines = set()
        self.branches = set()
        self.distances = {}

    def line(self, number: int) -> None:
        """Record that a statement runs."""
        self.lines.add(number)
        self.step()

    def step(self) -> None:
        """Count a step; raises `Endless` beyond the limit."""
        self.steps += 1
        if self.steps > self.limit:
            self.steps = 0
            raise Endless

    def test(self, number: int, value: Any) -> Any:
        """Record the truth value of a condition and return its value."""
        truth = bool(value)
        self.branches.add((number, truth))
        return value

    def compare(self, number: int, relation: str, left: Any, right: Any) -> Any:
        """Return the value of a comparison and record its distance from the opposite value and its operands."""
        value: Any = RELATIONS[relation](left, right)
        if not self.active:
            try:
                truth = bool(value)
                gap = distance(relation, left, right)
            except Exception:  # the operands' own operators may raise anything
                return value
            key = (number, not truth)
            self.distances[key] = min(self.distances.get(key, FAR), gap)
            for constant in (left, right):
                if isinstance(constant, (int, str, float, bytes)) and not isinstance(constant, bool):
                    constants = self.compared.setdefault(number, [])
                    if len(constants) < 24 and constant not in constants:
                        constants.append(constant)
        return value

    def loop(self, number: int, iterable: Iterable[Any]) -> Iterator[Any]:
        """Iterate, and record whether the loop was entered and whether the iterable was exhausted."""
        entered = False
        for item in iterable:
            if not entered:
                entered = True
                self.branches.add((number, True))
            self.step()
            yield item
        self.branches.add((number, False))


RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "Eq": lambda a, b: a == b,
    "NotEq": lambda a, b: a != b,
    "Lt": lambda a, b: a < b,
    "LtE": lambda a, b: a <= b,
    "Gt": lambda a, b: a > b,
    "GtE": lambda a, b: a >= b,
    "Is": lambda a, b: a is b,
    "IsNot": lambda a, b: a is not b,
    "In": lambda a, b: a in b,
    "NotIn": lambda a, b: a not in b,
}


def distance(relation: str, left: Any, right: Any) -> float:
    """Branch distance: how far a comparison is from the opposite value, 0 to `FAR`."""
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        gap = abs(left - right)
        return FAR if math.isnan(gap) else min(FAR, float(gap))
    if isinstance(left, str) and isinstance(right, str) and relation in ("Eq", "NotEq"):
        common = sum(a == b for a, b in zip(left, right, strict=False))
        return float(max(len(left), len(right)) - common)
    if relation in ("In", "NotIn") and isinstance(right, (list, tuple, str, set, frozenset, dict)):
        return 1.0
    return 0.5 * FAR
