"""Search for inputs that cover new branches: documented calls first, then values of likely kinds, then variations."""

from __future__ import annotations

import ast
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .goal_variations import GoalVariations
from .goals import Goals
from .inputs.candidates import Maker
from .inputs.doctest_examples import examples
from .inputs.products import Products
from .inputs.repairs import Repairs
from .judging import Judge, is_sure
from .learning import learn
from .protocol import ExampleCall
from .running.execution import Bench
from .running.outcome import Candidate, Outcome
from .subjects.core import by_importance, calls_in
from .subjects.shapes import Shapes
from .subjects.target import Target
from .subjects.targets import Inventory

KEPT = 60
"""Maximum candidates per target that are varied further."""

SHAPES = 4
"""Maximum candidates with the same form of outcome and the same branches that are kept without covering anything new."""

HELPED = 15
"""How often each constructor of another module's class is tried."""

LEARNING = 0.1
"""The largest share of the exploration in which calls are only traced, of functions and of methods."""

PUBLIC_FIRST, ENOUGH = 0.4, 40
"""Share of the exploration, and rounds without anything new, after which private functions are called too."""

TIMES = 3
"""How often everything is called before parameters are traced."""

FIRST_PASS = 1.0
"""Seconds of CPU time that every exploration has for calling everything once, also when its time is over."""

SLOW = 0.03
"""Seconds; slower candidates are kept but not varied, because many fast ones cover more."""


AIMING, MOST_AIMING = 8.0, 64.0
"""Variations for what was not reached take so many times as long as the calls of a round; longer while they reach more."""

FEWEST_CONSTRUCTIONS, MOST_CONSTRUCTIONS = 8, 50

SHORTEST = 0.1
"""Seconds that such variations have in each round."""

COSTLY = 0.6
"""Seconds of calls from which on a target may not take more than its share of the time: those that run too long cost most."""

LARGEST_SHARE = 0.15
"""The share of the time of all calls that one target may take; twice an equal share where there are few targets."""


class Search:
    """Tracks what was covered and which candidates to vary further."""

    def __init__(self, bench: Bench, inventory: Inventory, seed: int) -> None:
        """Prepare pools for one module."""
        self.bench, self.inventory = bench, inventory
        self.maker = Maker(bench, inventory, seed)
        self.chance = self.maker.chance
        self.by_name = self.maker.by_name
        self.products = Products(bench.tree, inventory)
        self.reached: set[Any] = set()
        self.goals = Goals(self.chance)
        self.goal_variations = GoalVariations(bench, self.maker, self.goals, self.try_out)
        self.repairs = Repairs(self.maker.entry)
        self.kept: list[tuple[Candidate, Outcome]] = []
        self.judge = Judge(bench, self.by_name)
        self.texts: set[str] = set()
        self.record: Path | None = None
        """The file to which kept candidates are written."""

        self._shapes: Counter[Any] = Counter()
        self._spent = 0.0
        self._share_of_one = max(LARGEST_SHARE, 2 / max(1, len(inventory.targets)))

    def try_out(self, candidate: Candidate, target: Target | None) -> Outcome | None:
        """Run a candidate and keep it if it covers or shows something new; None when it already ran."""
        if candidate.text in self.texts:
            return None
        self.texts.add(candidate.text)
        candidate, outcome = self.bench.settle(candidate)
        self._spent += outcome.seconds
        if target is not None:
            target.tried += 1
            target.spent += outcome.seconds
            self.goals.note(candidate, outcome, target)
        if outcome.bad == "endless" and candidate.plausible:
            self.judge.suspect(candidate, outcome, "does not terminate")
        if outcome.bad:
            return outcome
        if outcome.raised and not self.judge.explained(outcome, target):
            if outcome.where and not self.judge.refuses_input(outcome) and (candidate.plausible or is_sure(target)):
                self.judge.suspect(candidate, outcome, f"raises {outcome.raised[0]}: {outcome.raised[2]}")
            outcome.bad = "unexplained exception"
            return outcome
        if target is not None and not outcome.raised and target.kind in ("class", "classmethod", "static", "function"):
            self.maker.instances.remember(candidate, outcome)  # every way to make an instance is useful
            self.maker.results.note(candidate, outcome)
        if target is not None and outcome.product is not None:
            self.products.note(target, candidate, outcome)
        outcome.product = None
        self._keep_if_new(candidate, outcome, target)
        return outcome

    def _keep_if_new(self, candidate: Candidate, outcome: Outcome, target: Target | None) -> None:
        newly_covered = (outcome.lines | outcome.branches | outcome.parts) - self.reached
        form = outcome.raised[:1] if outcome.raised else _shape(outcome.checks)
        shape = (candidate.target, form, outcome.branches)
        new_result = target is None or (outcome.signature not in target.signatures and self._shapes[shape] < SHAPES)
        if newly_covered or new_result or candidate.origin != "search":
            self._shapes[shape] += 1
            self.reached |= newly_covered
            if newly_covered:
                self.maker.instances.credit(candidate, len(newly_covered))
            if newly_covered and target is not None and target.owner and not outcome.raised and candidate.watched:
                self.maker.sequences.remember(target.owner, candidate)
            self.kept.append((candidate, outcome))
            if self.record is not None and candidate.origin == "search":
                with self.record.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([candidate.target, candidate.final, list(candidate.steps)]) + "\n")
            if target is not None:
                target.signatures.add(outcome.signature)
                if outcome.seconds < SLOW or not target.corpus:
                    target.corpus.append(candidate)
                if len(target.corpus) > KEPT:
                    target.corpus.pop(self.chance.randrange(len(target.corpus) - 1))

    def evidence(self, calls: list[ExampleCall]) -> None:
        """Run the examples from the documentation and the calls from the rest of the repository."""
        for target in self.inventory.targets:
            for steps, final in examples(target.documentation):
                self._example(steps, final, target.qualname)
        module_doc = ast.get_docstring(self.bench.tree) or ""
        for steps, final in examples(module_doc):
            self._example(steps, final, self._documented_target(final))
        for call in calls:
            called = self.by_name.get(call.target)
            if called is not None:
                steps = self.maker.with_imports(tuple(call.steps), call.text)
                watched = (called.variable,) if steps and called.kind == "method" else ()
                candidate = Candidate(
                    called.qualname, steps, call.text, watched, call.origin, plausible=call.origin != "search"
                )
                self.try_out(candidate, called)

    def _example(self, steps: tuple[str, ...], final: str, name: str) -> None:
        steps = self.maker.with_imports(steps, final)
        self.try_out(Candidate(name, steps, final, origin="documentation", plausible=True), self.by_name.get(name))

    def _documented_target(self, text: str) -> str:
        names = re.findall(r"\w+", text)
        return next((n for n in names if n in self.by_name), names[0] if names else "")

    def explore(self, until: float) -> None:
        """Try random values of likely kinds and variations of earlier calls until `until`, a time of `time.monotonic`.

        Everything is called once even if the time is over before: a busy machine must not lead to no tests at all.
        """
        targets = by_importance(self.inventory.targets, calls_in(self.bench.package))
        if not targets:
            return
        shapes = Shapes(self.bench, self.inventory, self.maker)
        if self._first_pass(targets, until):
            self._explore_on(targets, shapes, until)

    def _first_pass(self, targets: Sequence[Target], until: float) -> bool:
        """Try every target, for `FIRST_PASS` of CPU time also when the time is over. Whether time is left."""
        spent = time.process_time()
        for target in (t for _ in range(TIMES) for t in targets):
            if time.monotonic() > until and time.process_time() - spent > FIRST_PASS:
                break
            self.attempt(target)
        return time.monotonic() < until

    def _explore_on(self, targets: Sequence[Target], shapes: Shapes, until: float) -> None:
        """Learn what parameters take, make instances, then go round all targets and goals."""
        for methods in (False, True):  # constructors first: methods need instances
            shapes.learn(_share(until, LEARNING), methods=methods)
            self.make_helpers(_share(until, 0.1))
            for target in (t for t in targets if t.kind in ("class", "classmethod")):
                for _ in range(self._constructions(target)):
                    if time.monotonic() > until:
                        return
                    self.attempt(target)
        idle, aiming, half = 0, AIMING, _share(until, PUBLIC_FIRST)
        while time.monotonic() < until and idle < 200:
            if self.inventory.private and (time.monotonic() > half or idle > ENOUGH):
                targets = [*targets, *self._open_private(shapes, until)]
            before, began = len(self.reached), time.monotonic()
            for target in targets:
                for _ in range(10 if self.open(target) else 2):
                    if time.monotonic() > until:
                        return
                    self.attempt(target)
            now, known = time.monotonic(), len(self.reached)
            self.goal_variations.vary(min(until, now + max(SHORTEST, aiming * (now - began))))
            aiming = min(MOST_AIMING, 2 * aiming) if len(self.reached) > known else max(1.0, aiming / 2)
            idle = 0 if len(self.reached) > before else idle + 1

    def _open_private(self, shapes: Shapes, until: float) -> list[Target]:
        """Private functions, methods and classes with code that calls of public ones did not reach; targets from now on."""
        owners = {t.owner for t in self.inventory.targets if t.owner and self.open(t)}
        opened = [t for t in self.inventory.private if self.open(t) or (t.kind == "class" and t.owner in owners)]
        self.inventory.private.clear()
        self.inventory.targets += opened
        if opened:
            shapes.learn(_share(until, LEARNING), targets=opened)
        return opened

    def _constructions(self, target: Target) -> int:
        """How often a constructor is tried at first: more often where many methods need its instances."""
        methods = sum(t.owner == target.owner for t in self.inventory.targets) if target.kind == "class" else 0
        return min(MOST_CONSTRUCTIONS, max(FEWEST_CONSTRUCTIONS, methods))

    def make_helpers(self, until: float) -> None:
        """Find expressions that make instances of the classes of other modules which parameters take."""
        for _ in range(HELPED):
            for target in reversed(self.inventory.helpers.values()):  # those that others need first
                candidate = self.maker.candidate(target)
                if time.monotonic() > until:
                    return
                if candidate is None:
                    continue
                outcome = self.bench.run(candidate)
                if not outcome.raised and outcome.bad in ("", "nothing stable to assert"):
                    outcome.kind = target.name
                    self.maker.instances.remember(candidate, outcome)

    def open(self, target: Target) -> bool:
        """Whether a target has uncovered lines or branches."""
        if any(line in self.bench.instrumenter.lines and line not in self.reached for line in target.lines):
            return True
        conditions = self.bench.instrumenter.conditions
        return any(
            line in target.lines and ((n, True) not in self.reached or (n, False) not in self.reached)
            for n, line in conditions.items()
        )

    def attempt(self, target: Target) -> None:
        """Try one new call of a target, or a variation of one that it knows; nothing when its calls take too much time."""
        if target.spent > (COSTLY if target.corpus else COSTLY / 2) and target.spent > self._share_of_one * self._spent:
            return
        if target.corpus and self.chance.random() < 0.45:
            candidate = self.maker.varied(self.chance.choice(target.corpus))
        else:
            new_candidate = self.maker.candidate(target)
            if new_candidate is None:
                return
            candidate = new_candidate
        outcome = self.try_out(candidate, target)
        if outcome is not None:
            learn(self.maker, target, candidate, outcome)
            self.repairs.follow(candidate, outcome, lambda repaired: self.try_out(repaired, target))


def _share(until: float, part: float) -> float:
    """The time after a part of what is left until `until`."""
    now = time.monotonic()
    return now + part * max(0.0, until - now)


def _shape(checks: tuple[str, ...]) -> str:
    """The form of the first assertion, without its values."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "#", checks[0])[:40] if checks else ""
