"""Sequences of method calls: earlier ones that reached something new, and containers filled past a limit.

Sequences grow from those that worked (feedback-directed; Pacheco et al., 2007).
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from ..running.outcome import Candidate
from ..subjects.kinds import Parameter

LONGEST = 6
"""Maximum steps of a sequence that is extended."""

KEPT = 30
"""Maximum sequences kept per class."""

FILLED = (2, 3, 4, 6, 11)
"""How many items a container is filled with when its constructor names no limit."""


class Sequences:
    """Sequences of calls on instances of one module's classes."""

    def __init__(self, chance: random.Random) -> None:
        """Nothing is known yet."""
        self.chance = chance
        self.by_owner: dict[str, list[tuple[str, ...]]] = {}

    def remember(self, owner: str, candidate: Candidate) -> None:
        """Keep the steps and the call of a candidate that reached something new, as steps of later ones."""
        steps = (*candidate.steps, candidate.final)
        if (
            not candidate.steps
            or len(steps) > LONGEST
            or "tmp_path" in candidate.text
            or re.match(r"list\(|asyncio\.|with ", candidate.final)
        ):
            return
        kept = self.by_owner.setdefault(owner, [])
        if steps not in kept:
            kept.append(steps)
            if len(kept) > KEPT:
                kept.pop(self.chance.randrange(len(kept) - 1))

    def earlier(self, owner: str, variable: str) -> tuple[str, ...]:
        """The steps of an earlier sequence on a variable of this name; empty when there is none."""
        fitting = [s for s in self.by_owner.get(owner, ()) if any(step.startswith(f"{variable} = ") for step in s)]
        return self.chance.choice(fitting) if fitting else ()

    def filling(self, call: str, parameters: Sequence[Parameter], receiver: str) -> str | None:
        """A loop that calls a method with different values, more often than a number in the constructor's call says."""
        required = [p for p in parameters if not p.optional]
        if not required or len(required) > 3 or any(p.how == "keyword_only" for p in required):
            return None
        limits = [int(n) for n in re.findall(r"(?<![\w.'])\d{1,2}(?![\w.'])", receiver)]
        times = self.chance.choice(limits) + 1 if limits and self.chance.random() < 0.7 else self.chance.choice(FILLED)
        arguments = ["str(n)" if p.kinds.get("str", 0) > p.kinds.get("int", 0) else "n" for p in required]
        return f"for n in range({times}):\n    {call}({', '.join(arguments)})"
