"""Flask: an application for parameters, a request context around calls, requests to the module's own application."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from .recipe import Recipe, requests

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
    return requests(names, "Flask", _routes, "{}.test_client()", "(response.status_code, response.get_data(as_text=True))")


def _routes(application: Any) -> list[tuple[str, str]]:
    return [
        (method.lower(), rule.rule)
        for rule in application.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
        if rule.endpoint != "static"
    ]


RECIPE = Recipe(
    "flask",
    instances={"Flask": ("Flask('app')",)},
    parameters={"app|flask_app|application": ("flask.Flask('app')",)},
    imports={"flask": "import flask"},
    context=frozenset({"request", "session", "g", "current_app", "url_for", "make_response", "jsonify", "redirect", "flash"}),
    surround=surround,
    calls=calls,
)
