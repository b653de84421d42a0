"""How to call code of well-known libraries: one file a library, used when the module under test imports it."""

from __future__ import annotations

import ast
import functools
from typing import Any

from . import click, data, fastapi, flask, flask_commands, httpx, requests, sqlalchemy, standard, typer, urllib
from .recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    flask.RECIPE,
    fastapi.RECIPE,
    click.RECIPE,
    typer.RECIPE,
    flask_commands.RECIPE,  # after click's: it knows more about the same commands
    sqlalchemy.RECIPE,
    httpx.RECIPE,
    requests.RECIPE,
    urllib.RECIPE,
    *data.RECIPES,
    *standard.RECIPES,
)


def classes(tree: ast.AST) -> dict[str, Any]:
    """The classes that recipes can make instances of and that a module mentions, by their names."""
    return standard.classes(tree, (*standard.RECIPES, *data.RECIPES))


def recognised(tree: ast.AST) -> list[Recipe]:
    """The recipes of the libraries that a module imports."""
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            imported.add(node.module.partition(".")[0])
    return [recipe for recipe in RECIPES if recipe.library in imported]


def inside_objects(tree: ast.AST) -> set[int]:
    """The ids of the nodes of expressions that recipes give: with other values in them they would make no such object."""
    return {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _called()
        and ast.unparse(node) in _expressions()
        for part in ast.walk(node)
    }


@functools.cache
def _expressions() -> frozenset[str]:
    given = [texts for r in RECIPES for texts in (*r.instances.values(), *r.parameters.values())]
    return frozenset(ast.unparse(ast.parse(text)) for texts in given for text in texts if "(" in text)


@functools.cache
def _called() -> frozenset[str]:
    """The last names of what these expressions call, which are asked first: writing a node as text takes its time."""
    nodes = (node for text in _expressions() for node in ast.walk(ast.parse(text)))
    return frozenset(n.func.attr for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute))
