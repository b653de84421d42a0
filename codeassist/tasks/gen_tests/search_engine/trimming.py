"""What of a candidate's observations its test asserts: what shows the result, and what kills a mutant no other test kills."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace

from .execution import Bench
from .selection import SLACK, Chosen


def trim(bench: Bench, kept: list[Chosen], until: float) -> None:
    """Drop assertions that tell nothing more: each test keeps what shows its result, and together they kill as before."""
    fails = _failing(bench, kept, until)
    asserted: list[list[str]] = []
    shown: set[int] = set()
    telling = [_telling(chosen.outcome.checks, failing) for chosen, failing in zip(kept, fails, strict=True)]
    usual = Counter((chosen.candidate.target, _form(c)) for chosen, checks in zip(kept, telling, strict=True) for c in checks)
    for chosen, failing, checks in zip(kept, fails, telling, strict=True):
        target = chosen.candidate.target
        first = min(checks, key=lambda c: (-usual[target, _form(c)], _plainness(c), len(c)), default="")
        asserted.append([first] if first else [])
        shown |= {m for m, checks in failing.items() if not checks or first in checks}
        shown |= set() if chosen.outcome.checks else chosen.kills
    left = {m for failing in fails for m in failing} - shown
    while left:
        options = [(n, check) for n, chosen in enumerate(kept) for check in chosen.outcome.checks]
        gains = [len({m for m in left & fails[n].keys() if check in fails[n][m]}) for n, check in options]
        if not any(gains):
            break
        n, check = options[gains.index(max(gains))]
        asserted[n].append(check)
        left -= {m for m, checks in fails[n].items() if check in checks}
    for chosen, wanted in zip(kept, asserted, strict=True):
        if not wanted:
            continue
        watched = tuple(name for name in chosen.candidate.watched if any(_about(check, name) for check in wanted))
        candidate = replace(chosen.candidate, watched=watched)
        outcome = bench.run(candidate)
        if set(wanted) <= set(outcome.checks) and not outcome.bad:
            chosen.candidate, chosen.outcome = candidate, outcome
            chosen.checks = tuple(c for c in outcome.checks if c in wanted)


def _failing(bench: Bench, kept: list[Chosen], until: float) -> list[dict[int, set[str]]]:
    """By candidate and mutant it kills: the assertions that fail, none where it ends otherwise; as far as the time goes."""
    fails: list[dict[int, set[str]]] = [{} for _ in kept]
    for mutant in sorted({m for chosen in kept for m in chosen.kills}):  # a mutant of import time is loaded once
        for chosen, failing in zip(kept, fails, strict=True):
            if mutant not in chosen.kills:
                continue
            if time.monotonic() > until:
                bench.restore()
                return fails
            was = chosen.outcome
            now = bench.run(chosen.candidate, mutant, limit=1_000 + SLACK * was.steps)
            if now.signature == was.signature:  # a shorter candidate no longer shows it
                chosen.kills.discard(mutant)
                continue
            same = (now.raised, now.printed) == (was.raised, was.printed) and not now.bad
            failing[mutant] = set(was.checks) - set(now.checks) if same else set()
    bench.restore()
    return fails


def _telling(checks: tuple[str, ...], failing: dict[int, set[str]]) -> list[str]:
    """The assertions that say most: the result itself, else what most mutants change."""
    about = [c for c in checks if "{v}" in c and c != "{v} is None"]
    whole = [c for c in about if c.startswith(("{v} ==", "{v} is "))]
    others = about or [c for c in checks if "{v}" not in c] or list(checks)
    counts = [sum(c in told for told in failing.values()) for c in others]
    return whole[:1] or [c for c, count in zip(others, counts, strict=True) if count == max(counts)]


def _form(check: str) -> str:
    return check.partition(" == ")[0]


def _plainness(check: str) -> int:
    """How little an assertion looks like one that a person writes first."""
    forms = (("list(", "set("), ("{v} ",), ("len(",), ("repr(", "str("), ("isinstance(", "type(", "callable("))
    return next((n for n, starts in enumerate(forms) if check.startswith(starts)), 2)


def _about(check: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", check.partition(" == ")[0]) is not None
