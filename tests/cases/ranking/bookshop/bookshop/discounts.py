"""Discounts: vouchers and reductions for large orders."""

from decimal import Decimal

from bookshop.cart import Cart

VOUCHERS = {"WELCOME": Decimal("0.10"), "SUMMER": Decimal("0.15")}


class UnknownVoucher(ValueError):
    """There is no voucher with this code."""


def discounted(cart: Cart, voucher: str | None = None) -> Decimal:
    """The price of a cart after its discounts: the larger of the voucher's and 5 % from ten books on."""
    rate = Decimal(0)
    if sum(cart.quantities.values()) >= 10:
        rate = Decimal("0.05")
    if voucher is not None:
        if voucher not in VOUCHERS:
            raise UnknownVoucher(voucher)
        rate = max(rate, VOUCHERS[voucher])
    return cart.subtotal() * (1 - rate)
