"""Which tests reach a definition."""

from __future__ import annotations

from indexers import Index
from tests.conftest import write

FILES = {
    "shop.py": "def price(n):\n    return n\n\n\ndef total(xs):\n    return sum(map(price, xs))\n\n\ndef unused():\n    return 1\n",
    "other.py": "def price(n):\n    return -n\n",
    "tests/test_shop.py": "from shop import price, total\n\n\ndef test_price():\n    assert price(1) == 1\n\n\n"
    "def test_total():\n    def check(xs):\n        return total(xs)\n\n    assert check([1]) == 1\n",
    "tests/test_other.py": "from other import price\n\n\ndef test_negative():\n    assert price(1) == -1\n",
}


def test_direct_tests_come_before_those_through_callers(tmp_path):
    with Index.build(write(tmp_path, FILES)) as index:
        found = index.tests_of("shop.price") or index.tests_of("price")
        assert [(t.name, t.through) for t in found if t.path == "tests/test_shop.py"] == [
            ("test_price", ()),
            ("test_total", ("total",)),
        ]
        assert all(t.resolution == "resolved" for t in found)
        assert [(t.path, t.line, t.name) for t in index.tests_of("total")] == [("tests/test_shop.py", 8, "test_total")]
        assert index.tests_of("unused") == []
        assert index.tests_of("no_such_name") == []


def test_a_constructor_is_reached_by_tests_that_make_an_object(tmp_path):
    files = {
        "cart.py": "class Cart:\n    def __init__(self):\n        self.fill()\n\n    def fill(self):\n        pass\n",
        "tests/test_cart.py": "from cart import Cart\n\n\ndef test_cart():\n    assert Cart()\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        assert [(t.name, t.through) for t in index.tests_of("Cart.fill")] == [("test_cart", ("Cart.__init__",))]
