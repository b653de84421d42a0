"""An instrumented copy of a module that records coverage and can behave as any of its mutants.

Conditions report their value and how far they were from the other value (`probe`). Statements and loops count steps, so that
endless code is stopped. Every mutant is selected by one number (mutant schemata; Untch et al., 1993), so that trying a mutant
needs no compilation.
"""

from __future__ import annotations

import ast
from typing import Any

from . import mutants as operators
from .copies import copied
from .instrument_expressions import ExpressionInstrumenter, call


class Instrumenter(ExpressionInstrumenter):
    """Rewrites a module; afterwards `mutants`, `conditions` (number -> line) and `lines` describe it."""

    def run(self, tree: ast.Module) -> ast.Module:
        """Return an instrumented copy of a module's tree."""
        tree = copied(tree)
        start = 1 if tree.body and ast.get_docstring(tree, clean=False) is not None else 0
        while start < len(tree.body):
            first = tree.body[start]
            if not (isinstance(first, ast.ImportFrom) and first.module == "__future__"):
                break
            start += 1
        tree.body = tree.body[:start] + self._block(tree.body[start:])
        return ast.fix_missing_locations(tree)

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
        constant = isinstance(node.test, ast.Constant)  # `while True` is no branch
        node.test = self._expression(node.test) if constant else self._condition(node.test)
        node.body, node.orelse = self._block(node.body), self._block(node.orelse)
        self._silent -= skipped
        return node

    def _for(self, node: ast.For | ast.AsyncFor) -> ast.stmt:
        if isinstance(node, ast.For):
            number = self._number(node.lineno)
            node.iter = call("loop", ast.Constant(value=number), self._expression(node.iter))
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


def _caught(handler: ast.ExceptHandler) -> str:
    """An exception that a handler catches, as source text."""
    node = handler.type.elts[0] if isinstance(handler.type, ast.Tuple) and handler.type.elts else handler.type
    return "ValueError" if node is None or ast.unparse(node) in ("Exception", "BaseException") else ast.unparse(node)


def _mark_taken(number: int) -> ast.stmt:
    """A statement that reports that an exception handler or a case runs."""
    return _call_statement("taken", ast.Constant(value=number))


def _call_statement(method: str, *arguments: ast.expr) -> ast.stmt:
    return ast.Expr(value=call(method, *arguments))
