"""An instrumented copy of a module that records coverage and can behave as any of its mutants.

Conditions report their value and how far they were from the other value (`probe`). Statements and loops count steps, so that
endless code is stopped. Every mutant is selected by one number (mutant schemata; Untch et al., 1993), so that trying a mutant
needs no compilation.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import Any

from . import mutants as operators

PROBE = "_ca_probe"  # one underscore: two would be mangled inside classes


@dataclass(frozen=True)
class Mutant:
    """One mutant: its number, operator, line, the function it is in, and whether it is active at import time."""

    id: int
    operator: str
    line: int
    function: str
    at_import: bool


class Instrumenter(ast.NodeTransformer):
    """Rewrites a module; afterwards `mutants`, `conditions` (number -> line) and `lines` describe it."""

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

    def run(self, tree: ast.Module) -> ast.Module:
        """Return an instrumented copy of a module's tree."""
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
        instrumented: list[ast.stmt] = []
        for statement in body:
            instrumented.extend(self._statement(statement))
        return instrumented

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        self._line = node.lineno
        is_silent = operators.is_declaration(node) and not isinstance(node, ast.If)
        variants = [] if is_silent or self._silent else list(operators.of_statement(node, self._depth > 0))
        numbers = [self._mutant(name) for name, _ in variants]
        self._silent += is_silent
        changed = self._instrument_statement(node)
        self._silent -= is_silent
        if variants:
            switched: list[ast.stmt] = [changed]
            for number, (_, replacement) in zip(numbers, variants, strict=True):
                switched = [ast.If(test=self._switch(number), body=replacement, orelse=switched)]
            instrumented = switched
        else:
            instrumented = [changed]
        if self._depth and not isinstance(node, (ast.Global, ast.Nonlocal)):
            self.lines.add(node.lineno)
            instrumented.insert(0, _call_statement("line", ast.Constant(value=node.lineno)))
        return [ast.copy_location(ast.fix_missing_locations(m), node) if not hasattr(m, "lineno") else m for m in instrumented]

    def _instrument_statement(self, node: ast.stmt) -> Any:
        """Instrument the parts of a statement."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._function(node)
        if isinstance(node, ast.ClassDef):
            return self._class(node)
        if isinstance(node, (ast.If, ast.While)):
            return self._branching(node)
        if isinstance(node, (ast.For, ast.AsyncFor)):
            return self._for(node)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return self._with(node)
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            return self._try(node)
        if type(node).__name__ == "Match":
            return self._match(node)
        return self._simple(node)

    def _class(self, node: ast.ClassDef) -> ast.stmt:
        self._path.append(node.name)
        start = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body = node.body[:start] + self._block(node.body[start:])
        self._path.pop()
        return node

    def _branching(self, node: ast.If | ast.While) -> ast.stmt:
        skipped = operators.is_declaration(node)
        self._silent += skipped
        node.test = self._condition(node.test)
        node.body, node.orelse = self._block(node.body), self._block(node.orelse)
        self._silent -= skipped
        return node

    def _for(self, node: ast.For | ast.AsyncFor) -> ast.stmt:
        if isinstance(node, ast.For):
            number = self._number(node.lineno)
            node.iter = _call("loop", ast.Constant(value=number), self._expression(node.iter))
        node.body, node.orelse = self._block(node.body), self._block(node.orelse)
        return node

    def _with(self, node: ast.With | ast.AsyncWith) -> ast.stmt:
        for item in node.items:
            item.context_expr = self._expression(item.context_expr)
        node.body = self._block(node.body)
        return node

    def _try(self, node: Any) -> ast.stmt:
        called = [
            n.func.attr for s in node.body for n in ast.walk(s) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        ]
        node.body, node.orelse = self._block(node.body), self._block(node.orelse)
        node.finalbody = self._block(node.finalbody)
        for handler in node.handlers:
            number = self._number(handler.lineno)
            self.handlers[number] = (_caught(handler), called)
            raises = len(handler.body) == 1 and isinstance(handler.body[0], ast.Raise)
            reraise = None if raises or self._silent else self._mutant("handler", handler.body[0].lineno)
            body = self._block(handler.body)
            if reraise is not None:
                body = [ast.If(test=self._switch(reraise), body=[ast.Raise()], orelse=body)]
            handler.body = [_mark_taken(number), *body]
            node.body.insert(0, _call_statement("tried", ast.Constant(value=number)))
        return node  # type: ignore[no-any-return]

    def _match(self, node: Any) -> ast.stmt:
        node.subject = self._expression(node.subject)
        for case in node.cases:
            number = self._number(case.body[0].lineno)
            if case.guard is not None:
                case.guard = self._condition(case.guard)
            case.body = [_mark_taken(number), *self._block(case.body)]
        return node  # type: ignore[no-any-return]

    def _simple(self, node: ast.stmt) -> ast.stmt:
        """Instrument the expressions and targets of a statement without a block."""
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
        silent = any("overload" in ast.unparse(d) for d in node.decorator_list) or self._is_outside(node)
        self._silent += silent
        node.args.defaults = [self._expression(d) for d in node.args.defaults]
        node.args.kw_defaults = [d if d is None else self._expression(d) for d in node.args.kw_defaults]
        self._path.append(node.name)
        self._depth += 1
        start = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body = node.body[:start] + (self._block(node.body[start:]) or ([] if start else [ast.Pass()]))
        self._depth -= 1
        self._path.pop()
        self._silent -= silent
        return node

    def _is_outside(self, node: Any) -> bool:
        """Whether a function has none of the lines that are mutated."""
        return self._mutated is not None and self._mutated.isdisjoint(range(node.lineno, (node.end_lineno or node.lineno) + 1))

    # -- expressions

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
        return _call("test", ast.Constant(value=number), instrumented)

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
            node.test = _call("test", ast.Constant(value=self._number(node.lineno)), self._expression(node.test))
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
            return _call("compare", ast.Constant(value=number), ast.Constant(value=type(node.ops[0]).__name__), left, right)
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
            return _call("asked", ast.Constant(value=number), ast.Constant(value=relation), *given)
        return None

    def _part(self, node: ast.expr) -> ast.expr:
        """Instrument a part of a compound condition."""
        negated = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        if negated or isinstance(node, (ast.Compare, ast.Constant, ast.Lambda)) or (isinstance(node, ast.Call) and _asks(node)):
            return self._expression(node)
        return _call("part", ast.Constant(value=self._number(node.lineno, counted=False)), self._expression(node))

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
                generator.iter = _call("loop", ast.Constant(value=number), self._expression(generator.iter))
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


ASKING = ("startswith", "endswith", "match", "fullmatch", "search")
"""Methods whose result says whether a text is as it should be."""


def _asks(node: ast.Call) -> str:
    """What a call asks about a value: `isinstance` or the name of a method; "" for other calls."""
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        return ""
    if isinstance(node.func, ast.Name):
        return "isinstance" if node.func.id == "isinstance" and len(node.args) == 2 else ""
    if isinstance(node.func, ast.Attribute) and node.func.attr in ASKING and node.args:
        return node.func.attr
    return ""


def _call(method: str, *arguments: ast.expr) -> ast.Call:
    target = ast.Attribute(value=ast.Name(id=PROBE, ctx=ast.Load()), attr=method, ctx=ast.Load())
    return ast.Call(func=target, args=list(arguments), keywords=[])


def _caught(handler: ast.ExceptHandler) -> str:
    """An exception that a handler catches, as source text."""
    node = handler.type.elts[0] if isinstance(handler.type, ast.Tuple) and handler.type.elts else handler.type
    return "ValueError" if node is None or ast.unparse(node) in ("Exception", "BaseException") else ast.unparse(node)


def _mark_taken(number: int) -> ast.stmt:
    """A statement that reports that an exception handler or a case runs."""
    return _call_statement("taken", ast.Constant(value=number))


def _call_statement(method: str, *arguments: ast.expr) -> ast.stmt:
    return ast.Expr(value=_call(method, *arguments))
