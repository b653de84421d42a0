"""requests: connections are answered without a network, and responses are made for parameters."""

from __future__ import annotations

import random

from .recipe import Recipe, answer


def offline(chance: random.Random, words: list[str]) -> tuple[str, ...]:
    """Every request gets one answer."""
    status, content = answer(chance, words)
    return (
        "response = requests.Response()",
        f"response.status_code = {status}",
        f"response._content = {content!r}",
        "monkeypatch.setattr(requests.Session, 'request', lambda *args, **kwargs: response)",
    )


RECIPE = Recipe(
    "requests",
    instances={"Session": ("requests.Session()",), "Response": ("requests.Response()",)},
    parameters={"session|http_session": ("requests.Session()",)},
    imports={"requests": "import requests"},
    offline=offline,
)
