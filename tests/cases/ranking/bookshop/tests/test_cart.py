from decimal import Decimal

from bookshop.cart import Book, Cart


def test_subtotal_counts_quantities():
    cart = Cart()
    cart.add(Book("1", "Emma", Decimal("9.50")), 2)
    assert cart.subtotal() == Decimal("19.00")
