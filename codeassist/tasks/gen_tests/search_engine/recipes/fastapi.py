"""FastAPI: requests to the module's own application with the test client."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .recipe import Recipe, body, filled_path


def calls(names: Mapping[str, Any]) -> dict[str, Callable[..., tuple[tuple[str, ...], str]]]:
    """A request for each route of each application of the module."""
    found: dict[str, Callable[..., tuple[tuple[str, ...], str]]] = {}
    for name, value in names.items():
        if type(value).__name__ != "FastAPI":
            continue
        routes = [
            (method.lower(), route.path)
            for route in value.routes
            if getattr(route, "include_in_schema", False)
            for method in sorted(getattr(route, "methods", None) or ())
        ]
        if routes:
            found[name] = partial(_request, name, routes)
    return found


def _request(
    name: str, routes: list[tuple[str, str]], chance: random.Random, words: list[str], _: str
) -> tuple[tuple[str, ...], str]:
    method, path = chance.choice(routes)
    url = filled_path(path, chance, words)
    steps = (f"response = TestClient({name}).{method}({url!r}{body(method, chance, words)})",)
    return steps, "(response.status_code, response.json())"


RECIPE = Recipe("fastapi", imports={"TestClient": "from fastapi.testclient import TestClient"}, calls=calls)
