"""Effects that show only later: a setting of an object is tested by what another of its methods gives afterwards.

A setter that stores a private attribute returns None and changes nothing that a test may look at. Its call becomes a step of
a call that gives a value, of the same object: `table.set_width(9)` before `table.draw()`.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..running.outcome import Candidate
from ..subjects.target import Target
from .set_cover import Chosen

MOST_STEPS = 5
"""Calls with more steps before them get no further one."""

DEEPEST = 2
"""Calls of other methods through which the attributes are followed that a method reads."""

CALLS = ("class", "method", "setter", "operator")

Make = Callable[[Target], "Candidate | None"]


def gives_value(check: str) -> bool:
    """Whether an assertion is about a result other than None."""
    return "{v}" in check and check != "{v} is None"


class SeenLater:
    """Puts the calls of some methods, and constructors, before calls of other methods of the same object."""

    def __init__(self, targets: Mapping[str, Target], trees: Mapping[str, ast.AST], chance: random.Random, make: Make) -> None:
        """`targets` and `trees` (of functions) are by qualified name; `make` gives a call of a target, or None."""
        self.targets, self.chance, self.make = targets, chance, make
        self._reads = reads({n: trees.get(n) for n, t in targets.items() if t.owner}, trees)
        self._observers: dict[str, list[Candidate]] = {}
        self._known = 0

    def candidate(self, call: Candidate, pool: Sequence[Chosen]) -> Candidate | None:
        """A call of `pool` with the given call as a step, or as what makes its object; None where there is none.

        A call that gives a value itself gets, half of the time, a step that changes what it reads.
        """
        target = self.targets.get(call.target)
        if target is None or not target.owner or target.kind not in CALLS:
            return None
        if _is_on_object(call, target) and self.chance.random() < 0.5:
            return self._after_a_change(call, target)
        if target.kind == "class":
            observers = [c for c in self._of(target.owner, pool) if c.target != call.target]
        elif call.final.startswith(f"{target.variable}."):
            observers = [c for c in self._of(target.owner, pool) if target.changes & self._reads[c.target]]
        else:
            observers = []
        return self._before(call, target, self.chance.choice(observers)) if observers else None

    def _after_a_change(self, call: Candidate, target: Target) -> Candidate | None:
        changing = [
            t
            for t in self.targets.values()
            if t.owner == target.owner and t.kind in ("method", "setter") and t.changes & self._reads[target.qualname]
        ]
        change = self.make(self.chance.choice(changing)) if changing else None
        if change is None or not change.final.startswith(f"{target.variable}."):
            return None
        return self._before(change, target, call)

    def _before(self, call: Candidate, target: Target, observer: Candidate) -> Candidate:
        """The observing call with the other one before it."""
        steps = list(observer.steps)
        made = next(n for n, step in enumerate(steps) if step.startswith(f"{target.variable} = "))
        if call.target == target.qualname and target.kind == "class":
            steps[made] = f"{target.variable} = {call.final}"
        else:
            steps.insert(self.chance.choice((made + 1, len(steps))), call.final)
        needed = [s for s in call.steps if s.startswith(("import ", "from ")) and s not in steps]
        return replace(observer, steps=(*needed, *steps), origin="search", ignored=())

    def _of(self, owner: str, pool: Sequence[Chosen]) -> list[Candidate]:
        """The calls of the pool that give a value of an object of this class."""
        for chosen in pool[self._known :]:
            candidate, outcome = chosen.candidate, chosen.outcome
            target = self.targets.get(candidate.target)
            if target is None or not target.owner or target.kind not in ("method", "property", "operator"):
                continue
            private = target.name.startswith("_") and not target.name.endswith("__")
            of_itself = f"{{v}} is {target.variable}"
            telling = any(gives_value(check) and check != of_itself for check in outcome.checks)
            if private or outcome.raised or len(candidate.steps) > MOST_STEPS or not telling:
                continue
            if _is_on_object(candidate, target):
                self._observers.setdefault(target.owner, []).append(candidate)
        self._known = len(pool)
        return self._observers.get(owner, [])


def _is_on_object(call: Candidate, target: Target) -> bool:
    """Whether the object of a call is made in its steps."""
    return any(step.startswith(f"{target.variable} = ") for step in call.steps)


def reads(methods: Mapping[str, ast.AST | None], trees: Mapping[str, ast.AST]) -> dict[str, frozenset[str]]:
    """The attributes of `self` that each method reads, also in the methods that it calls on `self`, by qualified name."""
    owners = {name.rpartition(".")[0] for name in methods}
    known = {n: _attributes(t) for n, t in trees.items() if n.rpartition(".")[0] in owners and not isinstance(t, ast.ClassDef)}
    known |= {n: _attributes(tree) for n, tree in methods.items() if n not in known}
    for _ in range(DEEPEST):
        known = {
            name: own.union(*(known.get(f"{name.rpartition('.')[0]}.{called}", frozenset()) for called in own))
            for name, own in known.items()
        }
    return known


def _attributes(tree: ast.AST | None) -> frozenset[str]:
    nodes = ast.walk(tree) if tree is not None else ()
    return frozenset(
        n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "self"
    )
