"""One copy of a module that tells where it goes and can behave as any of its mutants.

Conditions report how they went and how far they were from going the other way (branch distance; Korel, 1990), loops and
functions count steps so that nothing runs for ever, and every mutant is a switch on one number (mutant schemata; Untch et
al., 1993), so that trying a mutant costs no compilation.
"""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from . import mutants as operators

FAR = 1e6
LIMIT = 150_000
PROBE = "_ca_probe"  # one underscore: two would be mangled inside classes


class Endless(BaseException):
    """The code under test took more steps than it is allowed."""


@dataclass(frozen=True)
class Mutant:
    """One mutant: its number, operator, line, the function it is in, and whether it acts while the module is imported."""

    id: int
    operator: str
    line: int
    function: str
    at_import: bool


@dataclass
class Probe:
    """What the instrumented module reports to, and the switch that picks a mutant (0: the module as it is)."""

    active: int = 0
    steps: int = 0
    limit: int = LIMIT
    lines: set[int] = field(default_factory=set)
    branches: set[tuple[int, bool]] = field(default_factory=set)
    distances: dict[tuple[int, bool], float] = field(default_factory=dict)
    compared: dict[int, list[Any]] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget what was seen."""
        self.steps = 0
        self.lines = set()
        self.branches = set()
        self.distances = {}

    def line(self, number: int) -> None:
        """A statement runs."""
        self.lines.add(number)
        self.step()

    def step(self) -> None:
        """Count; raises `Endless` beyond the limit."""
        self.steps += 1
        if self.steps > self.limit:
            self.steps = 0
            raise Endless

    def test(self, number: int, value: Any) -> Any:
        """A condition went one way."""
        went = bool(value)
        self.branches.add((number, went))
        return value

    def compare(self, number: int, relation: str, left: Any, right: Any) -> Any:
        """A comparison: its value, and how far it was from the other one."""
        value: Any = RELATIONS[relation](left, right)
        if not self.active:
            try:
                went = bool(value)
                apart = distance(relation, left, right)
            except Exception:  # whatever the operands' own operators raise
                return value
            key = (number, not went)
            self.distances[key] = min(self.distances.get(key, FAR), apart)
            for constant in (left, right):
                if isinstance(constant, (int, str, float, bytes)) and not isinstance(constant, bool):
                    seen = self.compared.setdefault(number, [])
                    if len(seen) < 24 and constant not in seen:
                        seen.append(constant)
        return value

    def loop(self, number: int, iterable: Iterable[Any]) -> Iterator[Any]:
        """A loop: whether it was entered, and whether it ended by itself."""
        entered = False
        for item in iterable:
            if not entered:
                entered = True
                self.branches.add((number, True))
            self.step()
            yield item
        self.branches.add((number, False))


RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "Eq": lambda a, b: a == b,
    "NotEq": lambda a, b: a != b,
    "Lt": lambda a, b: a < b,
    "LtE": lambda a, b: a <= b,
    "Gt": lambda a, b: a > b,
    "GtE": lambda a, b: a >= b,
    "Is": lambda a, b: a is b,
    "IsNot": lambda a, b: a is not b,
    "In": lambda a, b: a in b,
    "NotIn": lambda a, b: a not in b,
}


def distance(relation: str, left: Any, right: Any) -> float:
    """How far a comparison is from having the other value: 0 next to it."""
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        apart = abs(left - right)
        return FAR if math.isnan(apart) else min(FAR, float(apart))
    if isinstance(left, str) and isinstance(right, str) and relation in ("Eq", "NotEq"):
        common = sum(a == b for a, b in zip(left, right, strict=False))
        return float(max(len(left), len(right)) - common)
    if relation in ("In", "NotIn") and isinstance(right, (list, tuple, str, set, frozenset, dict)):
        return 1.0
    return 0.5 * FAR


class Instrumenter(ast.NodeTransformer):
    """Rewrites a module; afterwards `mutants`, `conditions` and `lines` say what it holds."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.mutants: list[Mutant] = []
        self.conditions: dict[int, int] = {}
        self.lines: set[int] = set()
        self._path: list[str] = []
        self._depth = 0
        self._line = 0
        self._silent = 0

    def run(self, tree: ast.Module) -> ast.Module:
        """The instrumented copy of a module's tree."""
        tree = copy.deepcopy(tree)
        start = 1 if tree.body and ast.get_docstring(tree, clean=False) is not None else 0
        while start < len(tree.body):
            first = tree.body[start]
            if not (isinstance(first, ast.ImportFrom) and first.module == "__future__"):
                break
            start += 1
        tree.body = tree.body[:start] + self._block(tree.body[start:])
        return ast.fix_missing_locations(tree)

    # -- statements

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for statement in body:
            made.extend(self._statement(statement))
        return made

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        self._line = node.lineno
        silent = operators.is_declaration(node) and not isinstance(node, ast.If)
        variants = [] if silent or self._silent else list(operators.of_statement(node, self._depth > 0))
        numbers = [self._mutant(name) for name, _ in variants]
        self._silent += silent
        changed = self._inside(node)
        self._silent -= silent
        if variants:
            whole: list[ast.stmt] = [changed]
            for number, (_, replacement) in zip(numbers, variants, strict=True):
                whole = [ast.If(test=self._switch(number), body=replacement, orelse=whole)]
            made = whole
        else:
            made = [changed]
        if self._depth and not isinstance(node, (ast.Global, ast.Nonlocal)):
            self.lines.add(node.lineno)
            made.insert(0, _call_statement("line", ast.Constant(value=node.lineno)))
        return [ast.copy_location(ast.fix_missing_locations(m), node) if not hasattr(m, "lineno") else m for m in made]

    def _inside(self, node: ast.stmt) -> Any:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._function(node)
        if isinstance(node, ast.ClassDef):
            self._path.append(node.name)
            start = 1 if ast.get_docstring(node, clean=False) is not None else 0
            node.body = node.body[:start] + self._block(node.body[start:])
            self._path.pop()
            return node
        if isinstance(node, (ast.If, ast.While)):
            skipped = operators.is_declaration(node)
            self._silent += skipped
            node.test = self._condition(node.test)
            node.body, node.orelse = self._block(node.body), self._block(node.orelse)
            self._silent -= skipped
            return node
        if isinstance(node, ast.For):
            number = self._number(node.lineno)
            node.iter = _call("loop", ast.Constant(value=number), self._expression(node.iter))
            node.body, node.orelse = self._block(node.body), self._block(node.orelse)
            return node
        if isinstance(node, ast.AsyncFor):
            node.body, node.orelse = self._block(node.body), self._block(node.orelse)
            return node
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                item.context_expr = self._expression(item.context_expr)
            node.body = self._block(node.body)
            return node
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            node.body, node.orelse = self._block(node.body), self._block(node.orelse)  # type: ignore[attr-defined]
            node.finalbody = self._block(node.finalbody)  # type: ignore[attr-defined]
            for handler in node.handlers:  # type: ignore[attr-defined]
                number = self._number(handler.lineno)
                raises = len(handler.body) == 1 and isinstance(handler.body[0], ast.Raise)
                again = None if raises or self._silent else self._mutant("handler", handler.body[0].lineno)
                body = self._block(handler.body)
                if again is not None:
                    body = [ast.If(test=self._switch(again), body=[ast.Raise()], orelse=body)]
                mark = ast.Expr(value=_call("test", ast.Constant(value=number), ast.Constant(value=True)))
                handler.body = [mark, *body]
            return node
        if type(node).__name__ == "Match":
            node.subject = self._expression(node.subject)  # type: ignore[attr-defined]
            for case in node.cases:  # type: ignore[attr-defined]
                number = self._number(case.body[0].lineno)
                if case.guard is not None:
                    case.guard = self._condition(case.guard)
                case.body = [
                    ast.Expr(value=_call("test", ast.Constant(value=number), ast.Constant(value=True))),
                    *self._block(case.body),
                ]
            return node
        quiet = isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and operators.is_quiet(node.value))
        self._silent += quiet
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "type_comment", "type_params"):
                continue
            if isinstance(value, ast.expr):
                setattr(node, name, self._expression(value) if name != "target" else self._target(value))
            elif isinstance(value, list) and value and isinstance(value[0], ast.expr):
                setattr(node, name, [self._target(v) if name == "targets" else self._expression(v) for v in value])
        self._silent -= quiet
        return node

    def _function(self, node: Any) -> Any:
        overload = any("overload" in ast.unparse(d) for d in node.decorator_list)
        self._silent += overload
        node.args.defaults = [self._expression(d) for d in node.args.defaults]
        node.args.kw_defaults = [d if d is None else self._expression(d) for d in node.args.kw_defaults]
        self._path.append(node.name)
        self._depth += 1
        start = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body = node.body[:start] + (self._block(node.body[start:]) or ([] if start else [ast.Pass()]))
        self._depth -= 1
        self._path.pop()
        self._silent -= overload
        return node

    # -- expressions

    def _condition(self, test: ast.expr) -> ast.expr:
        number = self._number(test.lineno)
        variants = [] if self._silent else list(operators.of_condition(test))
        numbers = [self._mutant(name) for name, _ in variants]
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            made = self._expression(test, known=number)
        else:
            made = self._expression(test)
        for mutant, (_, replacement) in zip(numbers, variants, strict=True):
            made = ast.IfExp(test=self._switch(mutant), body=replacement, orelse=made)
        return _call("test", ast.Constant(value=number), made)

    def _expression(self, node: ast.expr, known: int | None = None) -> ast.expr:
        """One expression with its mutants as switches; `known` is the number of the condition that it is."""
        variants = [] if self._silent else list(operators.of_expression(node))
        numbers = [self._mutant(name, getattr(node, "lineno", self._line)) for name, _ in variants]
        made = self._parts(node, known)
        for number, (_, replacement) in zip(numbers, variants, strict=True):
            made = ast.IfExp(test=self._switch(number), body=replacement, orelse=made)
        return made

    def _parts(self, node: ast.expr, known: int | None) -> ast.expr:
        if isinstance(node, (ast.Constant, ast.Name, ast.JoinedStr, ast.Await, ast.Yield, ast.YieldFrom)):
            if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)) and node.value is not None:
                node.value = self._expression(node.value)
            if isinstance(node, ast.JoinedStr):
                for value in node.values:
                    if isinstance(value, ast.FormattedValue):
                        value.value = self._expression(value.value)
            return node
        if isinstance(node, ast.Lambda):
            node.body = self._expression(node.body)
            return node
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            number = known if known is not None else self._number(node.lineno, counted=False)
            left, right = self._expression(node.left), self._expression(node.comparators[0])
            return _call("compare", ast.Constant(value=number), ast.Constant(value=type(node.ops[0]).__name__), left, right)
        if isinstance(node, ast.IfExp):
            node.test = _call("test", ast.Constant(value=self._number(node.lineno)), self._expression(node.test))
            node.body, node.orelse = self._expression(node.body), self._expression(node.orelse)
            return node
        if isinstance(node, ast.NamedExpr):
            node.value = self._expression(node.value)
            return node
        for name, value in ast.iter_fields(node):
            if name in ("ctx", "op", "ops", "slice_"):
                continue
            if name == "generators":
                for generator in value:
                    if not generator.is_async:
                        number = self._number(node.lineno, counted=False)
                        generator.iter = _call("loop", ast.Constant(value=number), self._expression(generator.iter))
                    generator.ifs = [self._condition(test) for test in generator.ifs]
            elif name == "keywords":
                for keyword in value:
                    keyword.value = self._expression(keyword.value)
            elif isinstance(value, ast.Slice):
                for part in ("lower", "upper", "step"):
                    if getattr(value, part) is not None:
                        setattr(value, part, self._expression(getattr(value, part)))
            elif isinstance(value, ast.expr):
                if isinstance(value, ast.Name) and name == "func":
                    continue
                setattr(node, name, self._expression(value))
            elif isinstance(value, list) and any(isinstance(v, ast.expr) for v in value):
                setattr(
                    node,
                    name,
                    [
                        self._expression(v) if isinstance(v, ast.expr) and not isinstance(v, ast.Starred) else self._star(v)
                        for v in value
                    ],
                )
        return node

    def _star(self, node: Any) -> Any:
        if isinstance(node, ast.Starred):
            node.value = self._expression(node.value)
        return node

    def _target(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            node.slice = self._expression(node.slice)
        return node

    # -- numbers

    def _mutant(self, operator: str, line: int = 0) -> int:
        number = len(self.mutants) + 1
        self.mutants.append(Mutant(number, operator, line or self._line, ".".join(self._path), not self._depth))
        return number

    def _number(self, line: int, counted: bool = True) -> int:
        number = len(self.conditions) + 1 if counted else -(line * 100 + len(self.conditions) % 100) - 1
        if counted:
            self.conditions[number] = line
        return number

    def _switch(self, number: int) -> ast.expr:
        active = ast.Attribute(value=ast.Name(id=PROBE, ctx=ast.Load()), attr="active", ctx=ast.Load())
        return ast.Compare(left=active, ops=[ast.Eq()], comparators=[ast.Constant(value=number)])


def _call(method: str, *arguments: ast.expr) -> ast.Call:
    target = ast.Attribute(value=ast.Name(id=PROBE, ctx=ast.Load()), attr=method, ctx=ast.Load())
    return ast.Call(func=target, args=list(arguments), keywords=[])


def _call_statement(method: str, *arguments: ast.expr) -> ast.stmt:
    return ast.Expr(value=_call(method, *arguments))
