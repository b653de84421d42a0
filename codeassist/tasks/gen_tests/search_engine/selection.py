"""Pick few candidates that tell many mutants apart and reach every branch; look further for mutants that survive."""

from __future__ import annotations

import ast
import heapq
import time
from collections import Counter
from dataclasses import dataclass, field, replace

from .execution import Bench, Candidate, Outcome, named_arguments
from .protocol import Reached
from .search import SLOW, Search

SLACK = 30
"""A mutant may take this many times the steps of the module itself before it counts as endless."""


@dataclass
class Chosen:
    """A candidate that becomes a test: what it did, and the mutants it kills."""

    candidate: Candidate
    outcome: Outcome
    kills: set[int] = field(default_factory=set)
    checks: tuple[str, ...] | None = None
    """What its test asserts, when that is less than all that was observed."""

    gains: set[object] = field(default_factory=set)
    """What it was chosen for: `("mutant", id)`, lines, and branches as (condition, way)."""


class Selection:
    """Mutants and the candidates that kill them."""

    def __init__(self, bench: Bench, search: Search, have: Reached | None = None) -> None:
        """Start with every mutant alive; `have` is what need not be tested again, or the only lines that are wanted."""
        have = have or Reached()
        self.seen: set[object] = {*have.lines, *(tuple(b) for b in have.branches)}
        only = set(have.only)
        if only:
            self.seen |= set(bench.instrumenter.lines) - only
            self.seen |= {
                (n, way) for n, line in bench.instrumenter.conditions.items() if line not in only for way in (True, False)
            }
        self.bench, self.search = bench, search
        self.mutants = {m.id: m for m in bench.instrumenter.mutants}
        self.alive = set(self.mutants) - set(have.killed)
        if only:
            self.alive = {m for m in self.alive if self.mutants[m].line in only}
        self.wanted = set(self.alive)
        self.pool: list[Chosen] = []
        self.useful: list[Chosen] = []

    def differs(self, candidate: Candidate, outcome: Outcome, mutant: int) -> bool:
        """Whether a mutant shows in what the candidate's test would assert."""
        return self.bench.run(candidate, mutant, limit=1_000 + SLACK * outcome.steps).signature != outcome.signature

    def reach(self, outcome: Outcome) -> list[int]:
        """The living mutants whose line a candidate runs; those of import time have a turn of their own."""
        return [m for m in self.alive if self.mutants[m].line in outcome.lines and m not in self.bench.at_import]

    def take(self, candidate: Candidate, outcome: Outcome, until: float) -> None:
        """Try a steady candidate against the living mutants it reaches."""
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

    def hunt(self, until: float) -> None:
        """Vary candidates that reach surviving mutants until one shows a difference."""
        chance = self.search.chance
        rounds: dict[int, int] = {}
        while self.alive and time.monotonic() < until:
            wanted = sorted(
                (m for m in self.alive if rounds.get(m, 0) < 8_000 and m not in self.bench.at_import),
                key=lambda m: rounds.get(m, 0),
            )
            if not wanted:
                return
            mutant = wanted[0] if chance.random() < 0.7 else chance.choice(wanted)
            line = self.mutants[mutant].line
            near = [c for c in self.pool if line in c.outcome.lines and c.outcome.seconds < SLOW]
            targets = [t for t in self.search.inventory.targets if line in t.lines]
            rounds[mutant] = rounds.get(mutant, 0) + 12
            for _ in range(12):
                if time.monotonic() > until:
                    return
                made = self.search.maker.varied(chance.choice(near).candidate) if near and chance.random() < 0.7 else None
                if made is None:
                    made = self.search.maker.candidate(chance.choice(targets)) if targets else None
                if made is None:
                    break
                made, outcome = self.bench.settle(made)
                if outcome.bad or (outcome.raised and not self.search.explained(outcome, self.search.by_name.get(made.target))):
                    continue
                if outcome.checks == ("{v} is None",):
                    made, outcome = self.watching(made, outcome)
                if any(self.mutants[m].line in outcome.lines for m in self.alive):
                    before = len(self.alive)
                    self._challenge(made, outcome, until)
                    if len(self.alive) < before and mutant not in self.alive:
                        break

    def _challenge(self, candidate: Candidate, outcome: Outcome, until: float) -> None:
        chosen = Chosen(candidate, outcome)
        for mutant in self.reach(outcome):
            if time.monotonic() > until:
                break
            if self.differs(candidate, outcome, mutant):
                chosen.kills.add(mutant)
        if chosen.kills:
            again = self.bench.run(candidate)  # what differs by chance proves nothing
            if again.signature != outcome.signature:
                return
            self.alive -= chosen.kills
            self.pool.append(chosen)
            self.useful.append(chosen)
        elif outcome.branches - self.search.reached:
            self.pool.append(chosen)

    def watching(self, candidate: Candidate, outcome: Outcome) -> tuple[Candidate, Outcome]:
        """A candidate that looks at the lists and dictionaries it gives away, where the call changes them."""
        named = None if outcome.raised else named_arguments(candidate)
        if named is None:
            return candidate, outcome
        seen = self.bench.run(named)
        given = dict(step.split(" = ", 1) for step in named.steps if " = " in step)
        changed = tuple(
            n
            for n in named.watched
            if n in given and any(c.startswith(f"{n} ==") and c != f"{n} == {given[n]}" for c in seen.checks)
        )
        if not changed or seen.bad:
            return candidate, outcome
        named = replace(named, watched=changed)
        return named, self.bench.run(named)

    def reduce(self, until: float) -> list[Chosen]:
        """A small suite with the same branches and kills: greedy set cover, shorter and documented ones first."""
        killed = self.wanted - self.alive
        for chosen in self.useful:
            if time.monotonic() > until:
                break
            for mutant in killed - chosen.kills:
                if time.monotonic() > until:
                    break
                if mutant in self.bench.at_import or self.mutants[mutant].line not in chosen.outcome.lines:
                    continue
                if self.differs(chosen.candidate, chosen.outcome, mutant):
                    chosen.kills.add(mutant)
        self._share_imported(killed, until)
        needed: set[object] = {("mutant", m) for m in killed}
        for chosen in self.pool:
            needed |= chosen.outcome.branches | chosen.outcome.lines
        needed -= self.seen
        # Lazy greedy set cover (Minoux, 1978): a gain only shrinks, so an old one that still leads need not be counted again.
        # Once a test of a form is kept, more of that form are rows of its table and cost less: they are weighed anew.
        forms: dict[object, list[int]] = {}
        for n, chosen in enumerate(self.pool):
            forms.setdefault(_table(chosen), []).append(n)
        heap = [
            (-len(needed & _gains(c)) / _weight(c.candidate, False), len(c.candidate.text), n) for n, c in enumerate(self.pool)
        ]
        heapq.heapify(heap)
        kept: list[Chosen] = []
        known: set[object] = set()
        while needed and heap:
            _, size, n = heapq.heappop(heap)
            chosen = self.pool[n]
            form = _table(chosen)
            gained = needed & _gains(chosen)
            worth = -len(gained) / _weight(chosen.candidate, form in known)
            if not gained:
                continue
            if heap and worth > heap[0][0]:
                heapq.heappush(heap, (worth, size, n))
                continue
            kept.append(chosen)
            chosen.gains = gained
            needed -= gained
            if form not in known:
                known.add(form)
                for other in forms[form]:
                    one = self.pool[other]
                    rest = len(needed & _gains(one))
                    if rest:
                        heapq.heappush(heap, (-rest / _weight(one.candidate, True), len(one.candidate.text), other))
        return _irredundant(kept)

    def _share_imported(self, killed: set[int], until: float) -> None:
        """Which of the useful candidates also kill each mutant of import time, so that few need be kept for them."""
        for mutant in sorted(m for m in killed if m in self.bench.at_import):
            for chosen in self.useful[:80]:
                if time.monotonic() > until:
                    return
                if mutant not in chosen.kills and self.differs(chosen.candidate, chosen.outcome, mutant):
                    chosen.kills.add(mutant)
        self.bench.restore()


def _irredundant(kept: list[Chosen]) -> list[Chosen]:
    """Without those whose every gain the others have too; what is left takes over their gains."""
    counts = Counter(gain for chosen in kept for gain in _gains(chosen))
    wanted = {gain for chosen in kept for gain in chosen.gains}
    left = []
    for chosen in sorted(kept, key=lambda c: (c.candidate.origin != "search", len(c.gains), -_weight(c.candidate, False))):
        if all(counts[gain] > 1 for gain in _gains(chosen) & wanted):
            counts.subtract(_gains(chosen))
        else:
            left.append(chosen)
    for chosen in (order := [c for c in kept if c in left]):
        chosen.gains = _gains(chosen) & wanted
        wanted -= chosen.gains
    return order


def _gains(chosen: Chosen) -> set[object]:
    return {("mutant", m) for m in chosen.kills} | set(chosen.outcome.branches) | set(chosen.outcome.lines)


def _weight(candidate: Candidate, row: bool) -> float:
    """What a candidate costs a reader: as a row of a table that is there anyway, or as a test of its own."""
    known = 0.6 if candidate.origin != "search" else 1.0
    own = 0.5 if row else 1.0 + 0.3 * len(candidate.steps) + 0.3 * len(candidate.watched)
    return known * (own + len(candidate.text) / 120)


def _table(chosen: Chosen) -> object:
    """What candidates have in common that are likely to become rows of one table."""
    candidate = chosen.candidate
    try:
        node = ast.parse(candidate.final).body[-1]
    except SyntaxError:
        return candidate.final
    call = node.value if isinstance(node, ast.Expr) else node
    form = (len(call.args), *(k.arg for k in call.keywords)) if isinstance(call, ast.Call) else type(call).__name__
    return (candidate.target, len(candidate.steps), chosen.outcome.raised is None, form)
