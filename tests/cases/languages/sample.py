"""Rates of exchange, kept for a day."""

from __future__ import annotations

import json
from collections.abc import Mapping as Map

MAX_AGE = 24 * 3600


class RateError(ValueError):
    """A rate is unknown."""


class Rates(Map):
    """Rates by currency."""

    base: str = "EUR"

    def __init__(self, table: dict[str, float]) -> None:
        self.table = table

    @property
    def size(self) -> int:
        """How many rates there are."""
        return len(self.table)

    async def fetch(self, url: str) -> None:
        def parse(text: str) -> dict[str, float]:
            return json.loads(text)

        self.table = parse(await download(url))


def convert(amount: float, *, to: str) -> float:
    """Convert euros to another currency."""
    if to not in RATES:
        raise RateError(to)
    return round(amount * RATES[to], 2)


RATES = Rates({"USD": 1.1})
