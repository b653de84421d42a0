"""Candidates for a target: calls of it with values of likely kinds, and variations of calls that were tried."""

from __future__ import annotations

import ast
import enum
import random
import re
from collections import Counter

from .execution import Bench, Candidate, Outcome
from .parameters import Parameter
from .targets import OPERATORS, STATEMENTS, Inventory, Target
from .values import CALLABLES, POOLS, Literals, matching, vary

INSTANCES = 40
"""Expressions that make an object of one class, kept for calls that need one."""


class Maker:
    """Makes candidates; remembers how objects of the module's classes can be made, and which values it chose last."""

    def __init__(self, bench: Bench, inventory: Inventory, seed: int) -> None:
        """Prepare pools for one module."""
        self.inventory = inventory
        self.chance = random.Random(seed)
        patterns = [v.pattern for v in vars(bench.module).values() if isinstance(v, re.Pattern) and isinstance(v.pattern, str)]
        patterns += [p for p in _patterns(bench.tree) if p not in patterns]
        self.tree = bench.tree
        self.literals = Literals([bench.tree], patterns, self.chance)
        self.words = [ast.literal_eval(t) for t in self.literals.by_kind.get("str", []) if len(t) < 24]
        self.local = {
            t.qualname: Literals([tree], (), self.chance)
            for t in inventory.targets
            if (tree := inventory.trees.get(t.qualname))
        }
        self.instances: dict[str, list[str]] = {name: [] for name in inventory.classes}
        self.by_name = {t.qualname: t for t in inventory.targets}
        self.chosen: list[tuple[str, str]] = []
        """(parameter, kind) of the values in the candidate that was made last."""

        self._near: list[str] = []
        self._receiver = ""
        for name, cls in inventory.classes.items():
            if isinstance(cls, type) and issubclass(cls, enum.Enum):
                self.instances[name] = [f"{name}.{m}" for m in getattr(cls, "__members__", ())]

    def remember(self, candidate: Candidate, outcome: Outcome) -> None:
        """Remember an expression that made an instance of one of the module's classes."""
        kind = outcome.kind
        if not candidate.steps and kind in self.instances:
            known = self.instances[kind]
            if candidate.final not in known and len(candidate.final) < 100:
                known.append(candidate.final)
                if len(known) > INSTANCES:  # of the kind that there is most of
                    kinds = Counter(map(_making, known))
                    most = max(kinds.values())
                    alike = [n for n, text in enumerate(known[:-1]) if kinds[_making(text)] == most]
                    known.pop(self.chance.choice(alike or range(len(known) - 1)))

    def candidate(self, target: Target) -> Candidate | None:
        """A new call of a target; None when it needs an instance and there is none."""
        self.chosen = []
        receiver = self.instance(target.owner) if target.kind in ("method", "property", "setter", "operator") else None
        self._receiver = receiver or ""
        arguments = self.arguments(target)
        self._receiver = ""
        if target.kind in ("function", "class"):
            return self._finish(target, (), f"{target.name}({', '.join(arguments)})")
        if target.kind in ("static", "classmethod"):
            return self._finish(target, (), f"{target.owner}.{target.name}({', '.join(arguments)})")
        if receiver is None:
            return None
        name = target.variable
        steps = [f"{name} = {receiver}"]
        self._near = re.findall(r"'[^']*'|-?\b\d+(?:\.\d+)?\b", receiver)
        if self.chance.random() < 0.35:
            steps += self._before(target, name)
        if self._near and self.chance.random() < 0.5:  # what the instance holds, rather than anything
            arguments = self.arguments(target, near=True)
        self._near = []
        if target.kind == "property":
            return Candidate(target.qualname, tuple(steps), f"{name}.{target.name}")
        if target.kind == "setter":
            value = arguments[0] if arguments else "1"
            return Candidate(target.qualname, tuple(steps), f"{name}.{target.name} = {value}", (name,))
        if target.kind == "operator":
            return self._operator(target, steps, name, arguments, receiver)
        return self._finish(target, tuple(steps), f"{name}.{target.name}({', '.join(arguments)})", (name,))

    def _finish(self, target: Target, steps: tuple[str, ...], call: str, watched: tuple[str, ...] = ()) -> Candidate:
        if target.is_async:
            steps = ("import asyncio", *steps)
            call = f"asyncio.run({call})"
        return Candidate(target.qualname, steps, call, watched)

    def _operator(self, target: Target, steps: list[str], name: str, arguments: list[str], receiver: str) -> Candidate | None:
        template = OPERATORS.get(target.name) or STATEMENTS[target.name]
        needed = 2 if "{1}" in template else 1 if "{0}" in template else 0
        while len(arguments) < needed:
            arguments.append(self.of_kind("any", target, None))
        text = template.format(*arguments[:needed], r=name, same=receiver)
        if target.name in STATEMENTS:
            return Candidate(target.qualname, tuple(steps), text, (name,))
        return Candidate(target.qualname, tuple(steps), text)

    def _before(self, target: Target, name: str) -> list[str]:
        """A call or two that change the instance first."""
        mutators = [t for t in self.inventory.targets if t.owner == target.owner and t.kind == "method" and not t.is_async]
        made = []
        for other in self.chance.sample(mutators, min(len(mutators), self.chance.randint(1, 3))):
            made.append(f"{name}.{other.name}({', '.join(self.arguments(other, note=False, near=self.chance.random() < 0.6))})")
        return made

    def arguments(self, target: Target, note: bool = True, near: bool = False) -> list[str]:
        """Arguments for a call, as text."""
        made: list[str] = []
        by_name = False
        for parameter in target.parameters:
            if parameter.how == "var_positional":
                made += (
                    [self.value(parameter, target, note) for _ in range(self.chance.choice((0, 1, 1, 2, 3)))]
                    if not by_name
                    else []
                )
            elif parameter.how == "var_keyword":
                if self.chance.random() < 0.3:
                    made.append(f"{self.chance.choice(('a', 'b', 'name'))}={self.of_kind('int', target, None)}")
            elif parameter.optional and self.chance.random() < 0.6:
                by_name = True
            elif by_name or parameter.how == "keyword_only":
                by_name = by_name or parameter.how == "keyword_only"
                made.append(
                    f"{parameter.name}={self.value(parameter, target, note)}"
                ) if parameter.how != "positional_only" else None
            else:
                made.append(self.value(parameter, target, note))
        if near and made and self._near:
            simple = [
                i for i, text in enumerate(made) if "=" not in text and re.fullmatch(r"'[^']*'|-?\d+(?:\.\d+)?|None", text)
            ]
            if simple:
                made[self.chance.choice(simple)] = self.chance.choice(self._near)
        return made

    def value(self, parameter: Parameter, target: Target, note: bool = True) -> str:
        """A value for a parameter: one it is compared with, or one of a likely kind."""
        if parameter.constants and self.chance.random() < 0.25:
            return self.chance.choice(parameter.constants)
        kinds = [k for k, w in parameter.kinds.items() if w > 0] or ["any"]
        if not parameter.sure and self.chance.random() < 0.08:
            kinds = ["any"]
        weights = []
        for kind in kinds:
            good, bad = target.worked.get((parameter.name, kind), (1, 1))
            weights.append(max(1, parameter.kinds.get(kind, 1)) * (good / (good + bad)) ** 2 + 1e-6)
        kind = self.chance.choices(kinds, weights)[0]
        if note:
            self.chosen.append((parameter.name, kind))
        return self.of_kind(kind, target, parameter)

    def of_kind(self, kind: str, target: Target, parameter: Parameter | None) -> str:
        """A value of a kind: a constant of the function or module, one of the pool, or a variation."""
        chance = self.chance
        if kind == "self":
            kind = f"obj:{target.owner}"
        if kind.startswith("obj:"):
            if self._receiver and kind[4:] == target.owner and chance.random() < 0.45:
                return self.varied(Candidate("", (), self._receiver)).final  # nearly the same: comparisons turn on little
            return self.instance(kind[4:]) or "None"
        if kind == "any":
            kind = chance.choice(("int", "str", "list", "dict", "tuple", "float", "none", "bool", "set", "callable", "iter"))
        if kind == "callable":
            return chance.choice(CALLABLES[min(3, parameter.arity if parameter else 1)])
        pool = POOLS.get(kind)
        if pool is None:
            return "None"
        roll = chance.random()
        local = self.local.get(target.qualname)
        if roll < 0.25 and local and local.by_kind.get(kind):
            return chance.choice(local.by_kind[kind])
        if roll < 0.5 and self.literals.by_kind.get(kind):
            return chance.choice(self.literals.by_kind[kind])
        text = chance.choice(pool)
        return vary(text, chance, self.words) if roll > 0.85 else text

    def instance(self, owner: str) -> str | None:
        """An expression that makes an instance of a class, or None."""
        known = self.instances.get(owner) or []
        if not known:
            for name, cls in self.inventory.classes.items():
                if owner in {c.__name__ for c in getattr(cls, "__mro__", ())} and self.instances.get(name):
                    return self.chance.choice(self.instances[name])
            return None
        return self.chance.choice(known)

    def matching(self, line: int, targets: list[Target]) -> list[Candidate]:
        """Calls with strings that the constants on a line of the module match or are."""
        texts: list[str] = []
        for node in ast.walk(self.tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.lineno <= line <= (node.end_lineno or line)
            ):
                made = [matching(node.value, self.chance) for _ in range(4)]
                texts += [t for t in (*made, node.value) if t is not None and len(t) < 40]
        if not any(
            s.lineno <= line <= (s.end_lineno or s.lineno) for s in self.tree.body if not isinstance(s, ast.FunctionDef)
        ):
            # inside a function that the module calls while it is imported: what it is called with
            calls = [s.value for s in self.tree.body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call)]
            texts = [a.value for c in calls for a in c.args if isinstance(a, ast.Constant) and isinstance(a.value, str)] + texts
        found: list[Candidate] = []
        for vary_it in (str, str.title, lambda t: t.strip("^$"), lambda t: f"a{t}", str.upper):
            for text in dict.fromkeys(texts):
                for target in targets:
                    rest = self.arguments(target, note=False)[1:] if len(target.parameters) > 1 else []
                    owner = f"{target.owner}." if target.kind in ("classmethod", "static") else ""
                    found.append(self._finish(target, (), f"{owner}{target.name}({', '.join([repr(vary_it(text)), *rest])})"))
        return found[:300]

    def varied(self, candidate: Candidate) -> Candidate:
        """A candidate with one value changed, or another instance."""
        parts = [*candidate.steps, candidate.final]
        trees = []
        spots: list[tuple[int, ast.AST]] = []
        for position, part in enumerate(parts):
            try:
                tree = ast.parse(part)
            except SyntaxError:
                return candidate
            trees.append(tree)
            for node in ast.walk(tree):
                if (
                    isinstance(node, (ast.Constant, ast.List, ast.Dict, ast.Tuple, ast.Set, ast.UnaryOp))
                    and not isinstance(getattr(node, "ctx", None), ast.Store)
                ) or isinstance(node, ast.Lambda):
                    spots.append((position, node))
        if not spots:
            target = self.by_name.get(candidate.target)
            return (self.candidate(target) if target else None) or candidate
        for _ in range(1 if self.chance.random() < 0.7 else 2):
            position, node = self.chance.choice(spots)
            self._replace(trees[position], node)
        try:
            texts = [ast.unparse(ast.fix_missing_locations(tree)) for tree in trees]
        except (ValueError, RecursionError, AttributeError):
            return candidate
        return Candidate(candidate.target, tuple(texts[:-1]), texts[-1], candidate.watched)

    def _replace(self, tree: ast.AST, node: ast.AST) -> None:
        if isinstance(node, ast.Lambda):
            arity = len(node.args.args)
            new = self.chance.choice(CALLABLES[min(3, arity)])
        else:
            new = vary(ast.unparse(node), self.chance, self.words)
            kind = type(getattr(node, "value", None)).__name__
            if isinstance(node, ast.Constant) and self.chance.random() < 0.35 and self.literals.by_kind.get(kind):
                new = self.chance.choice(self.literals.by_kind[kind])
        try:
            made = ast.parse(new, mode="eval").body
        except SyntaxError:
            return
        for parent in ast.walk(tree):
            for name, value in ast.iter_fields(parent):
                if value is node:
                    setattr(parent, name, made)
                    return
                if isinstance(value, list) and any(v is node for v in value):
                    value[[v is node for v in value].index(True)] = made
                    return


def _patterns(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("re.", "_re.", "regex.")) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.append(first.value)
        elif (
            isinstance(node, ast.Tuple)
            and node.elts
            and all(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in node.elts)
        ):
            found.append(node.elts[0].value)  # type: ignore[attr-defined]  # tables of (pattern, replacement)
    return found[:120]


def _making(text: str) -> tuple[str, ...]:
    """In which way an expression makes an object: what it calls and which arguments it names."""
    return (text.partition("(")[0], *sorted(set(re.findall(r"\b(\w+)=", text))))
