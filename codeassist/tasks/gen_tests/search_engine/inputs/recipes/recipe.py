"""What a recipe consists of."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

Surround = Callable[[str, random.Random, list[str]], "tuple[tuple[str, ...], str]"]
Calls = Callable[[Mapping[str, Any]], "dict[str, Callable[[random.Random, list[str], str], tuple[tuple[str, ...], str]]]"]

Offline = Callable[[random.Random, list[str]], "tuple[str, ...]"]


@dataclass(frozen=True)
class Recipe:
    """Everything about one library, as source text.

    `instances` are expressions by the name of the class they construct, `parameters` expressions by a pattern for names of
    parameters, `imports` import statements by the name they bind. `surround` turns a call into (steps, statement), for code
    that needs a context; `context` are the names whose import from the library shows that it does. `calls` lists, for the
    names of a module, how its commands and applications are called: each makes (steps, expression) from words of the module
    and the text of a list of arguments. `offline` makes the statements that replace the network, for code that was refused it.
    """

    library: str
    instances: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)
    context: frozenset[str] = frozenset()
    surround: Surround | None = None
    calls: Calls | None = None
    offline: Offline | None = None

    def for_parameter(self, name: str) -> tuple[str, ...]:
        """Expressions for a parameter of this name; empty when the recipe knows none."""
        return next((values for pattern, values in self.parameters.items() if re.fullmatch(pattern, name)), ())

    def missing_imports(self, program: str, bound: set[str]) -> tuple[str, ...]:
        """The import statements that a program needs, without those for names that are `bound` already."""
        return tuple(
            statement
            for name, statement in self.imports.items()
            if name not in bound and re.search(rf"(?<![\w.'\"]){re.escape(name)}\b", program)
        )


def filled_path(path: str, chance: random.Random, words: list[str]) -> str:
    """A URL path of a route with a value in place of each of its parameters."""

    def value(match: re.Match[str]) -> str:
        numeric = "int" in match[0] or re.search(r"id\b", match[0])
        texts = [w for w in words if re.fullmatch(r"[\w-]{1,12}", w)] or ["abc"]
        return chance.choice(("1", "2", "0", "99")) if numeric else chance.choice(("1", "abc", chance.choice(texts)))

    return re.sub(r"<[^>]+>|\{[^}]+\}", value, path)


def requests(
    names: Mapping[str, Any], kind: str, routes: Callable[[Any], list[tuple[str, str]]], client: str, seen: str
) -> dict[str, Callable[..., tuple[tuple[str, ...], str]]]:
    """How to send requests to the applications of a module, by their names: those whose class is called `kind`.

    `routes` lists (method, path) of an application, `client` is its test client with `{}` for the application's name, `seen`
    the expression of a `response` that tests assert.
    """
    found: dict[str, Callable[..., tuple[tuple[str, ...], str]]] = {}
    for name, value in names.items():
        ways = routes(value) if type(value).__name__ == kind else []
        if ways:
            found[name] = partial(_request, client.format(name), ways, seen)
    return found


def _request(
    client: str, routes: list[tuple[str, str]], seen: str, chance: random.Random, words: list[str], _: str
) -> tuple[tuple[str, ...], str]:
    method, path = chance.choice(routes)
    url = filled_path(path, chance, words)
    return (f"response = {client}.{method}({url!r}{_body(method, chance, words)})",), seen


def answer(chance: random.Random, words: list[str]) -> tuple[int, bytes]:
    """The status and the content of an answer of a server: JSON with keys that the module mentions, HTML, text, an error."""
    keys = [w for w in words if w.isidentifier() and len(w) < 24] or ["name"]
    entry: dict[str, Any] = {
        chance.choice(keys): chance.choice((1, "abc", True, [], "https://example.org/a")) for _ in range(3)
    }
    shaped: dict[str, Any] = {
        chance.choice(keys): chance.choice((entry, [entry], [entry, entry], [], "abc", 2)) for _ in range(3)
    }
    content = chance.choice((json.dumps(shaped), json.dumps([entry]), json.dumps(entry), PAGE, "abc", ""))
    return chance.choice((200, 200, 200, 200, 404, 500)), content.encode()


PAGE = '<html><head><title>Text</title></head><body><a href="/a">Link</a><p>Text</p></body></html>'


def _body(method: str, chance: random.Random, words: list[str]) -> str:
    """The argument with a JSON body for requests that have one; "" for others."""
    if method not in ("post", "put", "patch") or chance.random() < 0.2:
        return ""
    keys = [w for w in words if w.isidentifier() and len(w) < 16] or ["name"]
    pairs = {chance.choice(keys): chance.choice((1, "abc", "", -1, True)) for _ in range(chance.randint(0, 3))}
    return f", json={pairs!r}"
