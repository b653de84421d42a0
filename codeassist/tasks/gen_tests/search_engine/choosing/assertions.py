"""Select the assertions of each test: one that shows the result, and those that kill mutants no other test kills."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace

from ..running.execution import Bench
from .selection import BARE, SLACK
from .set_cover import Chosen


def trim(bench: Bench, kept: list[Chosen], until: float) -> None:
    """Drop redundant assertions: each test keeps one that shows its result, and together the tests kill the same mutants."""
    failing_checks = _failing(bench, kept, until)
    asserted: list[list[str]] = []
    detected: set[int] = set()
    informative = [
        _most_informative(chosen.outcome.checks, failing) for chosen, failing in zip(kept, failing_checks, strict=True)
    ]
    usage = Counter(
        (chosen.candidate.target, _form(c)) for chosen, checks in zip(kept, informative, strict=True) for c in checks
    )
    for chosen, failing, checks in zip(kept, failing_checks, informative, strict=True):
        target = chosen.candidate.target
        first = min(checks, key=lambda c: (-usage[target, _form(c)], _plainness(c), len(c)), default="")
        asserted.append([first] if first else [])
        detected |= {m for m, checks in failing.items() if not checks or first in checks}
        detected |= set() if chosen.outcome.checks else chosen.kills
    missed = {m for failing in failing_checks for m in failing} - detected
    while missed:
        options = [(n, check) for n, chosen in enumerate(kept) for check in chosen.outcome.checks]
        gains = [len({m for m in missed & failing_checks[n].keys() if check in failing_checks[n][m]}) for n, check in options]
        if not any(gains):
            break
        n, check = options[gains.index(max(gains))]
        asserted[n].append(check)
        missed -= {m for m, checks in failing_checks[n].items() if check in checks}
    for chosen, assertions in zip(kept, asserted, strict=True):
        if not assertions:
            continue
        watched = tuple(name for name in chosen.candidate.watched if any(_is_about(check, name) for check in assertions))
        candidate = replace(chosen.candidate, watched=watched)
        outcome = bench.run(candidate)
        if set(assertions) <= set(outcome.checks) and not outcome.bad:
            chosen.candidate, chosen.outcome = candidate, outcome
            chosen.checks = tuple(c for c in outcome.checks if c in assertions)


def _failing(bench: Bench, kept: list[Chosen], until: float) -> list[dict[int, set[str]]]:
    """For each candidate: killed mutant -> failing assertions (empty: fails otherwise). Stops at `until`, maybe incomplete."""
    failing_by_candidate: list[dict[int, set[str]]] = [{} for _ in kept]
    # in the outer loop, so that an import-time mutant is loaded only once
    for mutant in sorted({m for chosen in kept for m in chosen.kills}):
        for chosen, failing in zip(kept, failing_by_candidate, strict=True):
            if mutant not in chosen.kills:
                continue
            if time.monotonic() > until:
                bench.restore()
                return failing_by_candidate
            before = chosen.outcome
            after = bench.run(chosen.candidate, mutant, limit=1_000 + SLACK * before.steps)
            if after.signature == before.signature:  # a shrunk candidate may no longer kill it
                chosen.kills.discard(mutant)
                continue
            same_end = (after.raised, after.printed) == (before.raised, before.printed) and not after.bad
            failing[mutant] = set(before.checks) - set(after.checks) if same_end else set()
    bench.restore()
    return failing_by_candidate


def _most_informative(checks: tuple[str, ...], failing: dict[int, set[str]]) -> list[str]:
    """The most informative assertions: on the whole result, else those that the most mutants fail."""
    on_result = [c for c in checks if "{v}" in c and c != "{v} is None"]
    on_result = [c for c in on_result if not BARE.fullmatch(c)] or (on_result if len(on_result) == len(checks) else [])
    whole = [c for c in on_result if c.startswith(("{v} ==", "{v} is "))]
    others = on_result or [c for c in checks if "{v}" not in c] or list(checks)
    counts = [sum(c in checks_of_mutant for checks_of_mutant in failing.values()) for c in others]
    return whole[:1] or [c for c, count in zip(others, counts, strict=True) if count == max(counts)]


def _form(check: str) -> str:
    return check.partition(" == ")[0]


def _plainness(check: str) -> int:
    """Rank of an assertion's form: lower for forms that a person would write first."""
    forms = (("list(", "set("), ("{v} ",), ("len(",), ("repr(", "str("), ("isinstance(", "type(", "callable("))
    return next((n for n, starts in enumerate(forms) if check.startswith(starts)), 2)


def _is_about(check: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", check.partition(" == ")[0]) is not None or check.endswith(f" is {name}")
