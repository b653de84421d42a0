"""Explore two versions of a module at once, in two processes, and keep the calls in which they differ."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from .attributing import Pair, enough, shortest, suspects
from .comparing import ORDER, chosen, described, grouped, kind_of
from .narrowing import separated, shrunk
from .peer import CannotStart, Gone, Peer, both, error_of
from .protocol import Call, Comparison, Difference, Job, Seen

EXPLORING = 0.6
"""Share of the budget after which no further round of exploration begins."""

ROUND = 0.1
ROUND_SECONDS = 0.6
"""The length of one round: a share of the budget, and its least seconds."""

LEAST_ROUNDS = 2
"""Rounds after which exploration may end if anything differs."""

ENOUGH = 60
"""Calls of each changed function that does not differ, before exploration ends because another one does."""

MUTANTS = 0.15
SHRINKING = 0.2
LEAST_SECONDS = 1.0
ENDING = 0.5
"""The least seconds for running the differences again, besides importing both versions again."""

MOST_CALLS = 6_000
"""Calls of one round and version that are compared."""

MOST_GROUPS = 8
"""Different differences that are shrunk and checked."""

MOST_STEADY = 400
"""Differing calls of one round that run again."""

MOST_UNWATCHED = 120
"""Calls of one round whose arguments differ from run to run, that run again for their results alone."""


class Comparer:
    """The two processes, and what was found."""

    def __init__(self, job: Job) -> None:
        """Nothing runs yet."""
        self.job, self.started, self.end = job, time.monotonic(), time.monotonic() + job.limit
        self.seconds = job.seconds
        self.before, self.after = Peer(job, job.before), Peer(job, job.after)
        self.result = Comparison()
        self.pairs: list[Pair] = []
        self.differing: list[Pair] = []

    def run(self) -> Comparison:
        """All steps within the job's seconds, which start when both versions are imported."""
        try:
            if self._start():
                self._search()
        except (Gone, CannotStart) as error:
            self.result.error = self.result.error or str(error) or "its processes ended"
        finally:
            self.before.stop()
            self.after.stop()
        return self.result

    def _start(self) -> bool:
        """Import both versions; an error of one of them alone is a result."""
        errors = both(lambda: error_of(self.before.start), lambda: error_of(self.after.start))
        if any(errors):
            self.result.error, self.result.imported = errors[1] or errors[0], False
            self.result.only = "after" if not errors[0] else "before" if not errors[1] else ""
            return False
        took, self.started = time.monotonic() - self.started, time.monotonic()
        self.seconds = min(self.job.seconds, self.end - self.started - took - max(ENDING, took))
        if self.seconds < LEAST_SECONDS:
            self.result.error = f"starting both versions took {took:.0f} s, too long for the time that is left"
            return False
        return True

    def _until(self, share: float) -> float:
        return self.started + share * self.seconds

    def _search(self) -> None:
        if not {*self.before.targets, *self.after.targets} and not any(call[3] == "test" for call in self.job.calls):
            self.result.error = "nothing that changed can be called from outside, and no test of it can be run alone"
            return
        self._round(self.job.calls)
        rounds = 1
        while time.monotonic() < self._until(EXPLORING) and not (rounds >= LEAST_ROUNDS and self._is_enough()):
            self._round([])
            rounds += 1
        self._count()
        groups = separated(grouped(self.differing), self._causes)
        if not groups:
            self._mutants()
            return
        shown = []
        for group in chosen(groups)[:MOST_GROUPS]:
            until = min(time.monotonic() + SHRINKING * self.seconds / 2, self._until(0.9))
            shown.append((group[0], shrunk(group, groups[group], self.before, self.after, self._causes, until)))
        self.result.differences = self._confirmed(shown, {g[:2]: len(groups[g]) for g in groups})

    def _causes(self, pair: Pair) -> tuple[str, ...]:
        """The functions that ran in a call and that, new in the old version, change what it does."""
        call, before, _ = pair
        causes = []
        for name in suspects(*pair):
            source = self.job.functions.get(name)
            seen = self.before.run_replaced(call, name, source) if source else None
            if seen is not None and seen.digest != before.digest:
                causes.append(name)
        return tuple(causes)

    def _is_enough(self) -> bool:
        """Whether something differs, and no changed function was hardly run: by counts, because seconds depend on the load."""
        return bool(self.differing) and enough(self.pairs, self.differing, self.job.after.spans, ENOUGH)

    def _round(self, calls: Sequence[Any]) -> None:
        """Explore both versions for a moment, then run the calls of each on the other one."""
        seconds = max(ROUND_SECONDS, ROUND * self.seconds)
        mine, theirs = both(
            lambda: self._explore(self.before, seconds, calls), lambda: self._explore(self.after, seconds, calls)
        )
        until = time.monotonic() + max(2 * seconds, LEAST_SECONDS)
        mine, theirs = mine[:MOST_CALLS], theirs[:MOST_CALLS]
        on_after, on_before = both(
            lambda: self.after.run([c for c, _ in mine], until), lambda: self.before.run([c for c, _ in theirs], until)
        )
        pairs = [(c, b, a) for (c, b), a in zip(mine, on_after, strict=True) if a is not None]
        pairs += [(c, b, a) for (c, a), b in zip(theirs, on_before, strict=True) if b is not None]
        self.pairs += pairs
        self.differing += self._steady([p for p in pairs if kind_of(*p)])

    def _explore(self, peer: Peer, seconds: float, calls: Sequence[Any]) -> list[tuple[Call, Seen]]:
        found: list[tuple[Call, Seen]] = []
        try:
            peer.ask(
                {"do": "explore", "seconds": seconds, "calls": list(calls)},
                seconds + 4.0,
                lambda m: found.append((Call(**m["call"]), Seen(**m["seen"]))),
            )
        except Gone:
            peer.restart()
        return found

    def _steady(self, pairs: list[Pair]) -> list[Pair]:
        """The pairs whose outcomes are the same when the calls run again."""
        until = time.monotonic() + max(LEAST_SECONDS, 0.1 * self.seconds)
        pairs = shortest(pairs, MOST_STEADY)
        kept, unsteady = self._again(pairs, until)
        self.result.unstable += len(unsteady)
        return kept or self._unwatched(unsteady, until)

    def _again(self, pairs: list[Pair], until: float) -> tuple[list[Pair], list[Pair]]:
        """(pairs of which both versions do the same again, the others that ran)."""
        calls = [p[0] for p in pairs]
        first, second = both(lambda: self.before.run(calls, until), lambda: self.after.run(calls, until))
        kept: list[Pair] = []
        unsteady: list[Pair] = []
        for pair, before, after in zip(pairs, first, second, strict=True):
            if before is not None and after is not None:
                same = (before.digest, after.digest) == (pair[1].digest, pair[2].digest)
                (kept if same else unsteady).append(pair)
        return kept, unsteady

    def _unwatched(self, pairs: list[Pair], until: float) -> list[Pair]:
        """The calls without their arguments afterwards, such as one with a time, where their results alone differ."""
        watched = [p[0] for p in pairs if p[0].watched]
        calls = [Call(c.target, c.steps, c.final, [], c.origin) for c in watched[:MOST_UNWATCHED]]
        first, second = both(lambda: self.before.run(calls, until), lambda: self.after.run(calls, until))
        found = [(c, b, a) for c, b, a in zip(calls, first, second, strict=True) if b is not None and a is not None]
        return self._again([pair for pair in found if kind_of(*pair)], until)[0]

    def _count(self) -> None:
        usable = [p for p in self.pairs if "unusable" not in (p[1].kind, p[2].kind) and not (p[1].at_call or p[2].at_call)]
        self.result.inputs = dict(Counter(p[0].target for p in usable))
        self.result.reached = dict(Counter(p[0].target for p in usable if p[1].reaches or p[2].reaches))

    def _mutants(self) -> None:
        """How many mutants of the changed lines the calls would notice."""
        reaching = [p[0] for p in self.pairs if p[2].reaches and p[2].kind != "unusable"]
        calls = sorted(reaching, key=lambda c: len(c.text))[:150]
        seconds = max(LEAST_SECONDS, MUTANTS * self.seconds)
        try:
            noticed, tried = self.after.ask(
                {"do": "mutants", "calls": [asdict(c) for c in calls], "seconds": seconds}, seconds + 4.0
            )
        except Gone:
            return
        self.result.mutants = (noticed, tried)

    def _confirmed(self, shown: list[tuple[str, Pair]], counts: dict[tuple[str, ...], int]) -> list[Difference]:
        """The differences that are the same in fresh processes with another hash seed, each call run twice."""
        calls = [pair[0] for _, pair in shown]
        self.before.stop()
        self.after.stop()
        self.before, self.after = (Peer(self.job, v, "4242", explores=False) for v in (self.job.before, self.job.after))
        if any(both(lambda: error_of(self.before.start), lambda: error_of(self.after.start))):
            return []
        until = min(time.monotonic() + 10, self.end)
        twice = [call for call in calls for _ in range(2)]
        first, second = both(lambda: self.before.run(twice, until), lambda: self.after.run(twice, until))
        confirmed = []
        for n, (function, (call, before, after)) in enumerate(shown):
            mine, theirs = first[2 * n : 2 * n + 2], second[2 * n : 2 * n + 2]
            steady = all(s is not None and s.digest == before.digest for s in mine) and all(
                s is not None and s.digest == after.digest for s in theirs
            )
            count = counts.get((function, kind_of(call, before, after)), 1)
            pair = [(call, before, after)] if steady else self._unwatched([(call, before, after)], until)
            self.result.unstable += not pair
            confirmed += [described(*one, count, function) for one in pair]
        return self._in_order(confirmed)

    def _in_order(self, differences: list[Difference]) -> list[Difference]:
        """One difference of each kind a function, the most surprising first, then in the order of the file."""
        names = list(self.job.after.spans)
        kept: dict[tuple[str, str], Difference] = {}
        for difference in sorted(differences, key=lambda d: len(d.final) + sum(map(len, d.steps))):
            kept.setdefault((difference.function, difference.kind), difference)
        position = {name: n for n, name in enumerate(names)}
        return sorted(kept.values(), key=lambda d: (ORDER.index(d.kind), position.get(d.function, len(names)), d.function))
