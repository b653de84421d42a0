"""Results of calls as values for other calls: what one function gives, another one takes (Pacheco et al., 2007)."""

from __future__ import annotations

import ast
import random
import re

from ..running.outcome import Candidate, Outcome

REUSED = 0.1
"""How often a value is the result of an earlier call, where there is one of its type."""

KEPT = 30
"""Maximum results that are remembered of each type."""

LONGEST = 90
"""Characters of the longest result that is remembered."""

_WHOLE = re.compile(r"(?:list\(\{v\}\)|\{v\}) == (.+)", re.DOTALL)


class Results:
    """The results of one module's calls as source text, by the names of their types."""

    def __init__(self, chance: random.Random) -> None:
        """Nothing is known yet."""
        self.chance = chance
        self.by_kind: dict[str, list[str]] = {}

    def note(self, candidate: Candidate, outcome: Outcome) -> None:
        """Remember the result of a call if it is a text or container that is not in the call itself."""
        found = _WHOLE.fullmatch(outcome.checks[0]) if outcome.checks else None
        if found is None or len(found[1]) > LONGEST or found[1] in candidate.text:
            return
        try:
            value = ast.literal_eval(found[1])
        except (ValueError, SyntaxError, TypeError):
            return
        if not isinstance(value, (str, list, dict, tuple, set)) or not value:
            return
        kept = self.by_kind.setdefault(type(value).__name__, [])
        if found[1] not in kept:
            kept.append(found[1])
            if len(kept) > KEPT:
                kept.pop(self.chance.randrange(len(kept) - 1))

    def of(self, kind: str) -> str:
        """A result of a kind; "" when there is none, and most of the time."""
        kept = self.by_kind.get(kind)
        return self.chance.choice(kept) if kept and self.chance.random() < REUSED else ""
