"""Variations of calls: other values, other instances, another argument."""

from __future__ import annotations

import abc
import ast
import re
from collections.abc import Iterator, Sequence

from ..running.outcome import Candidate
from ..subjects.kinds import Parameter
from ..subjects.target import Target
from . import recipes
from .arguments import Arguments
from .pools import CALLABLES
from .values import vary, without_negative_zero

ANOTHER = 0.35
"""Share of the variations that give one parameter another value instead of changing one a little."""

ARGV = "'sys.argv'"
PROGRAM = "prog"
"""The first word of a command line, which stays."""

ELSEWHERE = 0.15
"""How often a value that is changed becomes one that occurs elsewhere in the test."""

MOST_TIMES = 40
"""How often a loop that fills a container may run."""


class Variations(Arguments):
    """Varies calls; what makes new ones provides the targets and the context of a call."""

    by_name: dict[str, Target]
    """The targets by their qualified names."""

    callable: dict[str, Target]
    """The classes, methods and functions that a step may call, by their names."""

    @abc.abstractmethod
    def candidate(self, target: Target) -> Candidate | None:
        """A new call of a target; None when none can be made."""

    @abc.abstractmethod
    def in_context(self, target: Target, steps: tuple[str, ...], call: str, watched: tuple[str, ...]) -> Candidate:
        """The candidate with the context that its library needs, imports, and files."""

    def varied(self, candidate: Candidate) -> Candidate:
        """A candidate with one value changed, or another instance."""
        if self.chance.random() < ANOTHER and (other := self._with_another_argument(candidate)) is not None:
            return other
        if ARGV in candidate.text and candidate.target in self.by_name and self.chance.random() < ANOTHER:
            return self._with_another_command_line(candidate)
        parts = [*candidate.steps, candidate.final]
        trees = []
        places: list[tuple[int, ast.AST]] = []
        for position, part in enumerate(parts):
            try:
                tree = ast.parse(part)
            except SyntaxError:
                return candidate
            trees.append(tree)
            fixed = _names_of_places(tree) if "monkeypatch." in part or "tmp_path" in part else set()
            fixed |= recipes.inside_objects(tree) if ")" in part else set()
            for node in ast.walk(tree):
                if id(node) in fixed or getattr(node, "value", None) == PROGRAM:
                    continue
                if (
                    isinstance(node, (ast.Constant, ast.List, ast.Dict, ast.Tuple, ast.Set, ast.UnaryOp))
                    and not isinstance(getattr(node, "ctx", None), ast.Store)
                ) or (isinstance(node, ast.Lambda) and _uses_its_parameters(node)):
                    places.append((position, node))
        if not places:
            target = self.by_name.get(candidate.target)
            return (self.candidate(target) if target else None) or candidate
        for _ in range(1 if self.chance.random() < 0.7 else 2):
            position, node = self.chance.choice(places)
            self._replace(trees[position], node, trees)
        try:
            texts = [without_negative_zero(ast.unparse(tree)) for tree in trees]
        except (ValueError, RecursionError, AttributeError):
            return candidate
        if any(int(n) > MOST_TIMES for text in texts for n in re.findall(r"^for \w+ in range\((\d+)\)", text)):
            return candidate
        return Candidate(candidate.target, tuple(texts[:-1]), texts[-1], candidate.watched)

    def _with_another_command_line(self, candidate: Candidate) -> Candidate:
        """A candidate with another command line: words of one that are changed alone are seldom accepted."""
        words = ", ".join([repr(PROGRAM), *([made] if (made := self.command_line()[1:-1]) else [])])
        changed = f"monkeypatch.setattr({ARGV}, [{words}])"
        steps = [changed if ARGV in step else step for step in candidate.steps if "write_text(" not in step]
        return self.in_context(self.by_name[candidate.target], tuple(steps), candidate.final, candidate.watched)

    def _replace(self, tree: ast.AST, node: ast.AST, others: Sequence[ast.AST]) -> None:
        """Give a value in a tree another one, sometimes one of the same type that occurs elsewhere in the test (`others`)."""
        if isinstance(node, ast.Lambda):
            arity = len(node.args.args)
            text = self.chance.choice(CALLABLES[min(3, arity)])
        else:
            text = vary(ast.unparse(node), self.chance, self.words)
            kind = type(getattr(node, "value", None)).__name__
            if isinstance(node, ast.Constant) and self.chance.random() < 0.35 and self.literals.by_kind.get(kind):
                text = self.chance.choice(self.literals.by_kind[kind])
            if isinstance(node, ast.Constant) and self.chance.random() < ELSEWHERE:
                parts = (n for other in others for n in ast.walk(other) if isinstance(n, ast.Constant) and n is not node)
                same = [repr(n.value) for n in parts if type(n.value) is type(node.value) and n.value != node.value]
                text = self.chance.choice(same) if same else text
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

    def _with_another_argument(self, candidate: Candidate) -> Candidate | None:
        """A candidate with another value, made like a new one, for one argument of a call in it, or one argument more."""
        places = self._calls(candidate)
        if not places:
            return None
        place, called = self.chance.choice(places)
        parameter = self.chance.choice(called.parameters)
        value = self.value(parameter, called, called.qualname == candidate.target)
        return self.with_argument(candidate, parameter, value, place, called)

    def with_each_argument(self, candidate: Candidate, text: str) -> Iterator[Candidate]:
        """The candidate with a value given to one parameter, for each parameter of each call in it."""
        for place, called in self._calls(candidate):
            for parameter in called.parameters:
                given = self.with_argument(candidate, parameter, text, place, called)
                if given is not None:
                    yield given

    def with_argument(
        self, candidate: Candidate, parameter: Parameter, text: str, place: int | None = None, called: Target | None = None
    ) -> Candidate | None:
        """A candidate with another value for one parameter of a call; None when that cannot be written.

        `place` is the position of the call among the steps, by default after them, and `called` what is called there.
        """
        target = self.by_name.get(candidate.target)
        called = called or target
        if (
            target is None
            or called is None
            or called.kind in ("command", "operator", "setter")
            or parameter.how.startswith("var")
        ):
            return None
        parts = [*candidate.steps, candidate.final]
        place = len(candidate.steps) if place is None else place
        try:
            tree = ast.parse(parts[place])
            value = ast.parse(text, mode="eval").body
        except SyntaxError:
            return None
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func).rpartition(".")[2] == called.name]
        if not calls or any(isinstance(a, ast.Starred) for a in calls[0].args) or not _set(calls[0], called, parameter, value):
            return None
        parts[place] = ast.unparse(tree)
        return self.in_context(target, tuple(parts[:-1]), parts[-1], candidate.watched)

    def _calls(self, candidate: Candidate) -> list[tuple[int, Target]]:
        """The calls with parameters in a candidate, its own first: positions among the steps and what is called there."""
        target = self.by_name.get(candidate.target)
        parts = [*candidate.steps, candidate.final]
        own = next((n for n in reversed(range(len(parts))) if target and f"{target.name}(" in parts[n]), len(candidate.steps))
        places = [(own, target)] if target is not None else []
        places += [(n, called) for n, step in enumerate(candidate.steps) if (called := self._called(step)) is not None]
        return [(n, called) for n, called in places if called.parameters]

    def _called(self, step: str) -> Target | None:
        """What a step constructs or calls, if it is known."""
        found = re.match(r"(?:\w+ = )?(?:(\w+)\.)?(\w+)\(", step)
        if found is None:
            return None
        return self.callable.get(found[2])


def _uses_its_parameters(function: ast.Lambda) -> bool:
    """Whether the result of a small function depends on what it is given; if not, the value that it gives is varied."""
    names = {a.arg for a in function.args.args}
    return any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(function.body))


def _names_of_places(tree: ast.AST) -> set[int]:
    """The constants of a statement that name what `monkeypatch` changes or a file: with other names it would be of no use."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("monkeypatch."):
            whole = ast.unparse(node.args[0]) == ARGV
            changed = [n for n in ast.walk(node) if whole or (isinstance(n, ast.Constant) and isinstance(n.value, bool))]
            found |= {id(n) for n in (*node.args[:1], *changed)}
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and ast.unparse(node.left) == "tmp_path":
            found.add(id(node.right))
    return found


def _set(call: ast.Call, target: Target, parameter: Parameter, value: ast.expr) -> bool:
    """Give a call's argument another value, in place; whether that was possible."""
    position = target.parameters.index(parameter)
    if position < len(call.args):
        call.args[position] = value
    elif parameter.how == "positional_only":
        return False
    else:
        call.keywords = [k for k in call.keywords if k.arg != parameter.name]
        call.keywords.append(ast.keyword(parameter.name, value))
    return True
