"""Customers in the database."""

import sqlite3
from dataclasses import dataclass


@dataclass
class Customer:
    id: int
    email: str
    password_hash: bytes


class Customers:
    """The table of customers."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def by_email(self, email: str) -> Customer | None:
        """Find a customer by e-mail address, without regard to case."""
        row = self._connection.execute(
            "SELECT id, email, password_hash FROM customers WHERE lower(email) = lower(?)", (email,)
        ).fetchone()
        return Customer(*row) if row else None

    def register(self, email: str, password_hash: bytes) -> int:
        """Insert a new customer and return the id."""
        cursor = self._connection.execute("INSERT INTO customers (email, password_hash) VALUES (?, ?)", (email, password_hash))
        return int(cursor.lastrowid or 0)
