"""Programs from test functions: their statements without the assertions, and the asserted expression to observe."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from codeassist.evidence.parsed_source import syntax_tree
from codeassist.tasks.review.behaviour.engine import CallRecord
from indexers.files.decoding import source_text

ORIGIN = "test"
MOST = 120
"""Programs of one module."""

MOST_STATEMENTS = 14
LONGEST = 1_500

Function = ast.FunctionDef | ast.AsyncFunctionDef


def programs(tests: Sequence[Path], names: Sequence[str]) -> list[CallRecord]:
    """Programs that the tests in some files consist of; those that mention one of the names come first."""
    found: dict[tuple[str, tuple[str, ...]], CallRecord] = {}
    for path in tests:
        tree = _parsed(path)
        if tree is None:
            continue
        top = _top_level(tree)
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.startswith("test")):
            for steps, final in _of_test(function):
                text = "\n".join((*steps, final))
                needed = _needed(text, top)
                if needed is None or len(text) > LONGEST:
                    continue
                target = next((n for n in names if re.search(rf"\b{re.escape(n.rpartition('.')[2])}\b", text)), "")
                found.setdefault((final, (*needed, *steps)), (target, final, [*needed, *steps], ORIGIN))
    return sorted(found.values(), key=lambda p: not p[0])[:MOST]


def _parsed(path: Path) -> ast.Module | None:
    try:
        return syntax_tree(source_text(path))
    except (OSError, ValueError):
        return None


def _top_level(tree: ast.Module) -> dict[str, str]:
    """Name -> the import or the simple assignment that binds it, as text."""
    top: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            if not getattr(node, "level", 0):
                top |= {(a.asname or a.name).partition(".")[0]: ast.unparse(node) for a in node.names}
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            text = ast.unparse(node)
            if len(text) < LONGEST // 3:
                top[node.targets[0].id] = text
        elif isinstance(node, Function | ast.ClassDef) and not node.name.lower().startswith("test"):
            text = ast.unparse(node)
            if len(text) < LONGEST // 2 and not node.decorator_list:
                top[node.name] = text
    return top


def _needed(program: str, top: dict[str, str]) -> list[str] | None:
    """The top-level statements that a program needs, in their order; None when it needs `self` or a fixture."""
    try:
        names = {n.id for n in ast.walk(ast.parse(program)) if isinstance(n, ast.Name)}
    except SyntaxError:
        return None
    if "self" in names:
        return None
    for _ in range(3):
        for name in list(names & top.keys()):
            names |= {n.id for n in ast.walk(ast.parse(top[name])) if isinstance(n, ast.Name)}
    return list(dict.fromkeys(text for name, text in top.items() if name in names))


def _of_test(function: ast.FunctionDef) -> Iterator[tuple[list[str], str]]:
    """(statements, observed expression) for each assertion of a test; parametrised ones once a row."""
    arguments = [a.arg for a in function.args.args if a.arg != "self"]
    for row in _rows(function, arguments):
        steps = [f"{name} = {text}" for name, text in row.items()]
        for statement in function.body:
            observed = list(_observed(statement))
            for expression in observed:
                if len(steps) <= MOST_STATEMENTS + len(row):
                    yield list(steps), expression
            if observed:
                continue
            if isinstance(statement, ast.With) and "raises" in ast.unparse(statement.items[0].context_expr):
                for inner in statement.body:
                    if isinstance(inner, ast.Expr):
                        yield list(steps), ast.unparse(inner)
                continue
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                steps.append(ast.unparse(statement))


def _observed(statement: ast.stmt) -> Iterator[str]:
    """The expressions that an assertion is about."""
    if isinstance(statement, ast.Assert):
        test = statement.test
        parts = [test.left, *test.comparators] if isinstance(test, ast.Compare) else [test]
    elif (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and ast.unparse(statement.value.func).startswith(("self.assert", "eq_", "assert_"))
    ):
        parts = list(statement.value.args)
        if "Raises" in ast.unparse(statement.value.func) and len(parts) > 1:
            yield f"{ast.unparse(parts[1])}({', '.join(map(ast.unparse, parts[2:]))})"
            return
    else:
        return
    for part in parts:
        if not isinstance(part, ast.Constant | ast.JoinedStr) and any(isinstance(n, ast.Name) for n in ast.walk(part)):
            yield ast.unparse(part)


def _rows(function: ast.FunctionDef, arguments: Sequence[str]) -> list[dict[str, str]]:
    """The values of a parametrised test by row; one empty row for a test without arguments; none with fixtures."""
    rows: list[dict[str, str]] = [{}]
    for decorator in function.decorator_list:
        if not (
            isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("parametrize") and len(decorator.args) > 1
        ):
            continue
        header, table = decorator.args[:2]
        names = [n.strip() for n in str(getattr(header, "value", "")).split(",")]
        if isinstance(header, ast.List | ast.Tuple):
            names = [str(getattr(e, "value", "")) for e in header.elts]
        values = list(_values(table, len(names)))
        rows = [row | dict(zip(names, value, strict=True)) for row in rows for value in values][:12]
    known = set(rows[0]) if rows else set()
    return rows if set(arguments) <= known | {"tmp_path"} else []


def _values(table: ast.expr, width: int) -> Iterator[list[str]]:
    for row in table.elts if isinstance(table, ast.List | ast.Tuple) else ():
        parts = list(row.args) if isinstance(row, ast.Call) and ast.unparse(row.func).endswith("param") else [row]
        if width > 1 and len(parts) == 1 and isinstance(parts[0], ast.Tuple | ast.List):
            parts = list(parts[0].elts)
        if len(parts) == width:
            yield [ast.unparse(p) for p in parts]
