"""httpx: clients whose transport answers without a network."""

from __future__ import annotations

from .recipe import Recipe

_TRANSPORTS = (
    "httpx.MockTransport(lambda request: httpx.Response(200, json={'a': 1}))",
    "httpx.MockTransport(lambda request: httpx.Response(200, text='abc'))",
    "httpx.MockTransport(lambda request: httpx.Response(404))",
    "httpx.MockTransport(lambda request: httpx.Response(500))",
)
_CLIENTS = tuple(f"httpx.Client(transport={t})" for t in _TRANSPORTS)
_ASYNC = tuple(f"httpx.AsyncClient(transport={t})" for t in _TRANSPORTS)

RECIPE = Recipe(
    "httpx",
    instances={
        "Client": _CLIENTS,
        "AsyncClient": _ASYNC,
        "Response": ("httpx.Response(200, json={'a': 1})", "httpx.Response(404)", "httpx.Response(200, text='abc')"),
        "Request": ("httpx.Request('GET', 'http://localhost/a')", "httpx.Request('POST', 'http://localhost/a', json={'a': 1})"),
    },
    parameters={"client|http|http_client": (*_CLIENTS, *_ASYNC), "transport": _TRANSPORTS},
    imports={"httpx": "import httpx"},
)
