"""Whether a call breaks a promise of the documentation, and how."""

from __future__ import annotations

from dataclasses import replace

from ..inputs.claim_calls import bases, nearly_equal, value_of
from ..judging import JUNK
from ..running.execution import Bench
from ..running.outcome import Candidate, Outcome
from ..search import Search
from .documented import Claim

ORDINARY = ("1", "2", "'a'", "[1]", "1.5")
"""Values in place of one that is documented to be refused."""


class Breaking:
    """Runs the checks of claims."""

    def __init__(self, bench: Bench, search: Search) -> None:
        """`search` knows the targets and what explains exceptions."""
        self.bench, self.search = bench, search

    def breaks(self, claim: Claim, candidate: Candidate) -> str:
        """What a call does that breaks the claim; "" when it keeps it or the input proves nothing."""
        outcome = self.bench.run(candidate)
        if outcome.bad and outcome.bad != "nothing stable to assert":
            return ""
        if claim.raises:
            return self._without_exception(claim, outcome) or self._other_exception(claim, candidate, outcome)
        if outcome.raised:
            return self._unexpected(claim, candidate, outcome)
        if outcome.checks != ("{v} is False",):
            return ""
        plain = self.bench.run(replace(candidate, final=claim.call))
        if plain.raised or self.bench.run(candidate).signature != outcome.signature:
            return ""
        return "" if self._is_rounding(claim, candidate) else "false"

    def _is_rounding(self, claim: Claim, candidate: Candidate) -> bool:
        """Whether both sides of a broken equation are numbers, or lists of numbers, that differ by their last digits only."""
        left, equals, right = claim.test.partition(" == ")
        if not equals or " == " in right:
            return False
        sides = [value_of(self.bench.run(replace(candidate, final=f"repr({side})"))) for side in (left, right)]
        return None not in sides and nearly_equal(*map(str, sides))

    def _without_exception(self, claim: Claim, outcome: Outcome) -> str:
        if not outcome.raised:
            given = next((c for c in outcome.checks if c.startswith("{v} ")), "")
            return f"gives {given.split(' ', 2)[2]}" if given else "does not"
        if (
            claim.raises in bases(outcome.error)
            or isinstance(outcome.error, JUNK)
            or self.bench.origins.raised_on_purpose(outcome)
        ):
            return ""
        return f"raises {outcome.raised[0]}"

    def _other_exception(self, claim: Claim, candidate: Candidate, outcome: Outcome) -> str:
        """The exception that code raises on purpose in place of the documented one, and only for the described input."""
        target = self.search.by_name.get(claim.function)
        if not outcome.raised or claim.raises in bases(outcome.error) or isinstance(outcome.error, JUNK) or not claim.inputs:
            return ""
        if target is None or outcome.raised[0] in target.documentation:
            return ""
        described = claim.inputs[0][0]
        for value in ORDINARY:
            steps = tuple(f"{described} = {value}" if s.startswith(f"{described} = ") else s for s in candidate.steps)
            ordinary = self.bench.run(replace(candidate, steps=steps))
            if not ordinary.raised and ordinary.bad in ("", "nothing stable to assert"):
                return f"raises {outcome.raised[0]}"
        return ""

    def _unexpected(self, claim: Claim, candidate: Candidate, outcome: Outcome) -> str:
        """The exception that a check raised, if it breaks the claim."""
        assert outcome.raised is not None
        if isinstance(outcome.error, (*JUNK, OSError)) or not outcome.where:
            return ""
        plain = self.bench.run(replace(candidate, final=claim.call))
        if plain.raised:
            named = self.search.judge.explained(plain, self.search.by_name.get(claim.function))
            return f"raises {plain.raised[0]}: {plain.raised[2]}" if claim.total and not named else ""
        return f"raises {outcome.raised[0]}: {outcome.raised[2]}"
