"""What a view function reads of its request, by its source: query parameters, fields of a form, fields of a JSON body.

Flask and Django do not describe requests, so the names and types are taken from the code. Used by `probe` in the project's
interpreter; the standard library only.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

PLACES = {"args": "query", "GET": "query", "form": "form", "POST": "form", "json": "body", "data": "body"}
"""Attributes of `request` -> where a client sends what they hold."""

PARSED = ("get_json", "loads", "load")
SEVERAL = ("max", "min", "sum", "sorted", "mean", "median", "list", "set", "tuple", "enumerate", "any", "all")
CASTS = {"int": "integer", "float": "number", "Decimal": "number", "bool": "boolean"}


def reads(view: Any) -> dict[tuple[str, str], str]:
    """(place, name) -> JSON type of what a view, and functions of its module that it calls, read; place: query, form, body."""
    found: dict[tuple[str, str], str] = {}
    for tree in _sources(view):
        reader = _Reader(tree)
        for key, kind in reader.found.items():
            found.setdefault(key, kind)
    return found


def _sources(view: Any) -> Iterator[ast.AST]:
    """The syntax trees of a view (a function, or the methods of a class) and of functions of its module that it calls."""
    try:
        view = inspect.unwrap(getattr(view, "view_class", view))
    except ValueError:  # it wraps itself
        return
    tree = _tree(view)
    if tree is None:
        return
    yield tree
    names = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    scope = vars(inspect.getmodule(view)) if inspect.getmodule(view) else {}
    for name in sorted(names):
        called = scope.get(name)
        if inspect.isfunction(called) and called.__module__ == getattr(view, "__module__", "") and called is not view:
            helper = _tree(called)
            if helper is not None:
                yield helper


def _tree(function: Any) -> ast.AST | None:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, ValueError, SyntaxError):
        return None


class _Reader:
    """Finds reads in one syntax tree; a variable that was assigned from a source stands for it."""

    def __init__(self, tree: ast.AST) -> None:
        self.tree = tree
        self.parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        self.sources: dict[str, str] = {}
        assigned = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)]
        for statement in assigned:
            if place := self._place(statement.value):
                self.sources[statement.targets[0].id] = place  # type: ignore[attr-defined]
        self.found: dict[tuple[str, str], str] = {}
        for node in ast.walk(tree):
            read = self._read(node)
            if read is not None:
                place, name, default = read
                kind = self._kind(node, default)
                if place != "body" and kind in ("array", "object"):  # what is in an address or a form is text
                    kind = "string"
                self.found.setdefault((place, name), kind)

    def _place(self, node: ast.AST) -> str:
        """Where a mapping comes from: `request.args`, `request.get_json()`, `json.loads(request.body)`, a variable of these."""
        if isinstance(node, ast.BoolOp):  # `request.get_json() or {}`
            return self._place(node.values[0])
        if isinstance(node, ast.Name):
            return self.sources.get(node.id, "")
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            return "body" if name in PARSED and "request" in ast.unparse(node) else ""
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).rpartition(".")[2] == "request":
            return PLACES.get(node.attr, "")
        return ""

    def _read(self, node: ast.AST) -> tuple[str, str, ast.expr | None] | None:
        """(place, name, default) of `source["name"]` and `source.get("name", default)`."""
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            owner, key, default = node.value, node.slice, None
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("get", "getlist")
            and node.args
        ):
            owner, key, default = node.func.value, node.args[0], node.args[1] if len(node.args) > 1 else None
        else:
            return None
        place = self._place(owner)
        named = isinstance(key, ast.Constant) and isinstance(key.value, str)
        return (place, key.value, default) if place and named else None  # type: ignore[attr-defined]

    def _kind(self, node: ast.AST, default: ast.expr | None) -> str:
        """The JSON type that the uses of a value suggest."""
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "type" and isinstance(keyword.value, ast.Name):
                    return CASTS.get(keyword.value.id, "string")
        if isinstance(default, ast.UnaryOp) and isinstance(default.op, (ast.USub, ast.UAdd)):
            default = default.operand
        value = default.value if isinstance(default, ast.Constant) else None
        if isinstance(default, ast.List):
            return "array"
        if isinstance(value, (bool, int, float)):
            return "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "number"
        uses: list[ast.AST] = [node]
        parent = self.parents.get(node)
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
            name = parent.targets[0].id
            uses += [n for n in ast.walk(self.tree) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)]
        return next((kind for use in uses if (kind := self._use(use))), "string")

    def _use(self, node: ast.AST) -> str:
        parent = self.parents.get(node)
        if isinstance(parent, ast.Call) and node in parent.args:
            name = parent.func.attr if isinstance(parent.func, ast.Attribute) else getattr(parent.func, "id", "")
            return CASTS.get(name, "array" if name in SEVERAL else "")
        if isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is node:
            return "array"
        if isinstance(parent, ast.Subscript) and parent.value is node:
            return "array" if not isinstance(parent.slice, ast.Constant) or isinstance(parent.slice.value, int) else "object"
        if isinstance(parent, ast.BinOp) and not isinstance(parent.op, (ast.Add, ast.Mod)):
            return "integer"
        return ""
