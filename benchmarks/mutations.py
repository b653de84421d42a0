"""Mutations of signatures, and the uses that each of them breaks, for `review.py signatures`."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

from histories import is_test

MUTATIONS = ("rename", "required", "removed parameter", "default", "remove", "comment", "body")


def targets(folder: Path) -> list:
    """(path, name, node, callers) of top-level functions with known callers, and of methods called through `self`."""
    trees = {}
    for file in sorted(folder.rglob("*.py")):
        relative = file.relative_to(folder).as_posix()
        try:
            trees[relative] = ast.parse(file.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
    names: Counter[str] = Counter(
        n.name for t in trees.values() for n in ast.walk(t) if isinstance(n, ast.FunctionDef | ast.ClassDef)
    )
    rows = []
    for path, tree in trees.items():
        if is_test(path) or "/" not in path:
            continue
        for node in tree.body:
            if (
                isinstance(node, ast.FunctionDef)
                and names[node.name] == 1
                and not node.decorator_list
                and not node.name.startswith("__")
            ):
                callers = callers_of(trees, path, node.name)
                if callers:
                    rows.append((path, node.name, node, callers))
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef) and names[method.name] == 1 and not method.decorator_list:
                        calls = [
                            (path, c.lineno, c)
                            for c in ast.walk(node)
                            if isinstance(c, ast.Call)
                            and isinstance(c.func, ast.Attribute)
                            and c.func.attr == method.name
                            and isinstance(c.func.value, ast.Name)
                            and c.func.value.id == "self"
                        ]
                        if calls and not method.name.startswith("__"):
                            rows.append((path, f"{node.name}.{method.name}", method, calls))
    return rows


def callers_of(trees: dict, path: str, name: str) -> list:
    """Imports of the name from its module, and its calls in the importing files and in its own file."""
    stem = path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
    uses = []
    for other, tree in trees.items():
        imported = other == path
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2] == stem:
                for alias in node.names:
                    if alias.name == name and alias.asname is None:
                        imported = True
                        uses.append((other, node.lineno, node))
        if imported:
            uses += [
                (other, c.lineno, c)
                for c in ast.walk(tree)
                if isinstance(c, ast.Call) and isinstance(c.func, ast.Name) and c.func.id == name
            ]
    return uses


def mutated(text: str, node: ast.FunctionDef, name: str, kind: str):  # noqa: ANN201
    """(new text, predicate of the uses it breaks); None when the mutation does not apply."""
    lines = text.split("\n")
    bare = node.name
    head = lines[node.lineno - 1]
    own = set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    method = "." in name
    arguments = [a.arg for a in (*node.args.posonlyargs, *node.args.args)][method:]
    required = len(arguments) - len(node.args.defaults)

    def is_call(use):  # noqa: ANN001, ANN202
        return isinstance(use[2], ast.Call)

    def starred(use):  # noqa: ANN001, ANN202
        return is_call(use) and (
            any(isinstance(a, ast.Starred) for a in use[2].args) or any(k.arg is None for k in use[2].keywords)
        )

    if kind == "rename":
        lines[node.lineno - 1] = head.replace(f"def {bare}", f"def {bare}_renamed", 1)
        return "\n".join(lines), lambda use: use[1] not in own
    if kind == "remove":
        start = node.lineno - 1
        filler = [" " * node.col_offset + "pass"] if method else []
        return "\n".join(lines[:start] + filler + lines[node.end_lineno :]), lambda use: use[1] not in own
    signature = re.match(rf"(\s*def {bare}\()(.*)(\).*:\s*)$", head)
    if kind in ("required", "removed parameter", "default") and (signature is None or re.search(r"[\[({]", signature[2])):
        return None  # commas inside brackets are not handled here
    if kind == "required":
        if node.args.vararg or node.args.kwarg or node.args.kwonlyargs:
            return None
        first = [a.strip() for a in signature[2].split(",") if a.strip()]
        first.insert(int(method) + required, "needed_now")
        lines[node.lineno - 1] = f"{signature[1]}{', '.join(first)}{signature[3]}"

        def misses(use):  # noqa: ANN001, ANN202
            if not is_call(use) or starred(use):
                return False
            passed = len(use[2].args) + sum(k.arg in arguments for k in use[2].keywords)
            positional = len(use[2].args)
            return positional <= required and passed >= required

        return "\n".join(lines), misses
    if kind == "removed parameter":
        if (
            not arguments
            or node.args.vararg
            or node.args.kwarg
            or "," in (signature[2].split("=")[-1] if "=" in signature[2] else "")
        ):
            return None
        dropped = arguments[-1]
        remaining = [a for a in signature[2].split(",") if not re.match(rf"\s*{dropped}\b", a)]
        lines[node.lineno - 1] = f"{signature[1]}{','.join(remaining)}{signature[3]}"
        position = len(arguments) - 1
        return (
            "\n".join(lines),
            lambda use: (
                is_call(use)
                and not starred(use)
                and (len(use[2].args) > position or any(k.arg == dropped for k in use[2].keywords))
            ),
        )
    if kind == "default":
        if (
            not node.args.defaults
            or not isinstance(node.args.defaults[-1], ast.Constant)
            or node.args.defaults[-1].value == 12345
        ):
            return None
        last = node.args.defaults[-1]
        if last.lineno != node.lineno:
            return None
        lines[node.lineno - 1] = head[: last.col_offset] + "12345" + head[last.end_col_offset :]
        changed, position = arguments[-1], len(arguments) - 1
        return (
            "\n".join(lines),
            lambda use: (
                is_call(use)
                and not starred(use)
                and len(use[2].args) <= position
                and not any(k.arg == changed for k in use[2].keywords)
            ),
        )
    body = node.body[0].lineno - 1
    indent = " " * (node.body[0].col_offset)
    if node.body[0].lineno == node.lineno:
        return None
    added = f"{indent}# a comment that changes nothing" if kind == "comment" else f"{indent}unused_here = 1"
    return "\n".join([*lines[:body], added, *lines[body:]]), lambda use: False
