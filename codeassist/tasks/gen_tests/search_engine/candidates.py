"""Candidates for a target: calls with values of likely kinds, and variations of earlier calls."""

from __future__ import annotations

import ast
import enum
import random
import re
from collections import Counter

from .execution import Bench, Candidate, Outcome
from . import containers, recipes, state, stubs
from .files import Paths
from .parameters import Parameter
from .products import Product
from .sequences import Sequences
from .surroundings import Surroundings
from .targets import CALLED, OPERATORS, STATEMENTS, Inventory, Target
from .values import CALLABLES, POOLS, Literals, matching, vary

INSTANCES = 40
"""Maximum expressions kept per class that construct an instance of it, for calls that need one."""

KNOWN = 6
"""Weight of all kinds of a parameter from which on values of other kinds are not tried: they would be of a wrong kind."""

MOST_TIMES = 40
"""How often a loop that fills a container may run."""


class Maker:
    """Makes candidates. Remembers expressions that construct the module's classes and the kinds of value it chose last."""

    def __init__(self, bench: Bench, inventory: Inventory, seed: int) -> None:
        """Prepare pools for one module."""
        self.inventory = inventory
        self.chance = random.Random(seed)
        patterns = [v.pattern for v in vars(bench.module).values() if isinstance(v, re.Pattern) and isinstance(v.pattern, str)]
        patterns += [p for p in _patterns(bench.tree) if p not in patterns]
        self.tree = bench.tree
        self.accepted = [text for p in patterns for _ in range(3) if (text := matching(p, self.chance)) and len(text) < 60]
        """Texts that the module's regular expressions match."""

        self.literals = Literals([bench.tree], patterns, self.chance)
        self.words = [ast.literal_eval(t) for t in self.literals.by_kind.get("str", []) if len(t) < 24]
        self.local = {
            t.qualname: Literals([tree], (), self.chance)
            for t in inventory.targets
            if (tree := inventory.trees.get(t.qualname))
        }
        self.instances: dict[str, list[str]] = {name: [] for name in (*inventory.helpers, *inventory.classes)}
        self.sequences = Sequences(self.chance)
        self.recipes = recipes.recognised(bench.tree)
        for target in inventory.targets if inventory.classes else ():
            tree = inventory.trees.get(target.qualname)
            target.changes, target.asks = state.changed(tree), state.asked(tree)
        self.bound = set(bench.namespace(bench.module))
        """Names that a test can use without a further import."""

        self.commands = {n: c for r in self.recipes if r.calls for n, c in r.calls(vars(bench.module)).items()}
        inventory.add_commands(self.commands)
        self.by_name = {t.qualname: t for t in inventory.targets}
        self.contexts = [r.surround for r in self.recipes if r.surround and r.context & _names_imported(bench.tree, r.library)]
        self.surroundings = {t.qualname: Surroundings(inventory.trees.get(t.qualname), self.chance) for t in inventory.targets}
        for name, expressions in self.instances.items():
            for recipe in self.recipes:
                expressions += recipe.instances.get(name, ())
        self.paths = Paths(bench.tree, self.chance)
        self.chosen: list[tuple[str, str]] = []
        """(parameter, kind) of the values in the latest candidate."""

        self._near: list[str] = []
        self._receiver = ""
        for name, cls in inventory.known_classes.items():
            if isinstance(cls, type) and issubclass(cls, enum.Enum):
                self.instances[name] = [f"{name}.{m}" for m in getattr(cls, "__members__", ())]

    def remember(self, candidate: Candidate, outcome: Outcome) -> None:
        """Remember the expression if it constructed an instance of one of the module's classes."""
        kind = outcome.kind
        if kind in self.instances and all(step.startswith(("import ", "from ")) for step in candidate.steps):
            expressions = self.instances[kind]
            if candidate.final not in expressions and len(candidate.final) < 100:
                expressions.append(candidate.final)
                if len(expressions) > INSTANCES:  # drop one of the most common form
                    forms = Counter(map(_construction_form, expressions))
                    largest = max(forms.values())
                    removable = [n for n, text in enumerate(expressions[:-1]) if forms[_construction_form(text)] == largest]
                    expressions.pop(self.chance.choice(removable or range(len(expressions) - 1)))

    def candidate(self, target: Target) -> Candidate | None:
        """A new call of a target; None when it needs an instance and no expression that makes one is known."""
        self.chosen = []
        if target.kind == "command":
            steps, final = self.commands[target.name](self.chance, self.words, self._command_line())
            return self._finish(target, steps, final)
        if target.products and self.chance.random() < 0.4:
            return self._use_of(self.chance.choice(target.products), target)
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
        arguments = self._of_parameters(product.parameters, target, False)
        call = f"{product.variable}({', '.join(arguments)})"
        steps, call = (("import asyncio", *product.steps), f"asyncio.run({call})") if product.is_async else (product.steps, call)
        return self._in_context(target, steps, call, ())

    def _finish(self, target: Target, steps: tuple[str, ...], call: str, watched: tuple[str, ...] = ()) -> Candidate:
        surroundings = self.surroundings.get(target.qualname)
        if surroundings is not None:
            steps = (*surroundings.steps(self._command_line, self.words), *steps)
        if target.is_async:
            steps = ("import asyncio", *steps)
            call = f"asyncio.run({call})"
        return self._in_context(target, steps, call, watched)

    def _in_context(self, target: Target, steps: tuple[str, ...], call: str, watched: tuple[str, ...]) -> Candidate:
        """The candidate with the context that its library needs, imports, and files."""
        if target.needs_context and self.contexts and "\n" not in call and self.chance.random() < 0.9:
            around, call = self.chance.choice(self.contexts)(call, self.chance, self.words)
            steps, watched = (*around, *steps), ("result", *watched)
        program = "\n".join((*steps, call))
        imports = [line for r in self.recipes for line in r.missing_imports(program, self.bound)]
        imports += [line for name, line in self.inventory.imports.items() if re.search(rf"(?<![\w.'\"]){name}\b", program)]
        steps = (*(line for line in imports if line not in steps), *steps)
        if "write_text(" not in program and "tmp_path" in program:
            steps = (*self.paths.preparation("\n".join((*steps, call))), *steps)
        return Candidate(target.qualname, steps, call, watched)

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
        calls = []
        for other in state.choose(target, mutators, self.chance.choice((1, 1, 2, 2, 3)), self.chance):
            arguments = self.arguments(other, note=False, near=self.chance.random() < 0.6)
            call = CALLED[other.name].format(", ".join(arguments), r=name) if other.name in CALLED else ""
            calls.append(call or f"{name}.{other.name}({', '.join(arguments)})")
        return calls

    def arguments(self, target: Target, note: bool = True, near: bool = False) -> list[str]:
        """Arguments for a call, as text; with `near`, one may be a literal from the receiver's expression."""
        arguments = self._of_parameters(target.parameters, target, note)
        if near and arguments and self._near:
            literals = [
                i for i, text in enumerate(arguments) if "=" not in text and re.fullmatch(r"'[^']*'|-?\d+(?:\.\d+)?|None", text)
            ]
            position = self.chance.choice(literals) if literals else 0
            fitting = [n for n in self._near if n.startswith("'") == arguments[position].startswith("'")]
            if literals and fitting:
                arguments[position] = self.chance.choice(fitting)
        return arguments

    def _of_parameters(self, parameters: list[Parameter], target: Target, note: bool) -> list[str]:
        """A value for each parameter that is given, by position or by name."""
        arguments: list[str] = []
        by_name = False
        for parameter in parameters:
            if parameter.how == "var_positional":
                arguments += (
                    [self.value(parameter, target, note) for _ in range(self.chance.choice((0, 1, 1, 2, 3)))]
                    if not by_name
                    else []
                )
            elif parameter.how == "var_keyword":
                if self.chance.random() < 0.3:
                    arguments.append(f"{self.chance.choice(('a', 'b', 'name'))}={self.of_kind('int', target, None)}")
            elif parameter.optional and not parameter.kinds.get("argv") and self.chance.random() < 0.6:
                by_name = True
            elif by_name or parameter.how == "keyword_only":
                by_name = by_name or parameter.how == "keyword_only"
                arguments.append(
                    f"{parameter.name}={self.value(parameter, target, note)}"
                ) if parameter.how != "positional_only" else None
            else:
                arguments.append(self.value(parameter, target, note))
        return arguments

    def value(self, parameter: Parameter, target: Target, note: bool = True) -> str:
        """A value for a parameter: a constant it is compared with, or a value of a likely kind."""
        for recipe in self.recipes if not parameter.sure else ():
            expressions = recipe.for_parameter(parameter.name)
            if expressions and self.chance.random() < 0.7:
                return self.chance.choice(expressions)
        if parameter.constants and self.chance.random() < 0.25:
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
        return self.of_kind(kind, target, parameter)

    def of_kind(self, kind: str, target: Target, parameter: Parameter | None) -> str:
        """A value of a kind: a constant from the function or module, a value from the pool, or a variation of one."""
        chance = self.chance
        if kind == "self":
            kind = f"obj:{target.owner}"
        if kind.startswith("obj:"):
            if self._receiver and kind[4:] == target.owner and chance.random() < 0.45:
                return self.varied(Candidate("", (), self._receiver)).final  # nearly equal objects exercise comparisons
            return self.instance(kind[4:]) or self._stub(parameter, target)
        if kind == "stub":
            return self._stub(parameter, target)
        container, _, item = kind.partition(":")
        if item:
            count = chance.choice((0, 1, 2, 2, 3))
            return containers.written(container, lambda: self.of_kind(item, target, None), count)
        if kind == "any":
            kind = chance.choice(("int", "str", "list", "dict", "tuple", "float", "none", "bool", "set", "callable", "iter"))
        if kind in ("path", "filename") and target.files:
            return self.paths.path(kind == "filename")
        if kind == "argv":
            return self._command_line()
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
        if kind == "str" and len(self.accepted) > 1 and chance.random() < 0.4:
            return repr(self._joined())
        text = chance.choice(pool)
        return vary(text, chance, self.words) if roll > 0.85 else text

    def _joined(self) -> str:
        """Several texts that the module's patterns accept, one after the other: what a tokeniser or a parser reads."""
        parts = [self.chance.choice(self.accepted) for _ in range(self.chance.choice((1, 2, 3, 3, 4)))]
        return self.chance.choice(("", "", " ", " ", "\n", ", ")).join(parts)[:120]

    def _stub(self, parameter: Parameter | None, target: Target) -> str:
        """An object with the attributes that the code reads from a parameter; None when it reads none."""
        if parameter is None or not parameter.attributes:
            return "None"
        return stubs.written(
            parameter.name, {name: self.value(attribute, target, False) for name, attribute in parameter.attributes.items()}
        )

    def _command_line(self) -> str:
        """A list of words for a command line: options and other short words of the module, numbers, file names."""
        options = [w for w in self.words if re.fullmatch(r"--?[A-Za-z][\w-]*", w)]
        others = [w for w in self.words if re.fullmatch(r"[a-z][\w-]{1,12}", w)] or ["abc"]
        words: list[str] = []
        for _ in range(self.chance.choice((0, 1, 1, 2, 2, 3))):
            if options and self.chance.random() < 0.6:
                words.append(repr(self.chance.choice(options)))
            if self.chance.random() < 0.7:
                files = [self.paths.path(as_text=True)] if "open(" in ast.unparse(self.tree) else []
                words.append(self.chance.choice([repr(self.chance.choice(others)), "'3'", "'0'", "'abc'", *files]))
        return f"[{', '.join(words)}]"

    def instance(self, owner: str) -> str | None:
        """An expression that constructs an instance of a class or of a subclass, or None."""
        expressions = self.instances.get(owner) or []
        if not expressions:
            for name, cls in self.inventory.classes.items():
                if owner in {c.__name__ for c in getattr(cls, "__mro__", ())} and self.instances.get(name):
                    return self.chance.choice(self.instances[name])
            return None
        return self.chance.choice(expressions)

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
                    other_arguments = self.arguments(target, note=False)[1:] if len(target.parameters) > 1 else []
                    owner = f"{target.owner}." if target.kind in ("classmethod", "static") else ""
                    candidates.append(
                        self._finish(
                            target, (), f"{owner}{target.name}({', '.join([repr(transform(text)), *other_arguments])})"
                        )
                    )
        return candidates[:300]

    def varied(self, candidate: Candidate) -> Candidate:
        """A candidate with one value changed, or another instance."""
        parts = [*candidate.steps, candidate.final]
        trees = []
        places: list[tuple[int, ast.AST]] = []
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
                    places.append((position, node))
        if not places:
            target = self.by_name.get(candidate.target)
            return (self.candidate(target) if target else None) or candidate
        for _ in range(1 if self.chance.random() < 0.7 else 2):
            position, node = self.chance.choice(places)
            self._replace(trees[position], node)
        try:
            texts = [re.sub(r"(?<![\w.])-0(?![\w.])", "0", ast.unparse(ast.fix_missing_locations(tree))) for tree in trees]
        except (ValueError, RecursionError, AttributeError):
            return candidate
        if any(int(n) > MOST_TIMES for text in texts for n in re.findall(r"^for \w+ in range\((\d+)\)", text)):
            return candidate
        return Candidate(candidate.target, tuple(texts[:-1]), texts[-1], candidate.watched)

    def _replace(self, tree: ast.AST, node: ast.AST) -> None:
        if isinstance(node, ast.Lambda):
            arity = len(node.args.args)
            text = self.chance.choice(CALLABLES[min(3, arity)])
        else:
            text = vary(ast.unparse(node), self.chance, self.words)
            kind = type(getattr(node, "value", None)).__name__
            if isinstance(node, ast.Constant) and self.chance.random() < 0.35 and self.literals.by_kind.get(kind):
                text = self.chance.choice(self.literals.by_kind[kind])
        try:
            replacement = ast.parse(text, mode="eval").body
        except SyntaxError:
            return
        for parent in ast.walk(tree):
            for name, value in ast.iter_fields(parent):
                if value is node:
                    setattr(parent, name, replacement)
                    return
                if isinstance(value, list) and any(v is node for v in value):
                    value[[v is node for v in value].index(True)] = replacement
                    return


def _names_imported(tree: ast.AST, library: str) -> set[str]:
    """The names that a module imports from a library."""
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == library
        for alias in node.names
    }


def _patterns(tree: ast.AST) -> list[str]:
    patterns = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("re.", "_re.", "regex.")) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                patterns.append(first.value)
        elif (
            isinstance(node, ast.Tuple)
            and node.elts
            and all(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in node.elts)
        ):
            patterns.append(node.elts[0].value)  # type: ignore[attr-defined]  # tables of (pattern, replacement)
    return patterns[:120]


def _construction_form(text: str) -> tuple[str, ...]:
    """The form of a constructing expression: what it calls and which keyword arguments it passes."""
    return (text.partition("(")[0], *sorted(set(re.findall(r"\b(\w+)=", text))))
