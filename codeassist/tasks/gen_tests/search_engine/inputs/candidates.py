"""Candidates for a target: calls with values of likely kinds, and variations of earlier calls."""

from __future__ import annotations

import ast
import re
import types
from typing import Any

from ..running.execution import Bench
from ..running.outcome import Candidate
from ..subjects import state
from ..subjects.proxies import is_a
from ..subjects.target import Target
from ..subjects.targets import Inventory
from .calling import CALLED, ENTERED, OPERATORS, STATEMENTS
from .patterns import matching
from .products import Product
from .scenarios import INSIDE, Call, arranged, entered_by
from .sequences import Sequences
from .surroundings import Surroundings
from .variations import Variations

MOST_MATCHING = 300
"""Maximum calls with the texts of one line of the module."""


class Maker(Variations):
    """Makes candidates: calls of targets with their arguments, the statements before them, and variations of earlier ones."""

    def __init__(self, bench: Bench, inventory: Inventory, seed: int) -> None:
        """Prepare pools for one module."""
        super().__init__(bench, inventory, seed)
        self.sequences = Sequences(self.chance)
        for target in inventory.targets if inventory.classes else ():
            tree = inventory.trees.get(target.qualname)
            target.changes, target.asks = state.changed(tree), state.asked(tree)
        self.bound = set(bench.namespace(bench.module))
        """Names that a test can use without a further import."""

        self._modules = {"mock": "from unittest import mock"} | _modules_of(bench.module, set(bench.modules))
        """Import statements of modules by the names that tests use for them."""

        self.commands = {n: c for r in self.recipes if r.calls for n, c in r.calls(vars(bench.module)).items()}
        inventory.add_commands(self.commands)
        self.by_name = {t.qualname: t for t in inventory.all_targets}
        everything = [*inventory.helpers.values(), *inventory.all_targets]
        self.parameter_names = {t.name: [p.name for p in t.parameters] for t in everything}
        """The names of parameters by the names of functions, methods and classes."""

        self.callable = {t.name: t for t in everything if t.kind in ("class", "method", "function")}
        self.contexts = [r.surround for r in self.recipes if r.surround and r.context & _names_imported(bench.tree, r.library)]
        self.offline = [r.offline for r in self.recipes if r.offline]
        self.surroundings = {
            t.qualname: Surroundings(inventory.trees.get(t.qualname), self.chance, bench.module) for t in inventory.all_targets
        }

    def candidate(self, target: Target) -> Candidate | None:
        """A new call of a target; None when it needs an instance and no expression that makes one is known."""
        self.chosen = []
        if target.kind == "command":
            return self._finish(target, *self.commands[target.name](self.chance, self.words, self.command_line()))
        if target.products and self.chance.random() < 0.4:
            return self._use_of(self.chance.choice(target.products), target)
        receiver = self.instances.of(target.owner) if target.kind in ("method", "property", "setter", "operator") else None
        self.receiver = receiver or ""
        arguments = self.arguments(target)
        self.receiver = ""
        if target.kind in ("function", "class"):
            return self._finish(target, (), f"{target.name}({', '.join(arguments)})")
        if target.kind in ("static", "classmethod"):
            return self._finish(target, (), f"{target.owner}.{target.name}({', '.join(arguments)})")
        if receiver is None:
            return None
        name = target.variable
        steps = list(self._history(target, name, receiver))
        self._near = re.findall(r"'[^']*'|-?\b\d+(?:\.\d+)?\b", " ".join(steps))
        if self._near and self.chance.random() < 0.5:  # values that the instance was made with
            arguments = self.arguments(target, near=True)
        self._near = []
        if target.kind == "property":
            return self._finish(target, tuple(steps), f"{name}.{target.name}")
        if target.kind == "setter":
            value = arguments[0] if arguments else "1"
            return self._finish(target, tuple(steps), f"{name}.{target.name} = {value}", (name,))
        if target.kind == "operator":
            return self._operator(target, steps, name, arguments, receiver)
        if target.name in ENTERED:
            return self._finish(target, (*steps, ENTERED[target.name].format(r=name)), "enter()", (name,))
        if CALLED.get(target.name):
            text = CALLED[target.name].format(", ".join(arguments), r=name)
            return self._finish(target, tuple(steps), text, (name, *(["entered"] if "entered" in text else [])))
        return self._finish(target, tuple(steps), f"{name}.{target.name}({', '.join(arguments)})", (name,))

    def _history(self, target: Target, name: str, receiver: str) -> tuple[str, ...]:
        """The statements that make the receiver and bring it into a state."""
        roll = self.chance.random()
        if roll < 0.3:
            earlier = self.sequences.earlier(target.owner, name)
            if earlier:
                return earlier
        steps = (f"{name} = {receiver}",)
        if roll < 0.55:
            return (*steps, *self._mutating_calls(target, name))
        if roll < 0.65:
            fillers = [t for t in self.inventory.targets if t.owner == target.owner and t.kind == "method" and not t.is_async]
            filler = next(iter(state.choose(target, fillers, 1, self.chance)), None)
            loop = self.sequences.filling(f"{name}.{filler.name}", filler.parameters, receiver) if filler else None
            return (*steps, loop) if loop else steps
        return steps

    def _use_of(self, product: Product, target: Target) -> Candidate:
        """A call of something callable that an earlier call returned."""
        arguments = self.of_parameters(product.parameters, target, False)
        call = f"{product.variable}({', '.join(arguments)})"
        steps, call = (
            (("import asyncio", *product.steps), f"asyncio.run({call})") if product.is_async else (product.steps, call)
        )
        return self.in_context(target, steps, call, ())

    def _finish(self, target: Target, steps: tuple[str, ...], call: str, watched: tuple[str, ...] = ()) -> Candidate:
        if target.needs_network and self.offline:
            steps = (*self.chance.choice(self.offline)(self.chance, self.words), *steps)
        surroundings = self.surroundings.get(target.qualname)
        if surroundings is not None:
            steps = (*surroundings.steps(self.command_line, self.words), *steps)
        plain = Call(steps, call, watched, target.is_async, target.needs_loop)
        if target.owner and "\n" not in call and f"{target.variable} = " in "\n".join(steps):
            self._inside(target, plain)
        sent = [self.of_kind("any", target, None) for _ in range(self.chance.choice((1, 1, 2)))]
        made = arranged(plain, target.form, sent if target.form.yields == "sent" else (), self.chance)
        return self.in_context(target, made.steps, made.text, made.watched)

    def _inside(self, target: Target, call: Call) -> None:
        """At times let a call happen inside the `with` block of its object, after other calls that are awaited there."""
        around = entered_by(self.inventory.classes.get(target.owner))
        if not around or target.name in ENTERED or target.name in CALLED or self.chance.random() > INSIDE[around]:
            return
        call.name, call.around = target.variable, around
        if around == "async with":
            others = [t for t in self.inventory.targets if t.owner == target.owner and t.kind == "method" and t.is_async]
            others = [t for t in others if t.name not in ENTERED and t is not target]
            chosen = state.choose(target, others, self.chance.choice((0, 0, 1, 1, 2)), self.chance) if others else []
            call.before = [f"await {call.name}.{t.name}({', '.join(self.arguments(t, note=False))})" for t in chosen]

    def in_context(self, target: Target, steps: tuple[str, ...], call: str, watched: tuple[str, ...]) -> Candidate:
        """The candidate with the context that its library needs, imports, and files."""
        if target.needs_context and self.contexts and "\n" not in call and self.chance.random() < 0.9:
            around, call = self.chance.choice(self.contexts)(call, self.chance, self.words)
            steps, watched = (*around, *steps), ("result", *watched)
        steps = self.with_imports(steps, call)
        program = "\n".join((*steps, call))
        if "write_text(" not in program and "tmp_path" in program:
            steps = (*self.paths.preparation("\n".join((*steps, call))), *steps)
        return Candidate(target.qualname, steps, call, watched)

    def with_imports(self, steps: tuple[str, ...], call: str) -> tuple[str, ...]:
        """The steps after the import statements that they and the call need."""
        program = "\n".join((*steps, call))
        imports = [line for r in self.recipes for line in r.missing_imports(program, self.bound)]
        wanted = self._modules | self.inventory.imports
        imports += [line for name, line in wanted.items() if re.search(rf"(?<![\w.'\"]){name}\b", program)]
        bound = {match for step in steps for match in re.findall(r"^(\w+) = ", step)}
        imports = [line for line in imports if line.rpartition(" ")[2] not in bound]
        return (*(line for line in dict.fromkeys(imports) if line not in steps), *steps)

    def _operator(self, target: Target, steps: list[str], name: str, arguments: list[str], receiver: str) -> Candidate | None:
        template = OPERATORS.get(target.name) or STATEMENTS[target.name]
        needed = 2 if "{1}" in template else 1 if "{0}" in template else 0
        while len(arguments) < needed:
            arguments.append(self.of_kind("any", target, None))
        text = template.format(*arguments[:needed], r=name, same=receiver)
        if target.name in STATEMENTS:
            return self._finish(target, tuple(steps), text, (name,))
        return self._finish(target, tuple(steps), text)

    def _mutating_calls(self, target: Target, name: str) -> list[str]:
        """One to three method calls that may change the instance first."""
        mutators = [t for t in self.inventory.targets if t.owner == target.owner and t.kind == "method" and not t.is_async]
        if self.chance.random() < 0.8:
            mutators = [t for t in mutators if t.corpus]  # the others have only failed so far
        calls = []
        for other in state.choose(target, mutators, self.chance.choice((1, 1, 2, 2, 3)), self.chance):
            known = [c.final for c in other.corpus if c.final.startswith(f"{name}.") and "\n" not in c.final]
            if known and self.chance.random() < 0.5:
                calls.append(self.chance.choice(known))
                continue
            arguments = self.arguments(other, note=False, near=self.chance.random() < 0.6)
            call = CALLED[other.name].format(", ".join(arguments), r=name) if other.name in CALLED else ""
            calls.append(call or f"{name}.{other.name}({', '.join(arguments)})")
        return calls

    def matching(self, line: int, targets: list[Target]) -> list[Candidate]:
        """Calls with the string constants on a line of the module, and with strings that match them as patterns."""
        texts: list[str] = []
        for node in ast.walk(self.tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.lineno <= line <= (node.end_lineno or line)
            ):
                generated = [matching(node.value, self.chance) for _ in range(4)]
                texts += [t for t in (*generated, node.value) if t is not None and len(t) < 40]
        if not any(
            s.lineno <= line <= (s.end_lineno or s.lineno) for s in self.tree.body if not isinstance(s, ast.FunctionDef)
        ):
            # in a function that the module calls at import time: use the arguments of those calls
            calls = [s.value for s in self.tree.body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call)]
            texts = [a.value for c in calls for a in c.args if isinstance(a, ast.Constant) and isinstance(a.value, str)] + texts
        candidates: list[Candidate] = []
        for transform in (str, str.title, lambda t: t.strip("^$"), lambda t: f"a{t}", str.upper):
            for text in dict.fromkeys(texts):
                for target in targets:
                    candidate = self._with_text(target, repr(transform(text)))
                    candidates += [candidate] if candidate is not None else []
                if len(candidates) >= MOST_MATCHING:
                    return candidates[:MOST_MATCHING]
        return candidates

    def _with_text(self, target: Target, text: str) -> Candidate | None:
        """A call of a target with a text as its first argument; None for a method without an object."""
        if target.kind == "method":
            call = self.candidate(target)
            return self.with_argument(call, target.parameters[0], text) if call is not None else None
        others = self.arguments(target, note=False)[1:] if len(target.parameters) > 1 else []
        owner = f"{target.owner}." if target.kind in ("classmethod", "static") else ""
        return self._finish(target, (), f"{owner}{target.name}({', '.join([text, *others])})")


def _modules_of(module: Any, known: set[str]) -> dict[str, str]:
    """Import statements of the modules that a module imports, by their names there."""
    found = {}
    for name, value in vars(module).items():
        if is_a(value, types.ModuleType) and not name.startswith("_") and name not in known:
            home = value.__name__
            found[name] = f"import {home}" if home == name else f"import {home} as {name}"
    return found


def _names_imported(tree: ast.AST, library: str) -> set[str]:
    """The names that a module imports from a library."""
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == library
        for alias in node.names
    }
