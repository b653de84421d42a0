"""Select few candidates that kill many mutants and cover every branch; search further for surviving mutants."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence

from ..inputs.mocks import MOCK
from ..inputs.values import oddness
from ..protocol import Reached
from ..running.execution import Bench
from ..running.outcome import Candidate, Outcome
from ..running.watched import only_changes, steady, watching
from ..search import SLOW, Search
from ..subjects.core import is_core
from ..subjects.target import Target
from .likely import unlikely_arguments
from .seen_later import SeenLater, gives_value
from .set_cover import Chosen, cover, gains, irredundant, weight

SLACK = 30
"""A mutant that takes more than this many times the steps of the original counts as endless."""

BARE = re.compile(r"callable\(.*\)|type\(.*\)\.__name__ == .*|isinstance\(.*\)", re.DOTALL)
"""Assertions about the kind of a result only."""

EMPTY = re.compile(rf"{BARE.pattern}|\{{v\}} is None|result is None", re.DOTALL)
"""Assertions that hold for almost any result."""


LATER, VARIED = 0.3, 0.45
"""Of the calls that reach a surviving mutant: how often another call of the same object follows, and how often they vary."""

UNREACHED = 5
"""A mutant on a line that no call reaches gets its turn so many times less often than others."""

UNLIKELY = 0.4
"""How much more a candidate costs for each argument of a kind that is not taken."""

PRIVATE = 1.5
"""How many times as much the call of a private function costs: a public one that reaches as much is better."""

MOST_ADDED = 40
"""Maximum tests of core functions that add no coverage."""


class Selection:
    """Mutants and the candidates that kill them."""

    def __init__(self, bench: Bench, search: Search, have: Reached | None = None) -> None:
        """Start with every mutant alive. `have` is what existing tests cover, and optionally the only lines to cover."""
        have = have or Reached()
        self.seen: set[object] = {*have.lines, *(tuple(b) for b in have.branches)}
        only = set(have.only)
        if only:
            self.seen |= set(bench.instrumenter.lines) - only
            self.seen |= {
                (n, truth) for n, line in bench.instrumenter.conditions.items() if line not in only for truth in (True, False)
            }
        self.bench, self.search = bench, search
        self.mutants = {m.id: m for m in bench.instrumenter.mutants}
        self.alive = set(self.mutants) - set(have.killed)
        if only:
            self.alive = {m for m in self.alive if self.mutants[m].line in only}
        self.wanted = set(self.alive)
        self.pool: list[Chosen] = []
        self.useful: list[Chosen] = []
        self._counted: dict[str, int] = {}
        self.later = SeenLater(search.by_name, search.inventory.trees, search.chance, search.maker.candidate)
        self._giving: set[str] = set()
        """Targets of which a call gave something else than None."""

    def leave_out(self, mutants: Iterable[int]) -> None:
        """Do not try some mutants: they ended an earlier process."""
        for mutant in list(mutants):
            self.alive.discard(mutant)
            self.wanted.discard(mutant)

    def differs(self, candidate: Candidate, outcome: Outcome, mutant: int) -> bool:
        """Whether the candidate's test would detect a mutant."""
        return self.bench.run(candidate, mutant, limit=1_000 + SLACK * outcome.steps).signature != outcome.signature

    def reach(self, outcome: Outcome) -> list[int]:
        """The surviving mutants whose line a candidate runs, without import-time mutants, which `Imported` handles."""
        return [m for m in self.alive if self.mutants[m].line in outcome.lines and m not in self.bench.at_import]

    def take(self, candidate: Candidate, outcome: Outcome, until: float) -> None:
        """Try a stable candidate on the surviving mutants it reaches."""
        chosen = Chosen(candidate, outcome)
        for mutant in self.reach(outcome):
            if time.monotonic() > until:
                break
            if self.differs(candidate, outcome, mutant):
                chosen.kills.add(mutant)
                self.alive.discard(mutant)
        self.pool.append(chosen)
        if chosen.kills:
            self.useful.append(chosen)

    def take_steady(self, kept: Sequence[tuple[Candidate, Outcome]], until: float) -> None:
        """Take what gives the same when it runs again: first what together reaches everything, the rest while there is time."""
        ordered = sorted(
            kept,
            key=lambda p: (p[0].origin == "search", p[1].seconds > SLOW, self._unlikely(p[0]) > 0, len(p[0].text)),
        )
        reached: set[object] = set()
        done: set[str] = set()
        first: list[tuple[Candidate, Outcome]] = []
        for candidate, outcome in ordered:
            new = (outcome.lines | outcome.branches | outcome.parts) - reached
            if new or candidate.origin != "search":
                done.add(candidate.text)
                if (watched := self._steady(candidate, outcome)) is not None:
                    first.append(watched)
                    reached |= new
        for candidate, outcome in first:
            self.take(candidate, outcome, until)
        for candidate, outcome in ordered:
            if time.monotonic() > until:
                break
            if candidate.text not in done and (watched := self._steady(candidate, outcome)) is not None:
                self.take(*watched, until)

    def _steady(self, candidate: Candidate, outcome: Outcome) -> tuple[Candidate, Outcome] | None:
        """A candidate that gives the same again, and what it changes in its arguments; None when nothing is left of it."""
        same = steady(self.bench, candidate, outcome)
        watched = self.watching(*same) if same is not None else None
        return watched if watched is not None and not watched[1].bad else None

    def hunt(self, until: float) -> None:
        """Vary candidates that reach surviving mutants until one detects them."""
        chance = self.search.chance
        rounds: dict[int, int] = {}
        while self.alive and time.monotonic() < until:
            open_mutants = sorted(
                (m for m in self.alive if rounds.get(m, 0) < 8_000 and m not in self.bench.at_import),
                key=lambda m: rounds.get(m, 0),
            )
            if not open_mutants:
                return
            mutant = open_mutants[0] if chance.random() < 0.7 else chance.choice(open_mutants)
            line = self.mutants[mutant].line
            reaching = [c for c in self.pool if line in c.outcome.lines and c.outcome.seconds < SLOW]
            targets = [t for t in self.search.inventory.targets if line in t.lines]
            rounds[mutant] = rounds.get(mutant, 0) + (12 if reaching else UNREACHED * 12)
            for _ in range(12):
                if time.monotonic() > until:
                    return
                if (candidate := self._hunted(reaching, targets)) is None:
                    break
                candidate, outcome = self.bench.settle(candidate)
                if outcome.bad or (
                    outcome.raised and not self.search.judge.explained(outcome, self.search.by_name.get(candidate.target))
                ):
                    continue
                if outcome.checks == ("{v} is None",) or candidate.watched or MOCK.search(candidate.text):
                    candidate, outcome = self.watching(candidate, outcome)
                    if outcome.bad:
                        continue
                if any(self.mutants[m].line in outcome.lines for m in self.alive):
                    alive_before = len(self.alive)
                    self._challenge(candidate, outcome, until)
                    if len(self.alive) < alive_before and mutant not in self.alive:
                        break

    def _hunted(self, reaching: Sequence[Chosen], targets: Sequence[Target]) -> Candidate | None:
        """A call that may reach a mutant: one that does, followed by another of its object or varied; else a new one."""
        chance = self.search.chance
        candidate = None
        if reaching and (roll := chance.random()) < LATER + VARIED:
            known = chance.choice(reaching)
            candidate = self._seen_later(known.candidate) if roll < LATER and not known.outcome.raised else None
            candidate = candidate or self.search.maker.varied(known.candidate)
        if candidate is None and targets:
            candidate = self.search.maker.candidate(chance.choice(targets))
        return candidate

    def _seen_later(self, known: Candidate) -> Candidate | None:
        """A call, one varied from it, or a new one of the same function, followed by another call of the same object."""
        call: Candidate | None = known
        if (roll := self.search.chance.random()) > 0.6:
            call = self.search.maker.varied(known)
        elif roll > 0.2 and (target := self.search.by_name.get(known.target)) is not None:
            call = self.search.maker.candidate(target)
        return self.later.candidate(call, self.pool) if call is not None else None

    def _challenge(self, candidate: Candidate, outcome: Outcome, until: float) -> None:
        chosen = Chosen(candidate, outcome)
        for mutant in self.reach(outcome):
            if time.monotonic() > until:
                break
            if self.differs(candidate, outcome, mutant):
                chosen.kills.add(mutant)
        if chosen.kills:
            second_run = self.bench.run(candidate)  # a flaky difference proves nothing
            if second_run.signature != outcome.signature:
                return
            self.alive -= chosen.kills
            self.pool.append(chosen)
            self.useful.append(chosen)
        elif outcome.branches - self.search.reached:
            self.pool.append(chosen)

    def watching(self, candidate: Candidate, outcome: Outcome) -> tuple[Candidate, Outcome]:
        """A candidate that also asserts what the call changes in its arguments and what it does with mocks."""
        candidate, outcome = only_changes(self.bench, candidate, outcome)
        return watching(self.bench, candidate, outcome, self.search.maker.parameter_names)

    def reduce(self, until: float) -> list[Chosen]:
        """A small suite with the same branches and kills, by greedy set cover; prefers short and documented candidates."""
        killed = self.wanted - self.alive
        self._share(killed, until)
        self._share_imported(killed, until)
        return self.chosen()

    def chosen(self) -> list[Chosen]:
        """The suite by what is known now of the mutants that each candidate kills."""
        self._giving = {c.candidate.target for c in self.pool if any(gives_value(check) for check in c.outcome.checks)}
        needed: set[object] = {("mutant", m) for m in self.wanted - self.alive}
        for chosen in self.pool:
            needed |= chosen.outcome.branches | chosen.outcome.lines
        covering = irredundant(cover(self.pool, needed - self.seen, self._emptiness))
        telling = [c for c in covering if not _bare(c.outcome) and (c.kills or not self._says_nothing(c))]
        telling += self._of_core({c.candidate.target for c in telling})
        return telling or [c for c in covering if c.kills]

    def _of_core(self, tested: set[str]) -> list[Chosen]:
        """A call of each core function that only others' tests run: the one that runs most of it, without an exception."""
        found = []
        for target in self.search.inventory.targets:
            if target.qualname in tested or not is_core(target):
                continue
            own = [c for c in self.pool if c.candidate.target == target.qualname and not _bare(c.outcome)]
            own = [c for c in own if not self._says_nothing(c)]
            if own:
                found.append(max(own, key=lambda c: (_reach(c, target), -weight(c.candidate, False))))
                found[-1].gains = gains(found[-1])
        return found[:MOST_ADDED]

    def _says_nothing(self, chosen: Chosen) -> bool:
        """Whether all that can be asserted is the kind of a result, or None from what gives only None."""
        outcome = chosen.outcome
        if outcome.raised or outcome.printed or not all(EMPTY.fullmatch(check) for check in outcome.checks):
            return False
        return "{v} is None" not in outcome.checks or chosen.candidate.target not in self._giving

    def _emptiness(self, chosen: Chosen) -> float:
        """A factor of the cost of a candidate: odd values, global changes and assertions that say nothing cost more.

        So do arguments of a kind that the called function does not take.
        """
        odd = oddness(chosen.candidate.text, self.search.maker.literals.quoted)
        odd *= 1 + UNLIKELY * min(3, self._unlikely(chosen.candidate))
        odd *= PRIVATE if chosen.candidate.target.rpartition(".")[2].startswith("_") else 1.0
        return odd * (4.0 if self._says_nothing(chosen) else 1.0) * (3.0 if chosen.outcome.leaves else 1.0)

    def _unlikely(self, candidate: Candidate) -> int:
        if candidate.origin != "search":
            return 0
        if candidate.text not in self._counted:
            self._counted[candidate.text] = unlikely_arguments(candidate, self.search.by_name)
        return self._counted[candidate.text]

    def _share(self, killed: set[int], until: float) -> None:
        """Find all useful candidates that kill each mutant inside functions, so that fewer candidates are needed."""
        for chosen in self.useful:
            for mutant in killed - chosen.kills:
                if time.monotonic() > until:
                    return
                if mutant in self.bench.at_import or self.mutants[mutant].line not in chosen.outcome.lines:
                    continue
                if self.differs(chosen.candidate, chosen.outcome, mutant):
                    chosen.kills.add(mutant)

    def _share_imported(self, killed: set[int], until: float) -> None:
        """Find more useful candidates that kill each import-time mutant, so that fewer candidates are needed."""
        for mutant in sorted(m for m in killed if m in self.bench.at_import):
            for chosen in self.useful[:80]:
                if time.monotonic() > until:
                    return
                if mutant not in chosen.kills and self.differs(chosen.candidate, chosen.outcome, mutant):
                    chosen.kills.add(mutant)
        self.bench.restore()


def _reach(chosen: Chosen, target: Target) -> tuple[bool, int]:
    return not chosen.outcome.raised, len(chosen.outcome.lines & target.lines)


def _bare(outcome: Outcome) -> bool:
    """Whether all that can be asserted is the kind of a result."""
    return not outcome.raised and not outcome.printed and all(BARE.fullmatch(check) for check in outcome.checks)
