"""Few candidates that together kill the same mutants and cover the same code; the cost of a candidate for a reader."""

from __future__ import annotations

import ast
import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..running.outcome import Candidate, Outcome


@dataclass
class Chosen:
    """A candidate for a test, with its outcome and the mutants it kills."""

    candidate: Candidate
    outcome: Outcome
    kills: set[int] = field(default_factory=set)
    checks: tuple[str, ...] | None = None
    """What its test asserts; None for everything that was observed."""

    gains: set[object] = field(default_factory=set)
    """What it was chosen for: `("mutant", id)`, lines, and branches as (condition, truth value)."""


def cover(pool: Sequence[Chosen], needed: set[object], factor: Callable[[Chosen], float]) -> list[Chosen]:
    """Candidates of the pool that together provide everything needed, by greedy set cover; `factor` multiplies their cost."""
    # Lazy greedy set cover (Minoux, 1978): gains only shrink, so a recomputed gain that still leads is the best one.
    # Once a form has a test, other candidates of that form become rows of its table and cost less: update their priorities.
    forms: dict[object, list[int]] = {}
    for n, chosen in enumerate(pool):
        forms.setdefault(_table(chosen), []).append(n)
    heap = [
        (-len(needed & gains(c)) / (weight(c.candidate, False) * factor(c)), len(c.candidate.text), n)
        for n, c in enumerate(pool)
    ]
    heapq.heapify(heap)
    taken: list[Chosen] = []
    kept_forms: set[object] = set()
    while needed and heap:
        _, size, n = heapq.heappop(heap)
        chosen = pool[n]
        form = _table(chosen)
        gained = needed & gains(chosen)
        priority = -len(gained) / (weight(chosen.candidate, form in kept_forms) * factor(chosen))
        if not gained:
            continue
        if heap and priority > heap[0][0]:
            heapq.heappush(heap, (priority, size, n))
            continue
        taken.append(chosen)
        chosen.gains = gained
        needed -= gained
        if form not in kept_forms:
            kept_forms.add(form)
            for other in forms[form]:
                similar = pool[other]
                remaining = len(needed & gains(similar))
                if remaining:
                    cost = weight(similar.candidate, True) * factor(similar)
                    heapq.heappush(heap, (-remaining / cost, len(similar.candidate.text), other))
    return taken


def irredundant(kept: list[Chosen]) -> list[Chosen]:
    """Remove candidates whose every gain another one has too; the remaining ones take over their gains."""
    counts = Counter(gain for chosen in kept for gain in gains(chosen))
    needed = {gain for chosen in kept for gain in chosen.gains}
    remaining = []
    for chosen in sorted(kept, key=lambda c: (c.candidate.origin != "search", len(c.gains), -weight(c.candidate, False))):
        if all(counts[gain] > 1 for gain in gains(chosen) & needed):
            counts.subtract(gains(chosen))
        else:
            remaining.append(chosen)
    for chosen in (in_order := [c for c in kept if c in remaining]):
        chosen.gains = gains(chosen) & needed
        needed -= chosen.gains
    return in_order


def gains(chosen: Chosen) -> set[object]:
    """What a test of a candidate provides: mutants that it kills, branches and lines."""
    return {("mutant", m) for m in chosen.kills} | set(chosen.outcome.branches) | set(chosen.outcome.lines)


def weight(candidate: Candidate, row: bool) -> float:
    """The cost of a candidate for a reader: as a row of an existing table, or as a separate test."""
    factor = 0.6 if candidate.origin != "search" else 1.0
    cost = 0.5 if row else 1.0 + 0.3 * len(candidate.steps) + 0.3 * len(candidate.watched)
    return factor * (cost + len(candidate.text) / 120)


def _table(chosen: Chosen) -> object:
    """A key that is equal for candidates that are likely to become rows of the same parametrised test."""
    candidate = chosen.candidate
    try:
        node = ast.parse(candidate.final).body[-1]
    except SyntaxError:
        return candidate.final
    call = node.value if isinstance(node, ast.Expr) else node
    form = (len(call.args), *(k.arg for k in call.keywords)) if isinstance(call, ast.Call) else type(call).__name__
    return (candidate.target, len(candidate.steps), chosen.outcome.raised is None, form)
