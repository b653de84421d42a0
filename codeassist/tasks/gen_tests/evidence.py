"""How the rest of the repository uses a module: calls, in code and tests, whose arguments can be written down."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from codeassist.tasks.gen_tests.project import Target
from indexers import Index
from indexers.text import file_lines

MOST = 120
PER_NAME = 12
_SIMPLE = (
    ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp, ast.BinOp, ast.USub, ast.operator, ast.Lambda,
    ast.arguments, ast.arg, ast.Name, ast.Compare, ast.cmpop, ast.keyword, ast.Attribute, ast.Call, ast.expr_context,
)  # fmt: skip


def call_sites(index: Index, target: Target) -> list[dict[str, Any]]:
    """Calls of the module's functions elsewhere in the repository, tests first, whose arguments stand for themselves."""
    tree = ast.parse(target.path.read_text(encoding="utf-8-sig"))
    functions = {
        n.name
        for n in tree.body
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not n.name.startswith("_")
    }
    own = target.path.relative_to(index.root).as_posix() if index.root in target.path.parents else ""
    found: list[dict[str, Any]] = []
    for name in sorted(functions):
        places: dict[str, set[int]] = {}
        for use in sorted(index.graph().callers(name, 60, ("call",)), key=lambda u: not u.is_test):
            if use.path != own and use.path.endswith(".py"):
                places.setdefault(use.path, set()).add(use.line)
        calls = [call for path, lines in places.items() for call in _calls(index.root, path, name, lines)]
        found += [{"target": name, "text": text} for text in list(dict.fromkeys(calls))[:PER_NAME]]
    return found[:MOST]


def _calls(root: Path, path: str, name: str, lines: set[int]) -> list[str]:
    try:
        tree = ast.parse("\n".join(file_lines(root, path)))
    except (SyntaxError, ValueError, RecursionError):
        return []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.lineno in lines:
            called = ast.unparse(node.func).rpartition(".")[2]
            if called == name and all(_stands_alone(a) for a in (*node.args, *(k.value for k in node.keywords))):
                node.func = ast.Name(id=name, ctx=ast.Load())
                text = ast.unparse(node)
                if len(text) < 160:
                    found.append(text)
    return found


def _stands_alone(node: ast.expr) -> bool:
    """Whether an argument means the same anywhere: literals and what is made of them."""
    bound = {a.arg for n in ast.walk(node) if isinstance(n, ast.Lambda) for a in n.args.args}
    for part in ast.walk(node):
        if not isinstance(part, _SIMPLE):
            return False
        if (
            isinstance(part, ast.Name)
            and part.id not in bound
            and not re.fullmatch(
                r"None|True|False|int|str|float|list|dict|set|tuple|len|range|bool|sum|min|max|sorted", part.id
            )
        ):
            return False
    return True
