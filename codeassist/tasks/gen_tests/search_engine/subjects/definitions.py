"""The definitions of a module's functions and classes in its syntax tree, and the lines of their bodies."""

from __future__ import annotations

import ast
import inspect
import textwrap


def all_definitions(tree: ast.AST, prefix: str = "") -> list[tuple[str, ast.AST]]:
    """(qualified name, node) of the functions and classes of a tree; of duplicate names, the last one counts."""
    definitions: list[tuple[str, ast.AST]] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            kinds = {d.attr for d in node.decorator_list if isinstance(d, ast.Attribute)}
            definitions.append((f"{prefix}{node.name}{'.setter' if 'setter' in kinds else ''}", node))
            if isinstance(node, ast.ClassDef):
                definitions.extend(all_definitions(node, f"{prefix}{node.name}."))
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            definitions.extend(all_definitions(node, prefix))
    return definitions


def constructor(cls: type) -> ast.AST | None:
    """The definition of a class's constructor, where its source can be read."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(cls.__init__))).body[0]  # type: ignore[misc]
    except (OSError, TypeError, SyntaxError, ValueError):
        return None


def lines_of(tree: ast.AST | None) -> frozenset[int]:
    """The lines of a definition from its first statement on; none without a definition."""
    if tree is None:
        return frozenset()
    body = getattr(tree, "body", [])
    return frozenset(range(body[0].lineno, (getattr(tree, "end_lineno", None) or body[0].lineno) + 1)) if body else frozenset()
