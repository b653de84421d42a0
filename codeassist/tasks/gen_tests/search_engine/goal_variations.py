"""Variations of the calls that came closest to what was not reached yet."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator

from .goals import Attempt, Goals
from .inputs.candidates import Maker
from .inputs.mocks import mocked, raising, with_attribute
from .operands import constants, toward
from .running.execution import Bench
from .running.outcome import Candidate, Outcome
from .running.probe import Operands
from .subjects.target import Target

AIMS = 30
"""How many goals get a turn in each round."""

AIMED = 24
"""Maximum variations of one attempt by what the operands of its condition say."""

VARIED = 12
"""Random variations for a goal in each of its turns."""


class GoalVariations:
    """Varies the nearest calls of each open goal."""

    def __init__(
        self, bench: Bench, maker: Maker, goals: Goals, try_out: Callable[[Candidate, Target | None], Outcome | None]
    ) -> None:
        """`try_out` runs a call of a target and notes what it reached in `goals`."""
        self.bench, self.maker, self.goals = bench, maker, goals
        self.chance = maker.chance
        self._try_out = try_out

    def vary(self, until: float) -> None:
        """Vary the candidates that came closest to what was not reached yet: first by what the operands say, then at random."""
        for goal in self.goals.next(AIMS):
            if time.monotonic() > until:
                return
            for constant in self.bench.probe.compared.get(goal.key[0], ()):
                if isinstance(constant, str) and constant not in self.maker.words and len(constant) < 24:
                    self.maker.words.append(constant)
            for attempt in list(goal.attempts):
                for candidate in itertools.islice(self._aimed(attempt, *goal.key), AIMED):
                    if time.monotonic() > until or goal.key not in self.goals.open:
                        break
                    self._try_out(candidate, attempt.target)
            for _ in range(VARIED):
                if time.monotonic() > until or goal.key not in self.goals.open:
                    break
                nearest = min(goal.attempts, key=lambda a: a.gap) if self.chance.random() < 0.5 else None
                attempt = nearest or self.chance.choice(goal.attempts)
                self._try_out(self.maker.varied(attempt.candidate), attempt.target)

    def _aimed(self, attempt: Attempt, number: int, wanted: bool | None) -> Iterator[Candidate]:
        """Variations of an attempt in which an input has the value that an operand needs; each attempt gives them once."""
        if attempt.operands is None or attempt.aimed:
            return
        attempt.aimed = True
        if attempt.operands[0] == "Try":
            exception, methods = self.bench.instrumenter.handlers.get(number, ("", []))
            for method in dict.fromkeys(methods):
                yield from with_attribute(attempt.candidate, method, raising(exception))
                yield from self.maker.with_each_argument(attempt.candidate, mocked({method: raising(exception)}))
            return
        changed = list(itertools.islice(toward(attempt.candidate, attempt.operands, wanted, self.chance), AIMED))
        yield from changed
        texts = [*constants(attempt.operands, wanted, self.chance), *self._instances_for(attempt.operands, wanted)]
        for text in texts if len(changed) < AIMED // 2 else ():
            yield from self.maker.with_each_argument(attempt.candidate, text)

    def _instances_for(self, operands: Operands, wanted: bool | None) -> list[str]:
        """Instances of the classes that a condition asks for, as far as they can be made."""
        relation, _, classes = operands
        if relation != "isinstance" or not wanted:
            return []
        names = [c.__name__ for c in (classes if isinstance(classes, tuple) else (classes,)) if isinstance(c, type)]
        return [made for name in names if (made := self.maker.instances.of(name))]
