"""urllib: what is opened by its address is answered without a network."""

from __future__ import annotations

import random

from .recipe import Recipe, answer


def offline(chance: random.Random, words: list[str]) -> tuple[str, ...]:
    """Every address that is opened gives one content."""
    _, content = answer(chance, words)
    return (
        "import urllib.request",
        f"monkeypatch.setattr(urllib.request.OpenerDirector, 'open', lambda *args, **kwargs: io.BytesIO({content!r}))",
    )


RECIPE = Recipe("urllib", offline=offline)
