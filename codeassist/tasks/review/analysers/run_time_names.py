"""Code of a Python module that may bind any of its names when it runs, so that its definitions do not list its names."""

from __future__ import annotations

import ast
import re

_HINT = re.compile(r"\bglobals\b|\bvars\b|\blocals\b|\bmodules\b|\bexec\b|__getattr__|\blazy_loader\b|\battach_stub\b")
"""A text without these words binds no names at run time; looking at every node of its tree would be slow."""

_LOADERS = frozenset({"lazy_loader", "attach_stub"})
_COPIES = frozenset({"dict", "set", "list", "sorted", "len", "eval"})
_READERS = frozenset({"get", "copy", "keys", "items", "values"})
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def binds_at_run_time(tree: ast.Module, text: str) -> int | None:
    """The line of the first code that may bind names of the module; None without one. Star imports are not looked at.

    `exec` does so at the top level, or with the module's own namespace: with another one, or in a function, what it binds
    stays there. `eval` only evaluates. Reading `globals()` or `sys.modules` binds nothing.
    """
    return min(_lines(tree, None, top=True), default=None) if _HINT.search(text) else None


def _lines(node: ast.AST, parent: ast.AST | None, *, top: bool) -> list[int]:
    found = [node.lineno] if isinstance(node, ast.expr | ast.stmt) and _binds(node, parent, top=top) else []
    inside = top and not isinstance(node, _SCOPES)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef) and child.name == "__getattr__" and isinstance(node, ast.Module):
            found.append(child.lineno)
        found += _lines(child, node, top=inside)
    return found


def _binds(node: ast.expr | ast.stmt, parent: ast.AST | None, *, top: bool) -> bool:
    if isinstance(node, ast.Name) and node.id in _LOADERS:
        return True
    if isinstance(node, ast.ImportFrom | ast.Import):
        return any(alias.name.partition(".")[0] in _LOADERS for alias in node.names)
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "sys.modules":
        return not isinstance(node.ctx, ast.Del) and not _is_read(node, parent)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    name = node.func.id
    if name == "exec":
        namespace = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "globals")]
        bare = not namespace or (isinstance(namespace[0], ast.Constant) and namespace[0].value is None)
        return bare and top
    is_namespace = name == "globals" or (name in ("vars", "locals") and top and not node.args)
    return is_namespace and not _is_read(node, parent)


def _is_read(node: ast.expr, parent: ast.AST | None) -> bool:
    """Whether a namespace is only read where it stands."""
    if isinstance(parent, ast.Subscript | ast.Attribute) and parent.value is node:
        known = isinstance(parent, ast.Subscript) or parent.attr in _READERS or isinstance(node, ast.Subscript)
        return known and isinstance(parent.ctx, ast.Load) and getattr(parent, "attr", "") not in ("__dict__", "__setattr__")
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        return parent.func.id in _COPIES or (parent.func.id in ("getattr", "hasattr") and parent.args[0] is node)
    return isinstance(parent, ast.Compare | ast.For | ast.comprehension | ast.Dict)
