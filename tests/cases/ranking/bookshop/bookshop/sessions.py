"""Sessions of signed-in customers."""

import secrets
import time

from bookshop.customers import Customers
from bookshop.passwords import verify_password

LIFETIME = 3600


class LoginFailed(Exception):
    """The e-mail address or the password is wrong."""


class Sessions:
    """Tokens of customers that are signed in."""

    def __init__(self, customers: Customers) -> None:
        self._customers = customers
        self._tokens: dict[str, tuple[int, float]] = {}

    def login(self, email: str, password: str) -> str:
        """Authenticate a customer and return a new session token."""
        customer = self._customers.by_email(email)
        if customer is None or not verify_password(password, customer.password_hash):
            raise LoginFailed(email)
        token = secrets.token_urlsafe()
        self._tokens[token] = (customer.id, time.time() + LIFETIME)
        return token

    def logout(self, token: str) -> None:
        """End a session."""
        self._tokens.pop(token, None)

    def customer_id(self, token: str) -> int | None:
        """The customer of a session, or None once it has expired."""
        customer, expires = self._tokens.get(token, (None, 0.0))
        return customer if time.time() < expires else None
