"""Card payments through the provider's HTTP interface, with retries."""

import time
from decimal import Decimal
from typing import Protocol


class PaymentDeclined(Exception):
    """The bank refused the card."""


class Provider(Protocol):
    def charge(self, card: str, cents: int) -> str: ...


def pay(provider: Provider, card: str, amount: Decimal, attempts: int = 3) -> str:
    """Charge a card; a lost connection is tried again with growing pauses. Returns the provider's reference."""
    cents = int((amount * 100).to_integral_value())
    for attempt in range(attempts):
        try:
            return provider.charge(card, cents)
        except ConnectionError:
            if attempt == attempts - 1:
                raise
            time.sleep(2**attempt)
    raise PaymentDeclined(card)
