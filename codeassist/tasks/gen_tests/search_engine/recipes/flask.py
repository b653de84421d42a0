"""Flask: an application for parameters, a request context around calls, requests to the module's own application."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .recipe import Recipe, body, filled_path

BASIC = "Basic dXNlcjpwYXNzd29yZA=="
"""The credentials `user:password`."""


def surround(call: str, chance: random.Random, words: list[str]) -> tuple[tuple[str, ...], str]:
    """A call inside a request context: sometimes with headers, a query or a form of the names in the module."""
    names = [w for w in words if re.fullmatch(r"[A-Za-z][\w-]{1,24}", w)]
    headers = {
        "Authorization": chance.choice((BASIC, "Bearer abc", f"{chance.choice(names) if names else 'Token'} abc", "abc")),
        chance.choice([n for n in names if n[0].isupper()] or ["Accept"]): "abc",
    }
    extra = chance.choice(
        (
            "",
            "",
            f", headers={dict([chance.choice(list(headers.items()))])!r}",
            f", query_string={ {chance.choice(names or ['a']): 'abc'}!r}",
            f", method='POST', data={ {chance.choice(names or ['a']): 'abc'}!r}",
        )
    )
    secret = ("app.secret_key = 'secret'",) if chance.random() < 0.2 else ()  # for sessions
    return ("app = flask.Flask('app')", *secret), f"with app.test_request_context('/'{extra}):\n    result = {call}"


def calls(names: Mapping[str, Any]) -> dict[str, Callable[..., tuple[tuple[str, ...], str]]]:
    """A request for each route of each application of the module."""
    found: dict[str, Callable[..., tuple[tuple[str, ...], str]]] = {}
    for name, value in names.items():
        if type(value).__name__ != "Flask" or not hasattr(value, "url_map"):
            continue
        routes = [
            (method.lower(), rule.rule)
            for rule in value.url_map.iter_rules()
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
            if rule.endpoint != "static"
        ]
        if routes:
            found[name] = partial(_request, name, routes)
    return found


def _request(
    name: str, routes: list[tuple[str, str]], chance: random.Random, words: list[str], _: str
) -> tuple[tuple[str, ...], str]:
    method, path = chance.choice(routes)
    url = filled_path(path, chance, words)
    steps = (f"response = {name}.test_client().{method}({url!r}{body(method, chance, words)})",)
    return steps, "(response.status_code, response.get_data(as_text=True))"


RECIPE = Recipe(
    "flask",
    instances={"Flask": ("Flask('app')",)},
    parameters={"app|flask_app|application": ("flask.Flask('app')",)},
    imports={"flask": "import flask"},
    context=frozenset({"request", "session", "g", "current_app", "url_for", "make_response", "jsonify", "redirect", "flash"}),
    surround=surround,
    calls=calls,
)
