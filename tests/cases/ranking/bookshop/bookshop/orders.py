"""Orders: a cart becomes an order when it is paid."""

import sqlite3
from decimal import Decimal

from bookshop.cart import Cart
from bookshop.discounts import discounted
from bookshop.payments import Provider, pay


class Orders:
    """Places and lists orders."""

    def __init__(self, connection: sqlite3.Connection, provider: Provider, tax: float) -> None:
        self._connection = connection
        self._provider = provider
        self._tax = Decimal(str(tax))

    def checkout(self, customer: int, cart: Cart, card: str, voucher: str | None = None) -> int:
        """Charge the customer for the cart and store the order. Returns its number."""
        total = discounted(cart, voucher) * (1 + self._tax)
        reference = pay(self._provider, card, total)
        cursor = self._connection.execute(
            "INSERT INTO orders (customer, total, reference) VALUES (?, ?, ?)", (customer, str(total), reference)
        )
        return int(cursor.lastrowid or 0)

    def history(self, customer: int) -> list[tuple[int, str]]:
        """The numbers and totals of a customer's earlier orders, newest first."""
        return list(self._connection.execute("SELECT id, total FROM orders WHERE customer = ? ORDER BY id DESC", (customer,)))
