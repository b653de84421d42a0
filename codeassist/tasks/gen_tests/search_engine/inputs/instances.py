"""Expressions that construct instances of classes: known from the start, or remembered from calls that gave one."""

from __future__ import annotations

import ast
import enum
import functools
import inspect
import random
import re
from collections import Counter
from collections.abc import Sequence

from ..running.outcome import Candidate, Outcome
from ..subjects.targets import Inventory
from .recipes.recipe import Recipe

INSTANCES = 40
"""Maximum expressions kept per class that construct an instance of it, for calls that need one."""

READABLE = 100
"""Characters of an expression that constructs an instance, where there are such expressions."""

PROVEN = 0.6
"""How often an instance is one with which calls reached something new, the more the likelier."""

INHERITING = 0.5
"""How often it is one of a derived class, where these define what methods of the class call."""

RICH = 0.3
"""How often it is one of those that are given the most containers with items: methods do little with an empty object."""

LONGEST = 600
"""Characters of the first one that is found."""


class Instances:
    """For each class, expressions that make instances of it."""

    def __init__(self, inventory: Inventory, recipes: Sequence[Recipe], chance: random.Random) -> None:
        """Begin with the classes of the inventory."""
        self._inventory, self._recipes, self._chance = inventory, recipes, chance
        self.expressions: dict[str, list[str]] = {}
        self._worth: Counter[str] = Counter()
        """How many new lines and branches calls reached with an expression."""

        self._derived: dict[str, list[str]] = {}
        for name in (*inventory.helpers, *inventory.classes):
            self.add(name)
        for name, cls in inventory.known_classes.items():
            is_enum = isinstance(cls, type) and issubclass(cls, enum.Enum)
            if name not in self.expressions and (is_enum or self._given(name)):
                self.add(name)

    def add(self, name: str) -> None:
        """Begin the expressions for instances of a class: what recipes know, or the members of an enumeration."""
        cls = self._inventory.known_classes.get(name)
        members = getattr(cls, "__members__", ()) if isinstance(cls, type) and issubclass(cls, enum.Enum) else ()
        self.expressions[name] = [f"{name}.{m}" for m in members] or self._given(name)

    def _given(self, name: str) -> list[str]:
        """The expressions for instances of a class that recipes know; `name` may be a full one: `sqlite3.Connection`."""
        if name in self._inventory.classes:
            return []
        home, _, short = name.rpartition(".")
        recipes = [r for r in self._recipes if not home or r.library == home.partition(".")[0]]
        return [expression for recipe in recipes for expression in recipe.instances.get(short, ())]

    def remember(self, candidate: Candidate, outcome: Outcome) -> None:
        """Remember the expression if it constructed an instance of one of the module's classes."""
        kind = outcome.kind
        if kind in self.expressions and all(step.startswith(("import ", "from ")) for step in candidate.steps):
            expressions = self.expressions[kind]
            longest = max(READABLE, 1.5 * len(min(expressions, key=len))) if expressions else LONGEST
            if candidate.final not in expressions and len(candidate.final) < longest:
                expressions.append(candidate.final)
                if len(expressions) > INSTANCES:  # drop one of the most common form
                    forms = Counter(map(_construction_form, expressions))
                    largest = max(forms.values())
                    common = [n for n, text in enumerate(expressions[:-1]) if forms[_construction_form(text)] == largest]
                    removable = [n for n in common if not self._worth[expressions[n]]]
                    expressions.pop(self._chance.choice(removable or range(len(expressions) - 1)))

    def credit(self, candidate: Candidate, gained: int) -> None:
        """Note that a call reached something new, for the expressions that made the instances it uses."""
        for step in candidate.steps:
            made = re.match(r"\w+ = (\w+\(.*\))$", step)
            if made:
                self._worth[made[1]] += gained
                known = self.expressions.get(made[1].partition("(")[0])
                if known is not None and made[1] not in known and len(made[1]) < READABLE:
                    known.append(made[1])

    def of(self, owner: str) -> str | None:
        """An expression that constructs an instance of a class or of a subclass, or None."""
        expressions = self.expressions.get(owner) or []
        heirs = [name for name in self._heirs(owner) if self.expressions.get(name)]
        if heirs and (not expressions or self._chance.random() < INHERITING):
            expressions = self.expressions[self._chance.choice(heirs)]
        if not expressions:
            return None
        if self._chance.random() < RICH:
            most = max(map(_containers, expressions))
            if rich := [text for text in expressions if _containers(text) >= max(1, most - 1)]:
                return self._chance.choice(rich)
        if self._chance.random() < PROVEN and any(worth := [self._worth[text] for text in expressions]):
            return self._chance.choices(expressions, worth)[0]
        return self._chance.choice(expressions)

    def _heirs(self, owner: str) -> list[str]:
        """The classes of the module that are derived from a class and override a method that it calls or leaves open."""
        if owner not in self._derived:
            base = self._inventory.known_classes.get(owner, object)
            derived = [n for n, cls in self._inventory.classes.items() if base is not object and base in cls.__mro__[1:]]
            overridden = {n for name in derived for n in vars(self._inventory.classes[name]) if not n.startswith("__")}
            self._derived[owner] = derived if overridden & set(_called_by(base)) or inspect.isabstract(base) else []
            self._derived[owner] = self._derived[owner] or ([] if self.expressions.get(owner) else derived)
        return self._derived[owner]


def _called_by(cls: object) -> list[str]:
    """The names that the methods of a class read."""
    return [n for v in vars(cls).values() for n in getattr(getattr(v, "__code__", None), "co_names", ())]


def _construction_form(text: str) -> tuple[str, ...]:
    """The form of a constructing expression: what it calls and which keyword arguments it passes."""
    return (text.partition("(")[0], *sorted(set(re.findall(r"\b(\w+)=", text))))


@functools.cache
def _containers(text: str) -> int:
    """How many lists, dictionaries, tuples and sets with items an expression contains."""
    nodes = ast.walk(ast.parse(text, mode="eval"))
    return sum(bool(getattr(n, "elts", None) or getattr(n, "values", None)) for n in nodes)
