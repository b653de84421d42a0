"""Instrumented expressions: conditions report their value and how far they were from the other one; parts have mutants."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from . import mutants as operators

PROBE = "_ca_probe"  # one underscore: two would be mangled inside classes

ASKING = ("startswith", "endswith", "match", "fullmatch", "search")
"""Methods whose result says whether a text is as it should be."""


@dataclass(frozen=True)
class Mutant:
    """One mutant: its number, operator, line, the function it is in, and whether it is active at import time."""

    id: int
    operator: str
    line: int
    function: str
    at_import: bool


class ExpressionInstrumenter:
    """Rewrites expressions and numbers what they contain: `mutants`, `conditions` (number -> line) and `lines` describe it."""

    def __init__(self, mutated: frozenset[int] | None = None) -> None:
        """Start with an empty description. Only functions with one of the lines `mutated` get mutants, without it all do."""
        self._mutated = mutated
        self.mutants: list[Mutant] = []
        self.conditions: dict[int, int] = {}
        self.lines: set[int] = set()
        self.parts: dict[int, int] = {}
        """The lines of the parts of conditions, by their negative numbers."""

        self.handlers: dict[int, tuple[str, list[str]]] = {}
        """By the number of an exception handler: the exception that it catches, the methods that are called before it."""

        self._path: list[str] = []
        self._depth = 0
        self._line = 0
        self._silent = 0

    def _condition(self, test: ast.expr) -> ast.expr:
        number = self._number(test.lineno)
        variants = [] if self._silent else list(operators.of_condition(test))
        numbers = [self._mutant(name) for name, _ in variants]
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            instrumented = self._expression(test, known=number)
        else:
            instrumented = self._expression(test)
        for mutant, (_, replacement) in zip(numbers, variants, strict=True):
            instrumented = ast.IfExp(test=self._switch(mutant), body=replacement, orelse=instrumented)
        return call("test", ast.Constant(value=number), instrumented)

    def _expression(self, node: ast.expr, known: int | None = None) -> ast.expr:
        """Instrument an expression and add its mutants; `known` is its number if it is a condition."""
        variants = [] if self._silent else list(operators.of_expression(node))
        numbers = [self._mutant(name, getattr(node, "lineno", self._line)) for name, _ in variants]
        instrumented = self._instrument_expression(node, known)
        for number, (_, replacement) in zip(numbers, variants, strict=True):
            instrumented = ast.IfExp(test=self._switch(number), body=replacement, orelse=instrumented)
        return instrumented

    def _instrument_expression(self, node: ast.expr, known: int | None) -> ast.expr:
        """Instrument the parts of an expression."""
        if isinstance(node, (ast.Constant, ast.Name)):
            return node
        if isinstance(node, ast.JoinedStr):
            return self._interpolated(node)
        if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)):
            if node.value is not None:
                node.value = self._expression(node.value)
            return node
        if isinstance(node, ast.Lambda):
            node.body = self._expression(node.body)
            return node
        if (reported := self._relation(node, known)) is not None:
            return reported
        if isinstance(node, ast.IfExp):
            node.test = call("test", ast.Constant(value=self._number(node.lineno)), self._expression(node.test))
            node.body, node.orelse = self._expression(node.body), self._expression(node.orelse)
            return node
        for name, value in ast.iter_fields(node):
            if name not in ("ctx", "op", "ops", "slice_"):
                self._field(node, name, value)
        return node

    def _relation(self, node: ast.expr, known: int | None) -> ast.expr | None:
        """Instrument a comparison, a compound condition or a call that asks something; None for other expressions."""
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            number = known if known is not None else self._number(node.lineno, counted=False)
            left, right = self._expression(node.left), self._expression(node.comparators[0])
            return call("compare", ast.Constant(value=number), ast.Constant(value=type(node.ops[0]).__name__), left, right)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node.operand = self._part(node.operand)
            return node
        if isinstance(node, ast.BoolOp):
            node.values = [self._part(value) for value in node.values]
            return node
        if isinstance(node, ast.Call) and (relation := _asks(node)):
            number = self._number(node.lineno, counted=False)
            given = [node.func if isinstance(node.func, ast.Name) else self._expression(node.func)]
            given += [self._expression(argument) for argument in node.args]
            return call("asked", ast.Constant(value=number), ast.Constant(value=relation), *given)
        return None

    def _part(self, node: ast.expr) -> ast.expr:
        """Instrument a part of a compound condition."""
        negated = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        if negated or isinstance(node, (ast.Compare, ast.Constant, ast.Lambda)) or (isinstance(node, ast.Call) and _asks(node)):
            return self._expression(node)
        return call("part", ast.Constant(value=self._number(node.lineno, counted=False)), self._expression(node))

    def _interpolated(self, node: ast.JoinedStr) -> ast.expr:
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                value.value = self._expression(value.value)
        return node

    def _field(self, node: ast.expr, name: str, value: Any) -> None:
        """Instrument the value of one field of an expression in place."""
        if name == "generators":
            self._generators(node, value)
        elif name == "keywords":
            for keyword in value:
                keyword.value = self._expression(keyword.value)
        elif isinstance(value, ast.Slice):
            for part in ("lower", "upper", "step"):
                if getattr(value, part) is not None:
                    setattr(value, part, self._expression(getattr(value, part)))
        elif isinstance(value, ast.expr):
            if not (isinstance(value, ast.Name) and name == "func"):
                setattr(node, name, self._expression(value))
        elif isinstance(value, list) and any(isinstance(v, ast.expr) for v in value):
            plain = [isinstance(v, ast.expr) and not isinstance(v, ast.Starred) for v in value]
            setattr(node, name, [self._expression(v) if p else self._star(v) for v, p in zip(value, plain, strict=True)])

    def _generators(self, node: ast.expr, generators: list[ast.comprehension]) -> None:
        for generator in generators:
            if not generator.is_async:
                number = self._number(node.lineno, counted=False)
                generator.iter = call("loop", ast.Constant(value=number), self._expression(generator.iter))
            generator.ifs = [self._condition(test) for test in generator.ifs]

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
        numbers = self.conditions if counted else self.parts
        number = len(numbers) + 1 if counted else -len(numbers) - 1
        numbers[number] = line
        return number

    def _switch(self, number: int) -> ast.expr:
        active = ast.Attribute(value=ast.Name(id=PROBE, ctx=ast.Load()), attr="active", ctx=ast.Load())
        return ast.Compare(left=active, ops=[ast.Eq()], comparators=[ast.Constant(value=number)])


def _asks(node: ast.Call) -> str:
    """What a call asks about a value: `isinstance` or the name of a method; "" for other calls."""
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        return ""
    if isinstance(node.func, ast.Name):
        return "isinstance" if node.func.id == "isinstance" and len(node.args) == 2 else ""
    if isinstance(node.func, ast.Attribute) and node.func.attr in ASKING and node.args:
        return node.func.attr
    return ""


def call(method: str, *arguments: ast.expr) -> ast.Call:
    """A call of a method of the probe."""
    target = ast.Attribute(value=ast.Name(id=PROBE, ctx=ast.Load()), attr=method, ctx=ast.Load())
    return ast.Call(func=target, args=list(arguments), keywords=[])
