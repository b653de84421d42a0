"""Programs from test functions: their statements without the assertions, and the asserted expression to observe."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from codeassist.tasks.review.behaviour.engine import CallRecord
from codeassist.tasks.review.behaviour.test_context import Context, parsed, tests_in

ORIGIN = "test"
MOST = 120
"""Programs of one module."""

MOST_STATEMENTS = 14
LONGEST = 1_500
COLLECTED = "observed"
"""The variable that keeps what assertions inside loops are about."""

SHORTEST = 3
"""Characters of a word that programs are searched for."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def programs(tests: Sequence[Path], names: Sequence[str], root: Path, module: str = "") -> list[CallRecord]:
    """Programs that the tests in some files below `root` consist of.

    Those that mention one of the names come first, then those with words of these names and of the module's name.
    """
    found: dict[tuple[str, tuple[str, ...]], CallRecord] = {}
    for path in tests:
        tree = parsed(path)
        if tree is None:
            continue
        context = Context(path, tree, root)
        for function, owner in tests_in(tree):
            bound = context.instance(function, owner)
            for steps, final in _of_test(function, context.fixtures.keys()) if bound is not None else ():
                own = [*(bound or ()), *steps]
                needed = context.needed("\n".join((*own, final)))
                if needed is None or len("\n".join((*steps, final))) > LONGEST:
                    continue
                text = "\n".join((*own, final))
                target = next((n for n in names if re.search(rf"\b{re.escape(n.rpartition('.')[2])}\b", text)), "")
                found.setdefault((final, (*needed, *own)), (target, final, [*needed, *own], ORIGIN))
    words = _words([*names, module])
    return sorted(found.values(), key=lambda p: (not p[0], -_hits(words, p)))[:MOST]


def _words(names: Sequence[str]) -> frozenset[str]:
    """The words that names consist of, in small letters."""
    parts = (re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name) for name in names)
    return frozenset(w.lower() for part in parts for w in re.split(r"[._]+", part) if len(w) >= SHORTEST)


def _hits(words: Collection[str], program: CallRecord) -> int:
    """How many of the words a program contains."""
    text = "\n".join((*program[2], program[1])).lower()
    return sum(word in text for word in words)


def _of_test(function: ast.FunctionDef, fixtures: Collection[str]) -> Iterator[tuple[list[str], str]]:
    """(statements, observed expression) for each assertion of a test; parametrised ones once a row."""
    arguments = [a.arg for a in function.args.args if a.arg != "self" and a.arg not in fixtures]
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
            if isinstance(statement, ast.For | ast.With | ast.If) and (kept := _collecting(statement)) is not None:
                steps += [f"{COLLECTED} = []", ast.unparse(kept)]
                yield list(steps), COLLECTED
            elif not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                steps.append(ast.unparse(statement))


class _Collector(ast.NodeTransformer):
    """Replaces each assertion by statements that keep what it is about."""

    def __init__(self) -> None:
        self.found = False

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        """One node; functions inside are left as they are."""
        if isinstance(node, Function | ast.Lambda | ast.ClassDef):
            return node
        observed = list(_observed(node)) if isinstance(node, ast.stmt) else []
        if not observed:
            return super().generic_visit(node)
        self.found = True
        return ast.parse("\n".join(f"{COLLECTED}.append({text})" for text in observed)).body


def _collecting(statement: ast.stmt) -> ast.stmt | None:
    """A loop or the like that keeps what its assertions are about instead of checking it; None if it asserts nothing."""
    collector = _Collector()
    changed = collector.visit(copy.deepcopy(statement))
    return changed if collector.found and isinstance(changed, ast.stmt) else None


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
