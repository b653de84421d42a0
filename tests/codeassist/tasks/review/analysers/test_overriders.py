"""Overriding methods that a change leaves behind."""

from __future__ import annotations

import pytest

from tests.codeassist.tasks.review.analysers.shop import SHOP

SUBCLASS = "from shop.cart import Cart\n\n\nclass Big(Cart):\n    def add(self, item, count=1):\n        return item\n"


@pytest.mark.parametrize(
    ("user", "change", "places"),
    [
        (SUBCLASS, ("item, count=1", "item, size, count=1"), ["user.py:5"]),
        (SUBCLASS, ("item, count=1", "item, count=1, *, note=None"), ["user.py:5"]),
        (SUBCLASS, ("item, count=1", "item, number=1"), ["user.py:5"]),
        (SUBCLASS, ("def add(", "def put("), ["user.py:5"]),
        (
            SUBCLASS.replace("    def add", "    @staticmethod\n    def add").replace("self, item", "item"),
            ("count=1", "count=1, size=2"),
            ["user.py:6"],
        ),
        (SUBCLASS, ("item, count=1", "item"), []),
        (SUBCLASS, ("count=1", "count=2"), []),
        (SUBCLASS.replace("item, count=1", "*args, **kwargs"), ("item, count=1", "item, size, count=1"), []),
        (SUBCLASS.replace("item, count=1", "item, size, count=1"), ("item, count=1", "item, size, count=1"), []),
        (SUBCLASS.replace("item, count=1", "anything"), ("item, count=1", "item, size, count=1"), []),
        (SUBCLASS.replace("(Cart)", ""), ("item, count=1", "item, size, count=1"), []),
        (SUBCLASS.replace("shop.cart", "other"), ("item, count=1", "item, size, count=1"), []),
        (SUBCLASS.replace("(Cart)", "(Cart[int])"), ("item, count=1", "item, size, count=1"), ["user.py:5"]),
        (
            SUBCLASS.replace("import Cart", "import Cart as C").replace("(Cart)", "(C)"),
            ("item, count=1", "item, size, count=1"),
            ["user.py:5"],
        ),
        (
            SUBCLASS.replace("from shop.cart import Cart", "import shop.cart, vendor").replace("(Cart)", "(vendor.Cart)"),
            ("item, count=1", "item, size, count=1"),
            [],
        ),
        (
            SUBCLASS.replace("from shop.cart import Cart", "import shop.cart").replace("(Cart)", "(shop.cart.Cart)"),
            ("item, count=1", "item, size, count=1"),
            ["user.py:5"],
        ),
        (
            SUBCLASS.replace("from shop.cart import Cart", "import shop.cart\n\n\nclass Cart:\n    pass"),
            ("item, count=1", "item, size, count=1"),
            [],
        ),
    ],
)
def test_overriding_methods_that_no_longer_fit_are_reported(findings, user, change, places):
    result = findings({"shop/cart.py": SHOP, "user.py": user}, {"shop/cart.py": SHOP.replace(*change)})
    overrides = [f for f in result.every if f.rule == "override-left-behind"]
    assert [str(place) for f in overrides for place in f.evidence] == places, [f.message for f in result.every]


def test_overriding_methods_in_the_same_file_are_reported(findings):
    text = SHOP + "\n\nclass Big(Cart):\n    def add(self, item, count=1):\n        return item\n"
    result = findings({"shop/cart.py": text}, {"shop/cart.py": text.replace("item, count=1", "item, size, count=1", 1)})
    overrides = [f for f in result.every if f.rule == "override-left-behind"]
    assert [str(place) for f in overrides for place in f.evidence] == ["shop/cart.py:11"]
