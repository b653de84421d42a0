"""Names in the syntax tree of Python."""

from __future__ import annotations

import ast


def called_names(node: ast.AST) -> set[str]:
    """The last names of the functions that are called somewhere in a node."""
    return {last_name(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}


def last_name(node: ast.expr) -> str:
    """The name that an expression ends with: `b` of `a.b`; empty for others."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
