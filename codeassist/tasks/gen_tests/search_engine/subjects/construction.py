"""What a class does with its constructor's arguments: after `self.name = argument`, a use of `self.name` is a use of it."""

from __future__ import annotations

import ast

from ..running.copies import copied

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def with_uses_of_attributes(constructor: ast.AST | None, cls: ast.AST | None) -> ast.AST | None:
    """The constructor and the class's other methods, in which attributes that hold the constructor's arguments are these."""
    if not isinstance(constructor, _FUNCTIONS) or not isinstance(cls, ast.ClassDef):
        return constructor
    parameters = {a.arg for a in (*constructor.args.posonlyargs, *constructor.args.args, *constructor.args.kwonlyargs)}
    stored = {
        target.attr: node.value.id
        for node in ast.walk(constructor)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in parameters
        for target in node.targets
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    }
    if not stored:
        return constructor
    asked = _Replaced(stored, set()).visit(copied(constructor))
    replaced = _Replaced(stored, parameters)
    others = [n for n in cls.body if isinstance(n, _FUNCTIONS) and n is not constructor]
    methods: list[ast.stmt] = [replaced.visit(copied(n)) for n in others]
    return ast.Module(body=[asked, *methods], type_ignores=[])


class _Replaced(ast.NodeTransformer):
    """`self.name` becomes the parameter; other variables of the parameters' names get other names."""

    def __init__(self, stored: dict[str, str], parameters: set[str]) -> None:
        self.stored, self.parameters = stored, parameters

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in self.stored:
            return ast.copy_location(ast.Name(self.stored[node.attr], node.ctx), node)
        node.value = self.visit(node.value)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.parameters and node.id != "self":
            return ast.copy_location(ast.Name(f"{node.id}_", node.ctx), node)
        return node
