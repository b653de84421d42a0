"""What a class does with its constructor's arguments: after `self.name = argument`, a use of `self.name` is a use of it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from ..running.copies import copied

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CONSTRUCTORS = ("__init__", "__new__")


def constructors(classes: Mapping[str, Any], trees: Mapping[str, ast.AST]) -> dict[str, tuple[Any, ast.AST | None]]:
    """By name, each class with the code that uses its constructor's arguments, also where a base class has the constructor."""
    found: dict[str, tuple[Any, ast.AST | None]] = {}
    for name, cls in classes.items():
        homes = [n for n in (name, *(c.__name__ for c in cls.__mro__[1:])) if isinstance(trees.get(n), ast.ClassDef)]
        own = [(n, trees[f"{n}.{c}"]) for n in homes for c in CONSTRUCTORS if f"{n}.{c}" in trees]
        if not own:
            found[name] = (cls, None)
            continue
        home, constructor = own[0]
        base = next(iter(homes[homes.index(home) + 1 :]), "")
        found[name] = (cls, with_uses_of_attributes(constructor, [trees[n] for n in homes], base))
    return found


def with_uses_of_attributes(constructor: ast.AST, classes: Sequence[ast.AST], base: str = "") -> ast.AST:
    """The constructor and the other methods of its class, in which attributes that hold the constructor's arguments are these.

    In place of a constructor it may be any method. `classes` are the class and its base classes, whose methods count where
    they are not overridden. In the constructor `super().__init__(...)` becomes a call of `base`, if there is one.
    """
    if not isinstance(constructor, _FUNCTIONS):
        return constructor
    arguments = constructor.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *([arguments.vararg] if arguments.vararg else [])]
    parameters = {a.arg for a in given}
    stored = {
        target.attr: node.value.id
        for node in ast.walk(constructor)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in parameters
        for target in node.targets
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    }
    if not stored and not base:
        return constructor
    asked = _Replaced(stored, set(), base).visit(copied(constructor))
    replaced = _Replaced(stored, parameters)
    others: dict[str, ast.stmt] = {}
    for cls in classes if stored else ():
        for method in (n for n in getattr(cls, "body", ()) if isinstance(n, _FUNCTIONS) and n.name not in CONSTRUCTORS):
            others.setdefault(method.name, method)
    used = [n for n in others.values() if n is not constructor and _mentions(n, stored)]
    methods: list[ast.stmt] = [replaced.visit(copied(n)) for n in used]
    return ast.Module(body=[asked, *methods], type_ignores=[])


def uses_of_method(method: ast.AST, owner: type, trees: Mapping[str, ast.AST]) -> ast.AST:
    """A method of a class with what other methods do with those of its arguments that it stores in attributes."""
    homes = [trees[c.__name__] for c in owner.__mro__ if isinstance(trees.get(c.__name__), ast.ClassDef)]
    return with_uses_of_attributes(method, homes)


def _mentions(tree: ast.AST, names: Mapping[str, str]) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr in names for n in ast.walk(tree))


class _Replaced(ast.NodeTransformer):
    """`self.name` becomes the parameter; other variables of the parameters' names get other names."""

    def __init__(self, stored: dict[str, str], parameters: set[str], base: str = "") -> None:
        self.stored, self.parameters, self.base = stored, parameters, base

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if self.base and ast.unparse(node.func).startswith("super(") and getattr(node.func, "attr", "") == "__init__":
            node.func = ast.copy_location(ast.Name(self.base, ast.Load()), node.func)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in self.stored:
            return ast.copy_location(ast.Name(self.stored[node.attr], node.ctx), node)
        node.value = self.visit(node.value)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.parameters and node.id != "self":
            return ast.copy_location(ast.Name(f"{node.id}_", node.ctx), node)
        return node
