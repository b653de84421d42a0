"""What the search still has to reach: values of conditions, with the candidates that came closest to each.

Every goal gets its turn: those that were tried least come first, then those that are nearest (Korel, 1990).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .running.outcome import Candidate, Outcome
from .running.probe import Aim, Operands
from .subjects.target import Target

NEAREST = 4
"""Maximum candidates that are remembered for a goal."""


@dataclass
class Attempt:
    """A candidate that reached a condition without the wanted value: how far it was from it, and the operands."""

    gap: float
    candidate: Candidate
    target: Target
    operands: Operands | None
    aimed: bool = False
    """Whether its literals were already changed by what the operands say."""


@dataclass
class Goal:
    """One value of a condition or of a part of one, or equal operands of an ordering."""

    key: Aim
    attempts: list[Attempt] = field(default_factory=list)
    tried: int = 0

    def add(self, attempt: Attempt) -> None:
        """Remember an attempt if it is among the nearest; of equally near ones the shorter."""
        if any(a.candidate.text == attempt.candidate.text for a in self.attempts):
            return
        self.attempts.append(attempt)
        if len(self.attempts) > NEAREST:
            self.attempts.sort(key=lambda a: (a.gap, len(a.candidate.text)))
            self.attempts.pop()


class Goals:
    """The goals of one search that were reached once without the wanted value."""

    def __init__(self, chance: random.Random) -> None:
        """Nothing is known yet."""
        self.chance = chance
        self.open: dict[Aim, Goal] = {}
        self.reached: set[Any] = set()

    def note(self, candidate: Candidate, outcome: Outcome, target: Target) -> None:
        """Remember a candidate for every goal that it came close to, and which goals it reached."""
        for key in (outcome.branches | outcome.parts) - self.reached:
            self.reached.add(key)
            self.open.pop(key, None)
        for key, gap in outcome.distances.items():
            if key in self.reached:
                continue
            goal = self.open.get(key)
            if goal is None:
                goal = self.open[key] = Goal(key)
            worst = max((a.gap for a in goal.attempts), default=gap)
            if len(goal.attempts) < NEAREST or gap < worst or (gap == worst and self.chance.random() < 0.1):
                goal.add(Attempt(gap, candidate, target, outcome.operands.get(key)))

    def next(self, count: int) -> Iterator[Goal]:
        """The goals whose turn it is."""
        ordered = sorted(self.open.values(), key=lambda g: (g.tried, min((a.gap for a in g.attempts), default=0.0)))
        for goal in ordered[:count]:
            if goal.key in self.open:
                goal.tried += 1
                yield goal
