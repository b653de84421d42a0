"""Arguments for calls as source text: values of likely kinds, constants of the code, instances, and objects like these."""

from __future__ import annotations

import abc
import ast
import random
import re

from ..running.execution import Bench
from ..running.outcome import Candidate
from ..subjects import containers
from ..subjects.kinds import Parameter, from_name
from ..subjects.target import Target
from ..subjects.targets import Inventory
from . import callables, recipes
from .command_lines import CommandLines
from .files import PATH_NAME, Paths
from .instances import Instances
from .named_texts import texts_for
from .objects import Objects
from .patterns import compiled_patterns, matching, patterns_in
from .pools import NUMBERS, POOLS
from .results import Results
from .values import Literals, joined, vary, words_in

KNOWN = 6
"""Weight of all kinds of a parameter from which on values of other kinds are not tried: they would be of a wrong kind."""


CHOSEN = 0.55
"""How often a text is one of those that the code compares it with or looks it up in."""

NAMED = 0.3
"""How often a parameter of a usual name gets a text that is usual for it."""

NEARBY = 0.3
"""How often a text or a number is one that the receiver was made with, where such are asked for."""

SEQUENCES = ("list", "tuple", "iter", "items")
SIZES = (2, 3, 3, 4, 6)
SAME_SIZE = 0.6
"""How often all sequences of a call have the same size, where it takes several."""

LEFT_OUT = (0.1, 0.5, 0.6, 0.9)
"""Shares of the optional parameters that a call leaves out: some calls give nearly all of them, some nearly none."""


class Arguments(abc.ABC):
    """Makes arguments. Remembers expressions that construct the module's classes and the kinds of value it chose last."""

    def __init__(self, bench: Bench, inventory: Inventory, seed: int) -> None:
        """Prepare pools for one module."""
        self.inventory = inventory
        self.chance = random.Random(seed)
        patterns = compiled_patterns(bench.module)
        known = {pattern for pattern, _ in patterns}
        patterns += [(p, 0) for p in patterns_in(bench.tree) if p not in known]
        self.tree = bench.tree
        self.accepted = [t for p, flags in patterns for _ in range(3) if (t := matching(p, self.chance, flags)) and len(t) < 60]
        """Texts that the module's regular expressions match."""

        self.literals = Literals([bench.tree], patterns, self.chance)
        self.words = [ast.literal_eval(t) for t in self.literals.by_kind.get("str", []) if len(t) < 24]
        self.words += [word for word in words_in(bench.module) if word not in self.words]
        self.local = {
            t.qualname: Literals([tree], (), self.chance)
            for t in inventory.all_targets
            if (tree := inventory.trees.get(t.qualname))
        }
        self.recipes = recipes.recognised(bench.tree)
        self.instances = Instances(inventory, self.recipes, self.chance)
        self.fixtures = list(bench.fixtures.functions)
        for name in self.fixtures:
            kind = bench.run(Candidate("", (), name)).kind
            if kind in self.instances.expressions:
                self.instances.expressions[kind].append(name)
        self.paths = Paths(bench.tree, self.chance)
        self.command_lines = CommandLines(bench.tree, self.chance, lambda: self.paths.path(as_text=True))
        self.chosen: list[tuple[str, str]] = []
        """(parameter, kind) of the values in the latest candidate."""

        self.results = Results(self.chance)
        self.objects = Objects(self)
        self._near: list[str] = []
        self.receiver = ""
        self.size = 0

    def usual_texts(self) -> list[str]:
        """Texts as people write them, as source text: those of the pool, and those that the module contains."""
        return list(dict.fromkeys((*POOLS["str"], *self.literals.by_kind.get("str", ()), *map(repr, self.words))))

    @abc.abstractmethod
    def varied(self, candidate: Candidate) -> Candidate:
        """A candidate with one value changed."""

    def arguments(self, target: Target, note: bool = True, near: bool = False) -> list[str]:
        """Arguments for a call, as text; with `near`, one may be a literal from the receiver's expression."""
        several = sum(any(k.partition(":")[0] in SEQUENCES for k in p.kinds) for p in target.parameters) > 1
        self.size = self.chance.choice(SIZES) if several and self.chance.random() < SAME_SIZE else 0
        arguments = self.of_parameters(target.parameters, target, note)
        self.size = 0
        if near and self._near:
            literals = [i for i, text in enumerate(arguments) if re.fullmatch(r"'[^'=]*'|-?\d+(?:\.\d+)?|None", text)]
            position = self.chance.choice(literals) if literals else 0
            if literals and (fitting := self._nearby("str" if arguments[position].startswith("'") else "int")):
                arguments[position] = self.chance.choice(fitting)
        return arguments

    def _nearby(self, kind: str) -> list[str]:
        """The texts or the numbers in the receiver's expression."""
        return [n for n in self._near if n.startswith("'") == (kind == "str")]

    def of_parameters(self, parameters: list[Parameter], target: Target, note: bool) -> list[str]:
        """A value for each parameter that is given, by position or by name."""
        arguments: list[str] = []
        by_name = False
        left_out = self.chance.choice(LEFT_OUT)
        for position, parameter in enumerate(parameters):
            by_name = by_name or self._is_given_by_name(parameter, position)
            if parameter.how == "var_positional":
                count = 0 if by_name else self.chance.choice((0, 1, 1, 2, 3))
                arguments += [self.value(parameter, target, note) for _ in range(count)]
            elif parameter.how == "var_keyword":
                if self.chance.random() < 0.3:
                    arguments.append(f"{self.chance.choice(('a', 'b', 'name'))}={self.of_kind('int', target, None)}")
            elif parameter.optional and not parameter.kinds.get("argv") and self.chance.random() < left_out:
                by_name = True
            elif by_name or parameter.how == "keyword_only":
                by_name = by_name or parameter.how == "keyword_only"
                arguments.append(
                    f"{parameter.name}={self.value(parameter, target, note)}"
                ) if parameter.how != "positional_only" else None
            else:
                arguments.append(self.value(parameter, target, note))
        return arguments

    @staticmethod
    def _is_given_by_name(parameter: Parameter, position: int) -> bool:
        """Whether a person would write an argument with its name: flags, and what is optional behind two others."""
        if not parameter.optional or parameter.how != "positional_or_keyword":
            return False
        is_flag = parameter.kinds.get("bool", 0) == max(parameter.kinds.values(), default=1)
        return is_flag or position > 1

    def value(self, parameter: Parameter, target: Target, note: bool = True) -> str:
        """A value for a parameter: a constant it is compared with, or a value of a likely kind."""
        if parameter.name in self.fixtures and self.chance.random() < 0.8:
            return parameter.name
        for recipe in self.recipes if not parameter.sure else ():
            expressions = recipe.for_parameter(parameter.name)
            if expressions and self.chance.random() < 0.9:
                return self.chance.choice(expressions)
        chosen_from = parameter.constants and {k for k, w in parameter.kinds.items() if w > 0} <= {"str", "none"}
        if parameter.constants and self.chance.random() < (CHOSEN if chosen_from else 0.25):
            return self.chance.choice(parameter.constants)
        kinds = [k for k, w in parameter.kinds.items() if w > 0] or ["any"]
        if not parameter.sure and parameter.kinds.total() < KNOWN and self.chance.random() < 0.08:
            kinds = ["any"]
        weights = []
        for kind in kinds:
            good, bad = target.worked.get((parameter.name, kind), (1, 1))
            weights.append(max(1, parameter.kinds.get(kind, 1)) * (good / (good + bad)) ** 2 + 1e-6)
        kind = self.chance.choices(kinds, weights)[0]
        if note:
            self.chosen.append((parameter.name, kind))
        if kind in ("str", "int") and self.chance.random() < NEARBY and (fitting := self._nearby(kind)):
            return self.chance.choice(fitting)
        return self.of_kind(kind, target, parameter)

    def of_kind(self, kind: str, target: Target, parameter: Parameter | None) -> str:
        """A value of a kind: a constant from the function or module, a value from the pool, or a variation of one."""
        chance = self.chance
        if kind == "self":
            kind = f"obj:{target.owner}"
        if kind.startswith("obj:"):
            return self.objects.of(kind[4:], target, parameter)
        if kind in ("stub", "keyed", "items", "row"):
            return self.objects.structured(kind, parameter, target)
        container, _, item = kind.partition(":")
        if item:
            return self._container(container, item, target, parameter)
        if kind == "any":
            kind = chance.choice(("int", "str", "list", "dict", "tuple", "float", "none", "bool", "set", "callable", "iter"))
        if kind in ("path", "filename") and target.files:
            return self.paths.path(kind == "filename")
        if kind == "argv":
            return self.command_line()
        if kind == "callable":
            called = parameter or Parameter("function", "argument", False)
            return callables.written(called, lambda result: self.value(result, target, False), chance)
        if kind == "str" and parameter is not None and (texts := texts_for(parameter.name)) and chance.random() < NAMED:
            return repr(chance.choice(texts))
        return self._of_pool(kind, target) if kind in POOLS else "None"

    def _container(self, container: str, item: str, target: Target, parameter: Parameter | None) -> str:
        """A container of items of a kind: the paths of files for a parameter that is named for paths."""
        if item == "str" and parameter is not None and target.files and PATH_NAME.match(parameter.name):
            item = "filename"
        if container in ("list", "iter") and item in NUMBERS and self.chance.random() < 0.5:
            return self.chance.choice(containers.of_size(NUMBERS[item], self.size))
        count = self.size or self.chance.choice((0, 1, 2, 2, 3))
        return containers.written(container, lambda: self.of_kind(item, target, None), count)

    def _of_pool(self, kind: str, target: Target) -> str:
        """A constant of the function or module, a text that its patterns accept, or a value from the pool of a kind."""
        chance = self.chance
        roll = chance.random()
        local = self.local.get(target.qualname)
        if kind == "str" and roll < 0.12 and local and (mixed := self._mixed(local)):
            return repr(mixed)
        if roll < 0.25 and local and local.by_kind.get(kind):
            return chance.choice(local.by_kind[kind])
        if roll < 0.5 and self.literals.by_kind.get(kind):
            return chance.choice(self.literals.by_kind[kind])
        if kind == "str" and len(self.accepted) > 1 and chance.random() < 0.4:
            return repr(joined(self.accepted, self.chance))
        if result := self.results.of(kind):
            return result
        text = chance.choice(containers.of_size(POOLS[kind], self.size) if kind in SEQUENCES else POOLS[kind])
        if text.startswith("float(") and chance.random() < 0.8:  # infinities and NaN are seldom what a person passes
            text = chance.choice(POOLS[kind])
        return vary(text, chance, self.words) if roll > 0.85 else text

    def _mixed(self, local: Literals) -> str:
        """A text with several short constants of a function between letters, such as the characters that it escapes."""
        parts = [t for text in local.by_kind.get("str", ()) if 0 < len(t := ast.literal_eval(text)) <= 3]
        parts += [t[0] for t in self.accepted if len(t) == 1]
        if len(parts) < 2:
            return ""
        chosen = self.chance.sample(parts, min(len(parts), self.chance.choice((2, 3, 4))))
        return "".join(f"{letter}{part}" for letter, part in zip("abcd", chosen, strict=False)) + self.chance.choice(("", "e"))

    def entry(self, key: str) -> str:
        """A value for an entry of a dictionary about which only its key is known."""
        parameter = Parameter(key, "entry", False)
        from_name(parameter)
        kind = self.chance.choices(list(parameter.kinds), list(parameter.kinds.values()))[0]
        return self.chance.choice(POOLS.get(kind, POOLS["str"]))

    def command_line(self) -> str:
        """A list of words for a command line."""
        return f"[{', '.join(self.command_lines.words(self.words))}]"
