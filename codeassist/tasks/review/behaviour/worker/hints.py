"""What the code of a class or function says about its inputs beyond one signature: attributes, paths."""

from __future__ import annotations

import ast
import re
from typing import Any

METHODS = {
    "dict": {"get", "items", "keys", "values", "setdefault", "update", "popitem"},
    "list": {"append", "extend", "insert", "sort", "reverse"},
    "str": {"split", "lower", "upper", "strip", "startswith", "endswith", "encode", "format", "replace", "splitlines"},
    "set": {"add", "discard", "union", "intersection"},
}
WEIGHT = 12
"""How much more likely a kind of value becomes for a constructor's parameter: as an annotation would make it."""

PATHS = ("'..'", "'../a'", "'a/../b'", "'/a'", "'a/b.txt'", "''", "'.'")
_CHECKS_PATHS = re.compile(
    r"\b(?:resolve|relative_to|is_relative_to|realpath|abspath|normpath|commonpath|commonprefix|isabs|is_absolute)\("
)


def hint_attributes(tree: ast.AST, targets: list[Any]) -> None:
    """Raise the weight of the kinds that the methods of a class show for attributes which its constructor takes."""
    constructors = {t.qualname: t for t in targets if t.kind == "class"}
    for node in ast.walk(tree):
        target = constructors.get(node.name) if isinstance(node, ast.ClassDef) else None
        if target is None:
            continue
        kinds = _kinds_of_attributes(node)
        taken = _taken(node)
        for parameter in target.parameters:
            for kind in kinds.get(taken.get(parameter.name, ""), ()):
                parameter.kinds[kind] += WEIGHT


def path_texts(tree: ast.AST | None) -> tuple[str, ...]:
    """Texts of paths for a function that compares or resolves paths; else none."""
    return PATHS if tree is not None and _CHECKS_PATHS.search(ast.unparse(tree)) else ()


def _taken(node: ast.AST) -> dict[str, str]:
    """Parameter -> attribute, for `self.attribute = parameter`."""
    taken = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Name):
            for target in part.targets:
                if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
                    taken[part.value.id] = target.attr
    return taken


def _kinds_of_attributes(node: ast.AST) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for call in ast.walk(node):
        if not (
            isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Attribute)
        ):
            continue
        owner = call.func.value
        if isinstance(owner.value, ast.Name) and owner.value.id == "self":
            for kind, methods in METHODS.items():
                if call.func.attr in methods:
                    kinds.setdefault(owner.attr, set()).add(kind)
    return kinds
