"""The packages that pass a name of one of their modules on: `from .shapes import area` in `pkg/__init__.py`."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.scopes import Scope, module_names


def reexporting(facts: Facts, path: str, name: str, owner: str = "") -> frozenset[str]:
    """The dotted names of the packages around a Python file that import a definition of it under its own name.

    The definition is `name`, or the outermost class of `owner`. One that binds the name twice (a fallback)
    does not count.
    """
    first = owner.partition(".")[0] or name
    homes, found = module_names(path), set[str]()
    for folder in PurePosixPath(path).parents:
        package = str(folder / "__init__.py")
        if package == path:
            continue
        tree = facts.tree(package)
        if tree is None:
            break
        scope = Scope(tree, package, path)
        home, original = scope.froms.get(first, ("", ""))
        if original == first and home in homes | found and sum(first in _bound(node) for node in scope.nodes) == 1:
            found |= module_names(package)
    return frozenset(found)


def _bound(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom | ast.Import):
        return [alias.asname or alias.name for alias in node.names]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    return [node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else []
