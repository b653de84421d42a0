"""Parameters that are used by their attributes only: which attributes, and an object that has them, as source text."""

from __future__ import annotations

import ast
import functools
import re

from ..running.copies import copied

MOST_ATTRIBUTES = 8
DEEPEST = 2
"""How many attributes of attributes are read."""

_NAMESPACE = re.compile(r"^(?:args|arguments|namespace|ns|opts|options|parsed|cli_args)$")


class _Renamed(ast.NodeTransformer):
    """Turns `parameter.attribute` into a name, so that uses of the attribute are read like those of a parameter."""

    def __init__(self, parameter: str) -> None:
        self.parameter = parameter
        self.attributes: dict[str, bool] = {}

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        value = self.visit(node.value)
        if isinstance(value, ast.Name) and value.id == self.parameter:
            self.attributes.setdefault(node.attr, isinstance(node.ctx, ast.Store))
            return ast.copy_location(ast.Name(f"{self.parameter}.{node.attr}", node.ctx), node)
        node.value = value
        return node


def attributes(tree: ast.AST, parameter: str) -> tuple[list[str], ast.AST]:
    """The attributes that code reads from a parameter, and the code with each `parameter.attribute` as one name."""
    if not any(isinstance(n, ast.Attribute) and _is_name(n.value, parameter) for n in nodes_of(tree)):
        return [], tree  # without a copy of the whole code
    renamed = _Renamed(parameter)
    changed = renamed.visit(copied(tree))
    found = [name for name, only_stored in renamed.attributes.items() if not name.startswith("__") and not only_stored]
    return found[:MOST_ATTRIBUTES], changed


@functools.lru_cache(maxsize=8)
def nodes_of(tree: ast.AST) -> tuple[ast.AST, ...]:
    """The nodes of a tree in the order of `ast.walk`; kept, as the code of a function is read once for each parameter."""
    return tuple(ast.walk(tree))


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def written(name: str, values: dict[str, str]) -> str:
    """An object with these attributes: the result of a command line's parser by its name, else a plain namespace."""
    kind = "argparse.Namespace" if _NAMESPACE.match(name) else "types.SimpleNamespace"
    return f"{kind}({', '.join(f'{attribute}={value}' for attribute, value in values.items())})"
