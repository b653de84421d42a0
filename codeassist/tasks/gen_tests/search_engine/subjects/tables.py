"""What the code looks a parameter up in: tables of the module and of its classes, members of enumerations."""

from __future__ import annotations

import ast
import enum
import inspect
import types
from collections.abc import Iterable
from typing import Any

from .proxies import is_a
from .stubs import nodes_of

MOST_KEYS = 12
"""Maximum keys of a table that are taken."""

LARGEST = 400
"""A larger table is data rather than a list of what is accepted."""

PLAIN = (str, int, float, bytes)
METHODS = ("get", "pop", "index", "__getitem__")
CHANGED = ("lower", "upper", "strip", "casefold")
"""Methods after which a text is still what the table contains, but for case and spaces."""


def keys_for(name: str, tree: ast.AST, function: Any) -> list[str]:
    """The keys, as source text, of the tables that code looks the variable `name` up in: `name in MODES`, `MODES[name]`."""
    code = function.__init__ if isinstance(function, type) else function  # type: ignore[misc]
    names = dict(getattr(inspect.unwrap(code), "__globals__", {}))
    owner = function if isinstance(function, type) else _owner(code, names)
    names |= {"self": owner, "cls": owner} if owner is not None else {}
    found: dict[str, None] = {}
    for node in nodes_of(tree):
        for table in _tables(node, name):
            for key in _keys(_value(table, names)):
                found[key] = None
    return list(found)


def _owner(function: Any, names: dict[str, Any]) -> Any:
    """The class that a method belongs to, if it is one of the module's."""
    owner, _, _ = getattr(function, "__qualname__", "").rpartition(".")
    return names.get(owner)


def _tables(node: ast.AST, name: str) -> Iterable[ast.expr]:
    """The expressions that a node looks the variable up in."""
    if isinstance(node, ast.Compare) and _is_it(node.left, name) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
        yield node.comparators[0]
    elif isinstance(node, ast.Subscript) and _is_it(node.slice, name):
        yield node.value
    elif isinstance(node, ast.Call) and node.args and _is_it(node.args[0], name):
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            yield node.func.value
        elif isinstance(node.func, (ast.Name, ast.Attribute)):
            yield node.func  # an enumeration


def _is_it(node: ast.expr, name: str) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGED:
        return _is_it(node.func.value, name)
    return isinstance(node, ast.Name) and node.id == name


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    """What an expression of names and attributes is in the module; None when it is not known."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("keys", "values", "items"):
        node = node.func.value if node.func.attr == "keys" else node
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _value(node.value, names)
        inside = vars(owner) if is_a(owner, type, types.ModuleType) else {}
        return inside.get(node.attr)
    return None


def _keys(table: Any) -> list[str]:
    if is_a(table, type) and issubclass(table, enum.Enum):
        keys: list[Any] = [member.value for member in table]
    elif is_a(table, dict, list, tuple, set, frozenset) and len(table) <= LARGEST:
        keys = list(table)
    else:
        return []
    texts = [repr(key) for key in keys if type(key) in PLAIN and len(repr(key)) < 60]
    return (sorted(texts) if is_a(table, set, frozenset) else texts)[:MOST_KEYS]
