"""The packages that pass a name of one of their modules on: `from .shapes import area` or `import *` in `pkg/__init__.py`."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from codeassist.tasks.review.analysers.availability import bound, imported_files, statements
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
        times = sum(first in _bound(node) for node in scope.nodes)
        by_name = original == first and home in homes | found and times == 1
        if by_name or (not times and _passes_all_on(facts, scope, path, first)):
            found |= module_names(package)
    return frozenset(found)


def _passes_all_on(facts: Facts, scope: Scope, path: str, name: str) -> bool:
    """Whether `from .module import *` in a package takes a public name from the file `path`, and from no other file."""
    givers = set[str]()
    for node in scope.nodes:
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            files = list(imported_files(facts, scope.path, node))
            givers |= {file for file in files if _gives(facts, file, name, with_old=file == path)}
    return givers == {path}


def _gives(facts: Facts, path: str, name: str, *, with_old: bool) -> bool:
    """Whether a star import of a file binds a name; with `with_old`, whether it did before the change counts too."""
    file = facts.change.file(path) if with_old else None
    trees = [facts.tree(path), facts.old_tree(file) if file is not None else None]
    return any(tree is not None and name in _public(tree) for tree in trees)


def _public(tree: ast.Module) -> set[str]:
    """The names that a star import of a module binds: those of a literal `__all__`, else those without an underscore."""
    names, listed = set[str](), None
    for node in statements(tree.body):
        names |= bound(node)
        if isinstance(node, ast.Assign) and "__all__" in bound(node) and isinstance(node.value, ast.List | ast.Tuple):
            listed = {e.value for e in node.value.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)}
    return listed if listed is not None else {name for name in names if not name.startswith("_")}


def _bound(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom | ast.Import):
        return [alias.asname or alias.name for alias in node.names]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    return [node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else []
