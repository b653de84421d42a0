"""Calls of what a call returned: a decorator is applied, a function that a factory makes is called."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from typing import Any

from ..running.outcome import Candidate, Outcome
from ..subjects.kinds import Parameter
from ..subjects.parameters import of_function
from ..subjects.target import Target
from ..subjects.targets import Inventory

MOST = 6
"""Maximum products of one target that are called: results of calls, results of these, and so on."""

VARIABLES = ("function", "decorated", "inner")
"""Names of the variables for a product, for what it returns, and for what that returns."""


@dataclass
class Product:
    """A call that returned something callable: the steps that assign it to a variable, and how that is called."""

    steps: tuple[str, ...]
    variable: str
    parameters: list[Parameter]
    is_async: bool = False


class Products:
    """Finds the callable results of one module's targets."""

    def __init__(self, tree: ast.AST, inventory: Inventory) -> None:
        """`tree` is the module's syntax tree."""
        self.inventory = inventory
        self._functions = {
            n.lineno: n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        }
        self._decorated = {
            line: n
            for n in self._functions.values()
            for d in getattr(n, "decorator_list", ())
            for line in range(d.lineno, n.lineno)
        }

    def note(self, target: Target, candidate: Candidate, outcome: Outcome) -> Product | None:
        """Remember the result of a call with the target if it can be called."""
        value = outcome.product
        used = sum(step.startswith(tuple(f"{name} = " for name in VARIABLES)) for step in candidate.steps)
        if value is None or used == len(VARIABLES) or "\n" in candidate.final:
            return None
        if sum(product.variable == VARIABLES[used] for product in target.products) >= MOST:
            return None
        variable = VARIABLES[used]
        steps = (*candidate.steps, f"{variable} = {candidate.final}")
        product = Product(steps, variable, self._parameters(value), inspect.iscoroutinefunction(value))
        target.products.append(product)
        return product

    def _parameters(self, value: Any) -> list[Parameter]:
        code = getattr(value, "__code__", None)
        line = code.co_firstlineno if code is not None else 0
        tree = self._functions.get(line) or self._decorated.get(line)
        parameters = of_function(value, tree, self.inventory.known_classes, self.inventory.siblings)
        return [p for p in parameters if p.how != "var_keyword"]
