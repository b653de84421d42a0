"""Look for inputs that reach new branches: evidence first, then values of the likely kinds, then variations of what worked."""

from __future__ import annotations

import ast
import doctest
import random
import re
import time
from collections import Counter
from typing import Any

from .execution import Bench, Candidate, Outcome
from .parameters import Parameter
from .targets import OPERATORS, STATEMENTS, Inventory, Target, snake
from .values import CALLABLES, POOLS, Literals, matching, vary

KEPT = 60
"""Candidates of one target that are varied further."""

INSTANCES = 40
"""Expressions that make an object of one class, kept for calls that need one."""

SHAPES = 4
"""Candidates with one form of outcome on one way through the code that are kept beside those that reach something new."""

SLOW = 0.03
"""Seconds; candidates that take longer are kept but not varied: many quick ones find more."""

JUNK = (TypeError, AttributeError, NameError, UnboundLocalError, ImportError)
"""What wrong kinds of value cause; explained only by a `raise` of the module's own."""


class Search:
    """Knows what was reached, and makes candidates."""

    def __init__(self, bench: Bench, inventory: Inventory, seed: int) -> None:
        """Prepare pools for one module."""
        self.bench, self.inventory = bench, inventory
        self.chance = random.Random(seed)
        patterns = [v.pattern for v in vars(bench.module).values() if isinstance(v, re.Pattern) and isinstance(v.pattern, str)]
        patterns += [p for p in self._patterns(bench.tree) if p not in patterns]
        self.literals = Literals([bench.tree], patterns, self.chance)
        self.words = [ast.literal_eval(t) for t in self.literals.by_kind.get("str", []) if len(t) < 24]
        self.local = {
            t.qualname: Literals([tree], (), self.chance)
            for t in inventory.targets
            if (tree := inventory.trees.get(t.qualname))
        }
        self.instances: dict[str, list[str]] = {name: [] for name in inventory.classes}
        self.reached: set[Any] = set()
        self.best: dict[tuple[int, bool], tuple[float, Target, Candidate]] = {}
        self.kept: list[tuple[Candidate, Outcome]] = []
        self.suspicions: list[dict[str, Any]] = []
        self.texts: set[str] = set()
        self._shapes: Counter[Any] = Counter()
        self._chosen: list[tuple[str, str]] = []
        self._near: list[str] = []
        self._receiver = ""
        self.by_name = {t.qualname: t for t in inventory.targets}
        for name, cls in inventory.classes.items():
            if isinstance(cls, type) and issubclass(cls, __import__("enum").Enum):
                self.instances[name] = [f"{name}.{m}" for m in getattr(cls, "__members__", ())]

    @staticmethod
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

    # -- running

    def try_out(self, candidate: Candidate, target: Target | None) -> Outcome | None:
        """Run a candidate once and keep it when it reaches or shows something new; None when it ran before."""
        if candidate.text in self.texts:
            return None
        self.texts.add(candidate.text)
        candidate, outcome = self.bench.settle(candidate)
        if target is not None:
            target.tried += 1
            for key, apart in outcome.distances.items():
                if key not in self.reached and apart < self.best.get(key, (1e18, target, candidate))[0]:
                    self.best[key] = (apart, target, candidate)
        if outcome.bad == "endless" and candidate.plausible:
            self._suspect(candidate, outcome, "does not come to an end")
        if outcome.bad:
            return outcome
        if outcome.raised and not self.explained(outcome, target):
            if outcome.where and not isinstance(outcome.error, JUNK) and (candidate.plausible or _sure(target)):
                self._suspect(candidate, outcome, f"raises {outcome.raised[0]}: {outcome.raised[2]}")
            outcome.bad = "unexplained exception"
            return outcome
        if target is not None and not outcome.raised and target.kind in ("class", "classmethod", "static", "function"):
            self._instance(candidate, outcome)  # any instance is worth having, whatever way it was made
        new = (outcome.lines | outcome.branches) - self.reached
        form = outcome.raised[:1] if outcome.raised else _shape(outcome.checks)
        shape = (candidate.target, form, outcome.branches)
        fresh = target is None or (outcome.signature not in target.signatures and self._shapes[shape] < SHAPES)
        if new or fresh or candidate.origin != "search":
            self._shapes[shape] += 1
            self.reached |= new
            self.kept.append((candidate, outcome))
            if target is not None:
                target.signatures.add(outcome.signature)
                if outcome.seconds < SLOW or not target.corpus:
                    target.corpus.append(candidate)
                if len(target.corpus) > KEPT:
                    target.corpus.pop(self.chance.randrange(len(target.corpus) - 1))
        return outcome

    def _instance(self, candidate: Candidate, outcome: Outcome) -> None:
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

    def explained(self, outcome: Outcome, target: Target | None) -> bool:
        """Whether an exception is meant: raised by the module itself, or told of in the documentation."""
        if self.bench.raised_on_purpose(outcome):
            return True
        said = target.documentation if target else ""
        if target is not None and target.kind == "operator" and isinstance(outcome.error, TypeError) and outcome.raised:
            return "unsupported operand" in outcome.raised[2] or "not supported between" in outcome.raised[2]
        return bool(outcome.raised) and not isinstance(outcome.error, JUNK) and outcome.raised[0] in said  # type: ignore[index]

    def _suspect(self, candidate: Candidate, outcome: Outcome, what: str) -> None:
        key = (candidate.target, what.split(":", maxsplit=1)[0], outcome.where)
        if len(self.suspicions) < 12 and not any(s["key"] == key for s in self.suspicions):
            self.suspicions.append(
                {"key": key, "target": candidate.target, "what": what, "line": outcome.where, "code": candidate.text}
            )

    # -- making candidates

    def evidence(self, calls: list[dict[str, Any]]) -> None:
        """Run what documentation and the rest of the repository show of the module in use."""
        for target in self.inventory.targets:
            for steps, final in examples(target.documentation):
                self.try_out(Candidate(target.qualname, steps, final, origin="documentation", plausible=True), target)
        module_doc = ast.get_docstring(self.bench.tree) or ""
        for steps, final in examples(module_doc):
            self.try_out(
                Candidate(self._about(final), steps, final, origin="documentation", plausible=True),
                self.by_name.get(self._about(final)),
            )
        for call in calls:
            called = self.by_name.get(call["target"])
            if called is not None:
                steps = tuple(call.get("steps", ()))
                watched = (called.variable,) if steps and called.kind == "method" else ()
                made = Candidate(called.qualname, steps, call["text"], watched, call["origin"], plausible=True)
                self.try_out(made, called)

    def _about(self, text: str) -> str:
        names = re.findall(r"\w+", text)
        return next((n for n in names if n in self.by_name), names[0] if names else "")

    def explore(self, until: float) -> None:
        """Random values of likely kinds and variations of what worked, until a moment of `time.monotonic`."""
        targets = sorted(self.inventory.targets, key=lambda t: t.kind != "class")
        if not targets:
            return
        for _ in range(12):  # constructors first: methods need instances
            for target in (t for t in targets if t.kind in ("class", "classmethod")):
                if time.monotonic() > until:
                    return
                self._attempt(target)
        idle = 0
        while time.monotonic() < until and idle < 200:
            before = len(self.reached)
            for target in targets:
                for _ in range(10 if self.open(target) else 2):
                    if time.monotonic() > until:
                        return
                    self._attempt(target)
            self._toward(until)
            idle = 0 if len(self.reached) > before else idle + 1

    def open(self, target: Target) -> bool:
        """Whether lines or ways of conditions of a target were not reached yet."""
        if any(line in self.bench.instrumenter.lines and line not in self.reached for line in target.lines):
            return True
        conditions = self.bench.instrumenter.conditions
        return any(
            line in target.lines and ((n, True) not in self.reached or (n, False) not in self.reached)
            for n, line in conditions.items()
        )

    def _attempt(self, target: Target) -> None:
        if target.corpus and self.chance.random() < 0.45:
            candidate = self.varied(self.chance.choice(target.corpus))
        else:
            made = self.candidate(target)
            if made is None:
                return
            candidate = made
        outcome = self.try_out(candidate, target)
        if outcome is not None:
            self._learn(target, outcome)

    def _learn(self, target: Target, outcome: Outcome) -> None:
        """Kinds that lead to a TypeError are tried less."""
        worked = not (outcome.error is not None and isinstance(outcome.error, JUNK)) and outcome.bad != "endless"
        for choice in self._chosen:
            good, bad = target.worked.setdefault(choice, [1, 1])
            target.worked[choice] = [good + worked, bad + (not worked)]

    def _toward(self, until: float) -> None:
        """Vary the candidates that came closest to a way not taken."""
        missed = [
            (apart, key, target, candidate) for key, (apart, target, candidate) in self.best.items() if key not in self.reached
        ]
        missed.sort(key=lambda m: m[0])
        for _, key, target, candidate in missed[:12]:
            for seen in self.bench.probe.compared.get(key[0], ()):
                if isinstance(seen, str) and seen not in self.words and len(seen) < 24:
                    self.words.append(seen)
            for _ in range(25):
                if time.monotonic() > until or key in self.reached:
                    break
                nearest = self.best[key][2] if key in self.best else candidate
                self.try_out(self.varied(nearest), target)

    def candidate(self, target: Target) -> Candidate | None:
        """A new call of a target; None when it needs an instance and there is none."""
        self._chosen = []
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
            self._chosen.append((parameter.name, kind))
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
        for node in ast.walk(self.bench.tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.lineno <= line <= (node.end_lineno or line)
            ):
                made = [matching(node.value, self.chance) for _ in range(4)]
                texts += [t for t in (*made, node.value) if t is not None and len(t) < 40]
        if not any(
            s.lineno <= line <= (s.end_lineno or s.lineno) for s in self.bench.tree.body if not isinstance(s, ast.FunctionDef)
        ):
            # inside a function that the module calls while it is imported: what it is called with
            calls = [s.value for s in self.bench.tree.body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call)]
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


def examples(documentation: str) -> list[tuple[tuple[str, ...], str]]:
    """(statements before, expression) for every expression of the interactive examples in a documentation."""
    try:
        parsed = doctest.DocTestParser().get_examples(documentation)
    except ValueError:
        return []
    steps: list[str] = []
    found = []
    for example in parsed:
        source = example.source.strip()
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        if doctest.SKIP in example.options:
            continue
        if "#" in source or "\n" in source:
            source = ast.unparse(tree)  # without comments, on one line where it is an expression
        if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
            found.append((tuple(steps), source))
        elif not any(isinstance(n, (ast.Import, ast.ImportFrom)) and "doctest" in ast.unparse(n) for n in tree.body):
            steps.append(source)
    return [(_needed(before, final), final) for before, final in found]


def _needed(steps: tuple[str, ...], final: str) -> tuple[str, ...]:
    """Of the statements before an expression those that it leans on, directly or through others."""
    wanted = set(re.findall(r"[^\W\d]\w*", final))
    kept: list[str] = []
    for step in reversed(steps):
        try:
            tree = ast.parse(step)
        except SyntaxError:
            continue
        made = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        made |= {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        made |= {
            (a.asname or a.name).split(".")[0]
            for n in ast.walk(tree)
            if isinstance(n, (ast.Import, ast.ImportFrom))
            for a in n.names
        }
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        if made & wanted or (not made and names & wanted):
            kept.append(step)
            wanted |= names
    return tuple(reversed(kept))


def _sure(target: Target | None) -> bool:
    return target is not None and bool(target.parameters) and all(p.sure for p in target.parameters)


def _making(text: str) -> tuple[str, ...]:
    """In which way an expression makes an object: what it calls and which arguments it names."""
    return (text.partition("(")[0], *sorted(set(re.findall(r"\b(\w+)=", text))))


def _shape(checks: tuple[str, ...]) -> str:
    """The form of an outcome without its values."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "#", checks[0])[:40] if checks else ""


__all__ = ["Search", "examples", "snake"]
