"""Objects as source text: instances of classes, new or known ones, and objects with what the code reads from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..running.outcome import Candidate
from ..subjects import containers, stubs
from ..subjects.kinds import UNKNOWN, Parameter
from ..subjects.target import Target
from . import mocks

if TYPE_CHECKING:
    from .arguments import Arguments

FRESH = 0.35
"""How often an object of another module is a new one, and not one that a constructor has given before."""

MOCKED = 0.3
"""How often an object of another module, whose constructor does not take what the code reads, is a mock that has it."""

DEEPEST = 2
"""New objects that are made as parts of new objects."""


class Objects:
    """Makes the objects for the arguments of one module's targets."""

    def __init__(self, maker: Arguments) -> None:
        """`maker` makes the values that objects are made with."""
        self._maker, self._inventory, self._chance = maker, maker.inventory, maker.chance
        self._nameable = {n for n in vars(maker.inventory.bench.module) if not n.startswith("_")}
        self._depth = 0
        """How many objects that are made by now are parts of each other."""

    def of(self, owner: str, target: Target, parameter: Parameter | None) -> str:
        """An instance of a class, sometimes one that is nearly equal to the receiver; else an object like it."""
        if self._maker.receiver and owner == target.owner and self._chance.random() < 0.45:
            near = self._maker.varied(Candidate("", (), self._maker.receiver))  # nearly equal objects exercise comparisons
            return near.final
        is_read = parameter is not None and bool(parameter.attributes)
        if is_read and self._chance.random() < 0.6:
            made = self._made_for(owner, parameter, target)
            if made:
                return made
            if owner in self._inventory.helpers and self._chance.random() < MOCKED:
                return self.like(parameter, target, owner)
        known = self._fresh(owner) or self._maker.instances.of(owner)
        return known or (is_read and self._made_for(owner, parameter, target)) or self.like(parameter, target, owner)

    def _fresh(self, owner: str) -> str:
        """At times a new instance of a class of another module, whose parts may be new too; else ""."""
        helper = self._inventory.helpers.get(owner)
        if helper is None or not self._maker.instances.expressions.get(owner):
            return ""
        if self._depth >= DEEPEST or self._chance.random() > FRESH:
            return ""
        self._depth += 1
        try:
            return f"{owner}({', '.join(self._maker.of_parameters(helper.parameters, helper, False))})"
        finally:
            self._depth -= 1

    def _made_for(self, owner: str, parameter: Parameter | None, target: Target) -> str:
        """An instance whose constructor's arguments are like the attributes that the code reads; "" when none is alike."""
        maker = self._inventory.helpers.get(owner) or next(
            (t for t in self._inventory.targets if t.kind == "class" and t.name == owner), None
        )
        if maker is None or parameter is None or not any(p.name in parameter.attributes for p in maker.parameters):
            return ""
        named = [p for p in maker.parameters if not p.how.startswith("var")]
        alike = [p if p.sure else parameter.attributes.get(p.name, p) for p in named]
        values = [self._maker.value(like, target, False) for like in alike]
        written = [v if p.how.startswith("positional") else f"{p.name}={v}" for p, v in zip(named, values, strict=True)]
        return f"{owner}({', '.join(written)})"

    def structured(self, kind: str, parameter: Parameter | None, target: Target) -> str:
        """A value with the attributes, entries or items that the code reads."""
        if parameter is None or kind == "stub":
            return self.like(parameter, target)
        if kind == "keyed":
            given = [(k, p) for k, p in parameter.entries.items() if self._chance.random() < (0.6 if p.optional else 0.97)]
            return "{" + ", ".join(f"{k!r}: {self._maker.value(p, target, False)}" for k, p in given) + "}"
        if kind == "row":
            return containers.of_parts([self._maker.value(part, target, False) for part in parameter.parts])
        if parameter.item is None:
            return "[]"
        item, size = parameter.item, parameter.size
        count = size if size and self._chance.random() < 0.85 else self._maker.size or self._chance.choice((0, 1, 2, 2, 3))
        return containers.written("tuple" if size > 1 else "list", lambda: self._maker.value(item, target, False), count)

    def like(self, parameter: Parameter | None, target: Target, owner: str = "") -> str:
        """An object with the attributes that the code reads from a parameter, a mock of the class `owner` if it has one.

        None when nothing is known about it.
        """
        known = self._inventory.known_classes.get(owner)
        sure = parameter is not None and parameter.sure and isinstance(known, type)
        spec = owner if sure and (owner in self._nameable or owner in self._inventory.imports) else ""
        if parameter is None or not (parameter.attributes or spec) or self._chance.random() < 0.03:
            return "None"
        attributes = parameter.attributes
        methods = {n: a for n, a in attributes.items() if a.kinds["callable"] and a.kinds["callable"] == max(a.kinds.values())}
        known = {n: a for n, a in attributes.items() if n not in methods and (a.kinds != UNKNOWN or not (methods or spec))}
        data = {n: self._maker.value(a, target, False) for n, a in known.items()}
        if not methods and not spec:
            return stubs.written(parameter.name, data)
        results = {n: self._mocked_method(a, target) for n, a in methods.items()}
        magic = target.needs_magic or parameter.item is not None or bool(parameter.entries)
        return mocks.mocked(data | {n: text for n, text in results.items() if text}, spec, magic)

    def _mocked_method(self, method: Parameter, target: Target) -> str:
        """A method of a mock that returns a value, if one is known or by chance; "" for one that returns another mock."""
        if method.calls is not None and self._chance.random() < 0.6:
            first = method.calls
            return f"lambda *args: args[{first}](*args[{first + 1}:])"  # calls its callback
        if method.result is not None and self._chance.random() < 0.8:
            return mocks.returning(self._maker.value(method.result, target, False))
        if self._chance.random() < 0.6:
            return ""
        return mocks.returning(self._maker.of_kind(self._chance.choice(("str", "int", "bool", "none")), target, None))
