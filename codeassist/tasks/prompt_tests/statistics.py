"""Figures of case results: pass rates and medians with their intervals, and the test of a difference."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codeassist.tasks.prompt_tests.results import CaseResult

BOOTSTRAP = 2_000
"""Resamples for a confidence interval; more would move its ends by less than 0.01."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with the bounds of its 95 % confidence interval."""

    value: float
    low: float
    high: float


def share(passed: int, total: int) -> Figure:
    """A share of `total` with the Wilson score interval (Wilson, 1927)."""
    if not total:
        return Figure(0.0, 0.0, 1.0)
    z = 1.96
    centre = (passed + z * z / 2) / (total + z * z)
    margin = z / (total + z * z) * ((passed * (total - passed) / total) + z * z / 4) ** 0.5
    return Figure(passed / total, max(0.0, centre - margin), min(1.0, centre + margin))


def pass_rate(results: Sequence[CaseResult]) -> Figure:
    """The share of decided cases that pass. A case counts once however often it was asked: its repeats are not independent."""
    decided = [r for r in results if r.ok is not None]
    return share(sum(bool(r.ok) for r in decided), len(decided))


def middle(values: Sequence[float], seed: int = 0) -> Figure:
    """The median with its percentile bootstrap interval."""
    if not values:
        return Figure(0.0, 0.0, 0.0)
    chance = random.Random(seed)
    medians = sorted(median(chance.choices(values, k=len(values))) for _ in range(BOOTSTRAP))
    return Figure(median(values), medians[int(0.025 * BOOTSTRAP)], medians[int(0.975 * BOOTSTRAP)])


def sign_test(a: Sequence[CaseResult], b: Sequence[CaseResult]) -> float:
    """The two-sided p-value of the exact McNemar test (McNemar, 1947) that two variants have the same pass rate."""
    from math import comb

    passed = {r.case: r.ok for r in a if r.ok is not None}
    pairs = [(passed[r.case], r.ok) for r in b if r.ok is not None and r.case in passed]
    better = sum(bool(y) and not x for x, y in pairs)
    worse = sum(bool(x) and not y for x, y in pairs)
    n = better + worse
    return min(1.0, 2 * sum(comb(n, i) for i in range(min(better, worse) + 1)) / 2**n) if n else 1.0


def adjusted(chances: Sequence[float]) -> list[float]:
    """p-values of several comparisons, adjusted for their number (Holm, 1979), in the given order."""
    order = sorted(range(len(chances)), key=lambda i: chances[i])
    result, least = [0.0] * len(chances), 0.0
    for rank, i in enumerate(order):
        least = max(least, min(1.0, chances[i] * (len(chances) - rank)))
        result[i] = least
    return result
