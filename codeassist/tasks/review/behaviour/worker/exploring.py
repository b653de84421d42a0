"""Search one version for calls that run what changed, and send each with what it did."""

from __future__ import annotations

import contextlib
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from _codeassist_search.choosing.seen_later import SeenLater  # type: ignore[import-not-found]
from _codeassist_search.choosing.set_cover import Chosen  # type: ignore[import-not-found]
from _codeassist_search.inputs.mocks import MOCK  # type: ignore[import-not-found]
from _codeassist_search.protocol import ExampleCall  # type: ignore[import-not-found]
from _codeassist_search.running.outcome import Candidate, Outcome  # type: ignore[import-not-found]
from _codeassist_search.running.watched import named_arguments, named_mocks  # type: ignore[import-not-found]
from _codeassist_search.search import Search  # type: ignore[import-not-found]
from _codeassist_search.subjects.target import Target  # type: ignore[import-not-found]
from _codeassist_search.subjects.targets import Inventory  # type: ignore[import-not-found]

from .boundaries import Boundaries
from .hints import hint_attributes, path_texts
from .protocol import PROGRAM
from .running import Runner
from .seeing import Seeing
from .varying import Hints

Send = Callable[[dict[str, Any]], None]

LONGEST = 6_000
"""Characters of a program that is varied."""

HINTED = 0.5
"""Share of variations that put texts and numbers of the changed lines, or of other tests, into a program."""

LATER = 0.3
"""Share of variations in which another call of the same object follows, as only that one may show what has changed."""

OBSERVING, OBSERVED = ("method", "property"), 3
"""Kinds of such calls, and how many of a class are tried in each round."""

HELPERS = 0.1
"""Share of a round for making instances of other modules' classes."""

MOST_REACHING = 200
"""Programs that run changed lines and are kept to be varied."""

TEST = "test"
"""The origin of programs that are taken from tests."""

AWAITED = "can't be used in 'await' expression"
PLAIN_MOCK = re.compile(r"\bmock\.(?:Magic)?Mock\(")
MOST_AWAITED = 4
"""Calls that are tried again at a time with stand-ins that can be awaited."""

CONSTRUCTORS = {"__init__", "__new__", "__post_init__", "__attrs_post_init__"}


class Explorer:
    """Tries calls of the changed functions. `send` passes on each call with what it did, as JSON."""

    def __init__(
        self,
        runner: Runner,
        seeing: Seeing,
        version: dict[str, Any],
        job: dict[str, Any],
        send: Callable[[dict[str, Any]], None],
    ) -> None:
        self.runner, self.seeing, self.send = runner, seeing, send
        self.names: list[str] = version["names"]
        self.through: list[str] = version["through"]
        self.bench = runner.bench
        self.inventory = Inventory(self.bench, ())
        self._add_private()
        self.search = Search(self.bench, self.inventory, job["seed"])
        self.main = [t for t in self.inventory.targets if self._changed(t)]
        self.users = [t for t in self.inventory.targets if t.qualname in self.through and t not in self.main]
        hint_attributes(self.bench.tree, self.inventory.targets)
        for target in self.main:
            if target.qualname in self.search.maker.local:
                pool = self.search.maker.local[target.qualname].by_kind.setdefault("str", [])
                pool.extend(path_texts(self.inventory.trees.get(target.qualname)))
        self.hints = Hints(job["constants"], self.chance)
        self.boundaries = Boundaries(self.bench, seeing.lines, job["constants"], self.chance)
        self.sent: set[str] = set()
        self.reaching: list[Candidate] = []
        self.fresh: list[tuple[Candidate, Outcome]] = []
        """Calls that ran changed lines and were not varied around changed comparisons yet."""

        self.awaited: list[Candidate] = []
        """Calls in which what a stand-in returned was awaited in vain."""

        self.later = SeenLater(self.search.by_name, self.inventory.trees, self.chance, self.search.maker.candidate)
        self.pool: list[Chosen] = []
        """The kept calls, among which those are that may show what a changed method did to its object."""

        self.parameters = {t.name: [p.name for p in t.parameters] for t in self.inventory.targets}

    @property
    def chance(self) -> random.Random:
        """The source of chance of the search."""
        chance: random.Random = self.search.chance
        return chance

    def explore(self, calls: Sequence[Sequence[Any]], until: float) -> None:
        """Try given calls and programs, then new ones, until `until`, a time of `time.monotonic`."""
        self.bench.run = self._recording
        try:
            self.search.evidence([ExampleCall(*call) for call in calls if call[3] != TEST])
            self._tests([call for call in calls if call[3] == TEST], until)
            self._explore(until)
        finally:
            self.bench.run = self.runner.on_bench

    def _add_private(self) -> None:
        """Add the changed private functions and methods, which the inventory leaves out."""
        known = {t.qualname for t in self.inventory.targets}
        for name in self.names:
            owner, _, member = name.rpartition(".")
            if name in known or (member.startswith("__") and member.endswith("__")):
                continue
            cls = self.inventory.classes.get(owner)
            function = getattr(self.bench.module, name, None) if not owner else None
            if cls is not None and member in vars(cls):
                self.inventory.add_member(owner, cls, member, vars(cls)[member])
            elif callable(function) and getattr(function, "__module__", None) == self.bench.name:
                self.inventory.add_function(name, function)

    def _changed(self, target: Target) -> bool:
        if target.kind == "class":
            return any(
                name.rpartition(".")[0] == target.qualname and name.rpartition(".")[2] in CONSTRUCTORS for name in self.names
            )
        return target.qualname in self.names

    def _tests(self, calls: Sequence[Sequence[Any]], until: float) -> None:
        """Run programs from tests, at most half of the time; each counts for the changed function that it runs."""
        until = (time.monotonic() + until) / 2
        for _, text, steps, origin in calls:
            if time.monotonic() > until:
                return
            candidate = Candidate(PROGRAM, tuple(steps), text, origin=origin)
            self.hints.learn(candidate)
            self.search.try_out(candidate, None)
            self._at_boundaries(until)

    def _reached(self, candidate: Candidate, outcome: Outcome) -> Candidate:
        """A program from a test under the name of a changed function that it runs: the one that its last part names, if any."""
        hit = [t for t in self.main if t.lines & outcome.lines] if candidate.target == PROGRAM else []
        if not hit:
            return candidate
        named = [t for t in hit if re.search(rf"\b{re.escape(t.name)}\b", candidate.final)]
        return replace(candidate, target=(named or hit)[0].qualname)

    def _explore(self, until: float) -> None:
        search = self.search
        search.make_helpers(min(until, time.monotonic() + HELPERS * max(0.0, until - time.monotonic())))
        support = [t for t in self.inventory.targets if t.kind in ("class", "classmethod")]
        owners = {t.owner for t in self.main} | {t.qualname for t in self.main}
        for _ in range(12):  # constructors first: methods need instances
            for target in support:
                if time.monotonic() > until:
                    return
                search.attempt(target)
        needed = [t for t in support if t.qualname in owners or t.owner in owners]
        observing = [t for t in self.inventory.targets if t.owner in owners and t.kind in OBSERVING and t not in self.main]
        while (self.main or self.users or self.reaching) and time.monotonic() < until:
            for target in self.main:
                for _ in range(10):
                    if time.monotonic() > until:
                        return
                    search.attempt(target)
                    self._at_boundaries(until)
            for target in (*needed[:4], *self.users, *self.chance.sample(observing, min(OBSERVED, len(observing)))):
                search.attempt(target)
            search.goal_variations.vary(min(until, time.monotonic() + 0.2))
            self._at_boundaries(until)
            self._vary_reaching(until)

    def _at_boundaries(self, until: float) -> None:
        """Vary the calls that ran changed lines since the last time around changed comparisons."""
        while self.fresh:
            found, outcome = self.fresh.pop()
            around = self.boundaries.around(found, outcome)
            tried: Outcome | None = None
            with contextlib.suppress(StopIteration):
                while time.monotonic() < until:
                    candidate = around.send(tried)
                    tried = self.search.try_out(candidate, self.search.by_name.get(candidate.target))

    def _await_stand_ins(self) -> None:
        """Try calls again with stand-ins whose methods are coroutines."""
        awaited, self.awaited = self.awaited[-MOST_AWAITED:], []
        for candidate in awaited:
            parts = [PLAIN_MOCK.sub("mock.AsyncMock(", part) for part in (*candidate.steps, candidate.final)]
            changed = replace(candidate, steps=tuple(parts[:-1]), final=parts[-1])
            self.search.try_out(changed, self.search.by_name.get(candidate.target))

    def _vary_reaching(self, until: float) -> None:
        """Vary calls that run changed lines."""
        chance = self.chance
        self._await_stand_ins()
        for _ in range(12):
            if not self.reaching or time.monotonic() > until:
                return
            chosen = chance.choice(self.reaching)
            candidate = self._seen_later(chosen) if chance.random() < LATER else None
            candidate = candidate or (self.hints.put_into(chosen) if chance.random() < HINTED else None)
            candidate = candidate or self.search.maker.varied(chosen)
            self.search.try_out(candidate, self.search.by_name.get(candidate.target))

    def _seen_later(self, call: Candidate) -> Candidate | None:
        """A call that runs changed lines, followed by another one of the same object; None where none is known."""
        self.pool += [Chosen(*pair) for pair in self.search.kept[len(self.pool) :]]
        later: Candidate | None = self.later.candidate(call, self.pool)
        return later

    def _recording(self, candidate: Candidate, mutant: int = 0, limit: int = 0) -> Outcome:
        """Run a candidate; if it calls a changed function, also send it, with its mutable arguments watched."""
        outcome = self.runner.run(candidate, mutant, limit)
        target = self.search.by_name.get(candidate.target)
        wanted = candidate.target == PROGRAM or (target is not None and self._changed(target)) or self.seeing.ran(outcome)
        if mutant or not wanted or candidate.text in self.sent:
            return outcome
        self.sent.add(candidate.text)
        if outcome.bad:
            return outcome
        candidate = self._reached(candidate, outcome)
        if (outcome.lines & self.seeing.lines or not self.names) and len(candidate.text) < LONGEST:
            self.reaching.append(candidate)
            self.fresh.append((candidate, outcome))
            if len(self.reaching) > MOST_REACHING:
                self.reaching.pop(self.chance.randrange(MOST_REACHING))
        watched = named_arguments(candidate)
        if MOCK.search(candidate.text) and not outcome.raised:
            watched = named_mocks(watched or candidate, self.parameters)
        if watched is not None and watched != candidate:
            second = self.runner.run(watched)
            if not second.bad:
                self.send({"call": as_json(watched), "seen": self.seeing.seen(second)})
                return outcome
        self.send({"call": as_json(candidate), "seen": self.seeing.seen(outcome)})
        if type(outcome.error) is TypeError and AWAITED in str(outcome.error) and PLAIN_MOCK.search(candidate.text):
            self.awaited.append(candidate)
        return outcome


def as_json(candidate: Candidate) -> dict[str, Any]:
    """A candidate as it is sent."""
    return {
        "target": candidate.target,
        "steps": list(candidate.steps),
        "final": candidate.final,
        "watched": list(candidate.watched),
        "origin": candidate.origin,
    }


def candidate_of(call: dict[str, Any]) -> Candidate:
    """A candidate from its form as it is sent."""
    return Candidate(call["target"], tuple(call["steps"]), call["final"], tuple(call["watched"]), call["origin"])
