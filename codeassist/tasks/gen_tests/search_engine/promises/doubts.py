"""Results that are in doubt because the documentation contradicts them, and the paths through a function that give them."""

from __future__ import annotations

from dataclasses import dataclass

from ..running.outcome import Outcome
from ..subjects.target import Target
from .documented import Claim


@dataclass
class Doubt:
    """A function whose result is in doubt wherever it runs along `path` (lines and branches of the function)."""

    target: Target
    conditions: frozenset[int]
    path: frozenset[object]
    exact: Claim | None = None
    """A claim that determines the result, or that only names make: results that agree with it are not in doubt."""

    def touches(self, outcome: Outcome) -> bool:
        """Whether a run took the path in doubt through the function; without a path, whether it ran the function."""
        if not self.path:
            return bool(outcome.lines & self.target.lines)
        return own_path(self.target, self.conditions, outcome) == self.path


def own_path(target: Target, conditions: frozenset[int], outcome: Outcome) -> frozenset[object]:
    """The lines and branches of a run that belong to a target; all of the run when the target itself does not branch."""
    if not conditions:
        return frozenset(outcome.lines) | frozenset(outcome.branches)
    return frozenset(outcome.lines & target.lines) | frozenset(b for b in outcome.branches if b[0] in conditions)
