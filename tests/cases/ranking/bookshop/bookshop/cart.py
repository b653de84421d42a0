"""The shopping cart: books, quantities, and what they cost."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Book:
    isbn: str
    title: str
    price: Decimal


@dataclass
class Cart:
    """Books that a customer wants to buy."""

    quantities: dict[Book, int] = field(default_factory=dict)

    def add(self, book: Book, quantity: int = 1) -> None:
        """Put a book into the cart."""
        if quantity < 1:
            raise ValueError("the quantity must be at least 1")
        self.quantities[book] = self.quantities.get(book, 0) + quantity

    def remove(self, book: Book) -> None:
        self.quantities.pop(book, None)

    def subtotal(self) -> Decimal:
        """The sum of all prices before tax and discounts."""
        return sum((book.price * quantity for book, quantity in self.quantities.items()), Decimal(0))
