"""FastAPI: requests to the module's own application with the test client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .recipe import Recipe, requests


def calls(names: Mapping[str, Any]) -> dict[str, Callable[..., tuple[tuple[str, ...], str]]]:
    """A request for each route of each application of the module."""
    return requests(names, "FastAPI", _routes, "TestClient({})", "(response.status_code, response.json())")


def _routes(application: Any) -> list[tuple[str, str]]:
    return [
        (method.lower(), route.path)
        for route in application.routes
        if getattr(route, "include_in_schema", False)
        for method in sorted(getattr(route, "methods", None) or ())
    ]


RECIPE = Recipe("fastapi", imports={"TestClient": "from fastapi.testclient import TestClient"}, calls=calls)
