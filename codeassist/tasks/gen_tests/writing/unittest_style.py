"""Generated tests as methods of a `unittest.TestCase`, for projects that have no other tests."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Collection


def as_test_case(text: str, module: str, taken: Collection[str] = ()) -> str:
    """A generated test file with its test functions as methods of one class; `taken` are names that the class must not have.

    Functions that need fixtures of pytest stay functions. The text itself when all do.
    """
    tree = ast.parse(text)
    methods = {n.name: m for n in tree.body if isinstance(n, ast.FunctionDef) and (m := _method(n)) is not None}
    if not methods:
        return text
    first = next(n for n, node in enumerate(tree.body) if isinstance(node, ast.FunctionDef))
    others = [n for n in tree.body[first:] if not (isinstance(n, ast.FunctionDef) and n.name in methods)]
    head = [n for n in tree.body[:first] if others or ast.unparse(n) != "import pytest"]
    docstring = [n for n in head[:1] if isinstance(n, ast.Expr)]
    imports = [n for n in head if n not in docstring]
    future = [n for n in imports if isinstance(n, ast.ImportFrom) and n.module == "__future__"]
    lines = (
        [ast.get_source_segment(text, n) or "" for n in docstring],
        [ast.unparse(n) for n in future],
        _imports(text, [n for n in imports if n not in future]),
    )
    body = "\n\n".join("\n".join(f"    {line}" if line else "" for line in _spaced(ast.unparse(m))) for m in methods.values())
    name = _class_name(module, taken)
    blocks = ["\n".join(block) for block in lines if block]
    parts = [f"class {name}(unittest.TestCase):\n{body}", *(_written(text, n) for n in others)]
    return "\n\n".join(blocks) + "\n\n\n" + "\n\n\n".join(parts) + "\n"


def _written(text: str, node: ast.stmt) -> str:
    """A statement as it is written, with its decorators."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    return "\n".join(text.split("\n")[first - 1 : node.end_lineno])


def _imports(text: str, nodes: list[ast.stmt]) -> list[str]:
    """The import lines as they are written, grouped, with that of `unittest` among those of the standard library."""
    lines = text.split("\n")
    written: list[str] = []
    last = 0
    for node in nodes:
        written += [""] if last and node.lineno > last + 1 else []
        written += lines[node.lineno - 1 : node.end_lineno]
        last = node.end_lineno or node.lineno
    plain = [n for n, line in enumerate(written) if re.match(r"import \w+$", line)]
    position = next((n for n in plain if written[n] > "import unittest"), (plain[-1] + 1) if plain else 0)
    separated = [] if plain or not written else [""]
    return [*written[:position], "import unittest", *separated, *written[position:]]


def _spaced(text: str) -> list[str]:
    """The lines of a method, with empty lines around the functions in it."""
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        starts = bool(re.match(r" {4}(?:async )?def ", line))
        ends = inside and not line.startswith(" " * 8)
        lines += ["", line] if (starts and len(lines) > 1) or ends else [line]
        inside = starts or (inside and not ends)
    return lines


def _class_name(module: str, taken: Collection[str]) -> str:
    words = [w for w in re.split(r"\W|_", module.rpartition(".")[2]) if w]
    base = "".join(w[0].upper() + w[1:] for w in words)
    options = (f"{base}Test", f"{base}GeneratedTest", *(f"{base}GeneratedTest{n}" for n in range(2, 100)))
    return next(name for name in options if name not in taken)


def _method(function: ast.FunctionDef) -> ast.FunctionDef | None:
    """A test function as a method; None when it needs pytest."""
    method = copy.deepcopy(function)
    table = _table(method)
    if not function.name.startswith("test") or (method.decorator_list and table is None):
        return None
    names = [a.arg for a in method.args.args]
    if table is None and names:
        return None
    method.body = [_Converted().visit(statement) for statement in method.body]
    if table is not None:
        parameters, rows = table
        if sorted(parameters) != sorted(names):
            return None
        method.body = [_loop(parameters, rows, method.body)]
        method.decorator_list = []
    method.args.args = [ast.arg("self")]
    ast.fix_missing_locations(method)
    return None if any(isinstance(n, ast.Name) and n.id == "pytest" for n in ast.walk(method)) else method


def _table(function: ast.FunctionDef) -> tuple[list[str], ast.expr] | None:
    """The names and rows of the only decorator, if that is `pytest.mark.parametrize`."""
    if len(function.decorator_list) != 1:
        return None
    call = function.decorator_list[0]
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "pytest.mark.parametrize" or len(call.args) != 2:
        return None
    names = ast.literal_eval(call.args[0])
    return (names.split(", ") if isinstance(names, str) else list(names)), call.args[1]


def _loop(names: list[str], rows: ast.expr, body: list[ast.stmt]) -> ast.stmt:
    """A loop over the rows of a table with a subtest for each."""
    listed = ", ".join(names)
    given = ", ".join(f"{name}={name}" for name in names)
    loop = ast.parse(f"for {listed} in {ast.unparse(rows)}:\n    with self.subTest({given}):\n        pass").body[0]
    assert isinstance(loop, ast.For)
    assert isinstance(loop.body[0], ast.With)
    loop.body[0].body = body
    return loop


class _Converted(ast.NodeTransformer):
    """Turns assertions into calls of the methods of a test case."""

    def visit_With(self, node: ast.With) -> ast.AST:
        self.generic_visit(node)
        call = node.items[0].context_expr
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.raises":
            matched = [k.value for k in call.keywords if k.arg == "match"]
            method = "assertRaisesRegex" if matched else "assertRaises"
            node.items[0].context_expr = _self(method, [*call.args, *matched])
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        return ast.Expr(_asserted(node.test))


def _asserted(test: ast.expr) -> ast.expr:
    """The call that asserts a condition."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, operator, right = test.left, test.ops[0], test.comparators[0]
        if isinstance(operator, ast.Eq) and isinstance(right, ast.Call) and ast.unparse(right.func) == "pytest.approx":
            is_number = isinstance(right.args[0], ast.Constant | ast.UnaryOp)
            return _almost_equal(left, right.args[0]) if is_number and len(right.args) == 1 else test
        if isinstance(operator, ast.Is) and isinstance(right, ast.Constant) and right.value is None:
            return _self("assertIsNone", [left])
        name = {ast.Eq: "assertEqual", ast.Is: "assertIs", ast.In: "assertIn", ast.NotIn: "assertNotIn"}.get(type(operator))
        if name:
            return _self(name, [left, right])
    if isinstance(test, ast.Call) and ast.unparse(test.func) == "isinstance":
        return _self("assertIsInstance", test.args)
    return _self("assertTrue", [test])


def _almost_equal(left: ast.expr, number: ast.expr) -> ast.Call:
    """The comparison with a number; of one above 1 with the tolerance of `pytest.approx`, a millionth of it."""
    call = _self("assertAlmostEqual", [left, number])
    value = abs(ast.literal_eval(number))
    call.keywords = [ast.keyword("delta", ast.Constant(float(f"{1e-6 * value:.1g}")))] if value > 1 else []
    return call


def _self(method: str, arguments: list[ast.expr]) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name("self", ast.Load()), method, ast.Load()), arguments, [])
