"""What the instrumented module reports while it runs: lines, conditions, branch distances, operands, steps.

The distance of a condition from its other value is that of Korel, 1990. Conditions have positive numbers; the parts of
compound ones and calls such as `PATTERN.match(text)` have negative ones, and are aims of the search but no branches.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

FAR = 1e6
"""The largest branch distance."""

LIMIT = 150_000
"""The default maximum number of steps."""


class Endless(BaseException):
    """The code under test exceeded its step limit."""


Operands = tuple[str, Any, Any]
"""A relation (the name of a comparison, or Truth, Loop, Try, isinstance, startswith, match ...) and its two operands."""

Aim = tuple[int, bool | None]
"""A condition or a part of one, and its truth value; None for an ordering such as `<` of two equal values."""

ORDERED = ("Lt", "LtE", "Gt", "GtE")
MOST_ITEMS = 12
LONGEST = 200


@dataclass
class Probe:
    """Receives the reports of the instrumented module and selects the active mutant (0: none)."""

    active: int = 0
    steps: int = 0
    limit: int = LIMIT
    lines: set[int] = field(default_factory=set)
    branches: set[tuple[int, bool]] = field(default_factory=set)
    distances: dict[Aim, float] = field(default_factory=dict)
    parts: set[Aim] = field(default_factory=set)
    """The truth values of parts of conditions, and which orderings compared equal numbers."""

    operands: dict[Aim, Operands] = field(default_factory=dict)
    """What decided about the value that a condition or part did not have."""

    compared: dict[int, list[Any]] = field(default_factory=dict)

    def clear(self) -> None:
        """Reset what was recorded for one run; `compared` is kept."""
        self.steps = 0
        self.lines = set()
        self.branches = set()
        self.distances = {}
        self.parts = set()
        self.operands = {}

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
        if not self.active:
            self._aim((number, not truth), "Truth", value, None)
        return value

    def part(self, number: int, value: Any) -> Any:
        """Record the truth value of a part of a condition and return its value."""
        if not self.active:
            truth = bool(value)
            self.parts.add((number, truth))
            self._aim((number, not truth), "Truth", value, None)
        return value

    def asked(self, number: int, relation: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call `isinstance` or a method such as `startswith` or `match`, and record its truth value and operands."""
        value = function(*arguments)
        if not self.active:
            truth = value is not None and value is not False
            self.parts.add((number, truth))
            left = arguments[0] if relation == "isinstance" else getattr(function, "__self__", None)
            right = arguments[1] if relation == "isinstance" else arguments[0]
            if isinstance(left, type(re)):  # `re.match(pattern, text)`
                left, right = arguments[0], arguments[1]
            self._aim((number, not truth), relation, left, right)
        return value

    def taken(self, number: int) -> None:
        """Record that an exception handler or a case runs."""
        self.branches.add((number, True))

    def tried(self, number: int) -> None:
        """Record that the statements before an exception handler are entered."""
        if not self.active:
            self._aim((number, True), "Try", None, None)

    def _aim(self, key: Aim, relation: str, left: Any, right: Any) -> None:
        """Note that a value was not reached, once a run, unless a comparison says more about it."""
        if key not in self.distances:
            self.distances[key] = FAR
            self.operands[key] = (relation, plain(left), plain(right))

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
            if number < 0:
                self.parts.add((number, truth))
            if relation in ORDERED:
                self._boundary(number, relation, left, right)
            if gap < self.distances.get(key, 2 * FAR):
                self.distances[key] = gap
                self.operands[key] = (relation, plain(left), plain(right))
            for constant in (left, right):
                if isinstance(constant, (int, str, float, bytes)) and not isinstance(constant, bool):
                    constants = self.compared.setdefault(number, [])
                    if len(constants) < 24 and constant not in constants:
                        constants.append(constant)
        return value

    def _boundary(self, number: int, relation: str, left: Any, right: Any) -> None:
        """Record whether an ordering compared equal numbers, or how far apart they were."""
        if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (left, right)):
            return
        key = (number, None)
        if left == right:
            self.parts.add(key)
        elif (gap := min(FAR, float(abs(left - right)))) < self.distances.get(key, 2 * FAR):
            self.distances[key] = gap
            self.operands[key] = (relation, plain(left), plain(right))

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
        if not entered and not self.active:
            self._aim((number, True), "Loop", iterable, None)


@dataclass(frozen=True)
class Other:
    """Stands for a value that is not kept, because it may be changed or is large.

    `kind` is what its class is called, `path` where a mock comes from: `read()` for the result of a mock's method.
    """

    kind: str
    path: str = ""


def plain(value: Any) -> Any:
    """A value as it is now: itself if it is plain and short, a copy of a container, else what stands for it."""
    kind = type(value)
    if value is None or kind in (bool, int, float) or isinstance(value, (type, re.Pattern)):
        return value
    if kind in (str, bytes):
        return value if len(value) <= LONGEST else Other(kind.__name__)
    if kind in (list, tuple, set, frozenset):
        items = [plain(item) for item in itertools.islice(value, MOST_ITEMS)]
        return tuple(items) if kind is tuple else items
    if kind is dict:
        return {plain_key: None for key in itertools.islice(value, MOST_ITEMS) if _hashable(plain_key := plain(key))}
    if isinstance(value, mock.NonCallableMock):
        return Other("Mock", value._extract_mock_name().partition(".")[2])
    return Other(kind.__name__)


def _hashable(value: Any) -> bool:
    return not isinstance(value, list)


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
