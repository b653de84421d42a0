"""Which attributes of its object a method reads in conditions and which it changes: what to call before it."""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence

from .target import Target

CHANGING = frozenset(
    "append appendleft extend insert add update setdefault pop popleft popitem remove discard clear sort reverse put push set "
    "write".split()
)


def changed(tree: ast.AST | None) -> frozenset[str]:
    """The attributes of `self` that a method assigns, deletes, or calls a changing method of."""
    names: set[str] = set()
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del)):
            names.add(_of_self(node))
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
            names.add(_of_self(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
            names.add(_of_self(node.func.value))
    return frozenset(names - {""})


def asked(tree: ast.AST | None) -> frozenset[str]:
    """The attributes of `self` that the conditions and loops of a method depend on."""
    names: set[str] = set()
    for node in ast.walk(tree) if tree is not None else ():
        place = node.test if isinstance(node, (ast.If, ast.While, ast.IfExp)) else getattr(node, "iter", None)
        names |= {_of_self(n) for n in ast.walk(place)} if isinstance(place, ast.AST) else set()
    return frozenset(names - {""})


def _of_self(node: ast.AST) -> str:
    """The first attribute after `self` in `self.a.b[c]`; "" for other expressions."""
    name = ""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        name = node.attr if isinstance(node, ast.Attribute) else name
        node = node.value
    return name if isinstance(node, ast.Name) and node.id in ("self", "cls") else ""


def choose(target: Target, others: Sequence[Target], count: int, chance: random.Random) -> list[Target]:
    """Methods to call before one: those that change what its conditions ask about first, then those that change anything."""
    weights = [1.0 + 3.0 * bool(t.changes) + 6.0 * bool(t.changes & target.asks) for t in others]
    return chance.choices(others, weights, k=count) if others else []
