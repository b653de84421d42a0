"""Copies of syntax trees: several times as fast as `copy.deepcopy`, which is most of the work of making mutants."""

from __future__ import annotations

import ast
from typing import Any, TypeVar

Tree = TypeVar("Tree", bound=ast.AST)


def copied(tree: Tree) -> Tree:
    """A copy of a syntax tree with its positions; nodes that occur twice in it become two nodes."""
    new = type(tree).__new__(type(tree))
    new.__dict__.update({name: _part(value) for name, value in tree.__dict__.items()})
    return new


def _part(value: Any) -> Any:
    if isinstance(value, ast.AST):
        return copied(value)
    return [_part(item) for item in value] if type(value) is list else value
