"""Callers that a change breaks are reported wherever they are; callers that still fit are not."""

from __future__ import annotations

import pytest

from codeassist.tasks.review.analysers.outdated_callers import MOVED
from tests.codeassist.conftest import broken, rules
from tests.codeassist.tasks.review.analysers.shop import SHOP


@pytest.mark.parametrize(
    ("user", "change", "places"),
    [
        (
            "from shop.cart import total\n\ntotal([1])\n",
            ("def total(prices, tax=0)", "def total(prices, rate, tax=0)"),
            ["user.py:3"],
        ),
        ("import shop.cart\n\nshop.cart.total([1], 2)\n", ("def total(prices, tax=0)", "def total(prices)"), ["user.py:3"]),
        ("from shop import cart as c\n\nc.total([1], tax=2)\n", ("tax", "rate"), ["user.py:3"]),
        (
            "from shop.cart import total as t\n\nt()\nt([1])\n",
            ("def total(prices, tax=0)", "def total(prices, tax)"),
            ["user.py:4"],
        ),
        ("from .shop.cart import total\n", ("def total(", "def sum_up("), ["user.py:1"]),
        ("from shop.cart import Cart\n\nc = Cart()\nc.add('a')\n", ("count=1", "count"), ["user.py:4"]),
        ("from shop.cart import Cart\n\n\ndef f(c: Cart):\n    c.add('a', count=2)\n", ("count", "number"), ["user.py:5"]),
        (
            "from shop.cart import Cart\n\n\nclass Big(Cart):\n    def fill(self):\n        self.add('a', 1)\n",
            ("item, count=1", "item"),
            ["user.py:6"],
        ),
        (
            "from shop.cart import Cart\n\n\nclass Shop:\n    def __init__(self):\n        self.cart = Cart()\n\n    def go(self):\n        self.cart.add()\n        self.cart.add('a')\n",
            ("count=1", "count"),
            ["user.py:10"],
        ),
    ],
)
def test_uses_that_no_longer_fit_are_errors(findings, user, change, places):
    result = findings({"shop/cart.py": SHOP, "user.py": user}, {"shop/cart.py": SHOP.replace(*change)})
    assert broken(result) == [("error", places)], [f.message for f in result.every]


@pytest.mark.parametrize(
    ("package", "user", "severity"),
    [
        ("from .cart import total\n", "from shop import total\n\ntotal([1])\n", "error"),
        ("from .cart import total as total\n", "from shop import total as t\n\nt([1])\n", "error"),
        ("from shop.cart import Cart, total\n", "import shop\n\nshop.total([1])\n", "error"),
        ("from .cart import *\n", "import shop\n\nshop.total([1])\n", "error"),
        ("from .cart import *\nfrom .more import *\n", "from shop import total\n\ntotal([1])\n", "error"),
        ("from .cart import *\nfrom .other import *\n", "from shop import total\n\ntotal([1])\n", ""),
        ("from .cart import total as add\n", "from shop import total\n\ntotal([1])\n", "warning"),
        (
            "try:\n    from .fast import total\nexcept ImportError:\n    from .cart import total\n",
            "from shop import total\n\ntotal([1])\n",
            "warning",
        ),
    ],
)
def test_a_name_that_a_package_passes_on_is_the_same_name(findings, package, user, severity):
    files = {"shop/cart.py": SHOP, "shop/__init__.py": package, "user.py": user, "shop/more.py": "def count(): ...\n"}
    if ".other" in package:
        files["shop/other.py"] = "def total(prices): ...\n"
    result = findings(files, {"shop/cart.py": SHOP.replace("def total(prices, tax=0)", "def total(prices, rate, tax=0)")})
    assert broken(result) == ([(severity, ["user.py:3"])] if severity else []), [f.message for f in result.every]


def test_packages_pass_names_on_to_each_other_and_defaults_and_classes_are_seen_through_them(findings):
    files = {
        "shop/stock/cart.py": SHOP,
        "shop/stock/__init__.py": "from .cart import Cart, total\n",
        "shop/__init__.py": "from .stock import Cart, total\n",
        "user.py": "from shop import Cart, total\n\nCart().add('a')\ntotal([1])\n",
    }
    after = SHOP.replace("item, count=1", "item, count").replace("def total(prices, tax=0)", "def total(prices, tax=1)")
    result = findings(files, {"shop/stock/cart.py": after})
    assert broken(result) == [("error", ["user.py:3"])]
    assert [str(p) for f in result.every if f.rule == "default-changed" for p in f.evidence] == ["user.py:4"]


def test_a_parameter_on_its_own_line_and_a_definition_that_a_docstring_swallows_are_seen(findings):
    long = "def total(\n    prices,\n    tax,\n    rate,\n):\n    a = 1\n    b = 2\n    c = 3\n    return prices\n"
    user = "from shop import total\n\ntotal([1], 2, 3)\n"
    files = {"shop.py": long, "user.py": user}
    assert broken(findings(files, {"shop.py": long.replace("    tax,\n", "").replace("c = 3", "c = 4")})) == [
        ("error", ["user.py:3"])
    ]
    swallowed = "x = 1\n" + long + "y = 2\n"
    after = swallowed.replace("x = 1\n", 'x = """\n').replace("y = 2\n", '"""\n')
    assert broken(findings({"shop.py": swallowed, "user.py": user}, {"shop.py": after})) == [
        ("error", ["user.py:1", "user.py:3"])
    ]


@pytest.mark.parametrize(
    ("user", "change"),
    [
        ("from shop.cart import total\n\ntotal([1])\n", ("tax=0", "tax=0, rate=1")),
        ("from other import total\n\ntotal()\n", ("def total(prices, tax=0)", "def total(prices, rate, tax=0)")),
        (
            "from shop.cart import total\n\ntotal(*args)\ntotal(**kw)\n",
            ("def total(prices, tax=0)", "def total(prices, rate, tax=0)"),
        ),
        ("def f(total):\n    return total()\n", ("def total(", "def sum_up(")),
        ("try:\n    from shop.cart import total\nexcept ImportError:\n    total = None\n", ("def total(", "def sum_up(")),
        ("import queue\n\nqueue.add()\n", ("count=1", "count")),
        ("from shop.cart import Cart\n\nCart.add(Cart(), 'a', 1)\n", ("item, count=1", "item, count")),
        ("total = 3\nprint(total)\n", ("def total(", "def sum_up(")),
        ("from shop.cart import total\n\ntotal(1, 2, 3, 4)\n", ("tax=0", "tax=1")),
    ],
)
def test_uses_that_still_fit_or_mean_something_else_are_not_reported(findings, user, change):
    result = findings({"shop/cart.py": SHOP, "user.py": user}, {"shop/cart.py": SHOP.replace(*change)})
    assert broken(result) == [], [f.message for f in result.every]


@pytest.mark.parametrize(
    ("before", "after", "user"),
    [
        (
            "class A:\n    def go(self):\n        pass\n",
            "from other import Mixin\n\n\nclass A(Mixin):\n    pass\n",
            "from m import A\n\nA().go()\n",
        ),
        ("def f(a):\n    pass\n", "def __getattr__(name):\n    return print\n", "from m import f\n\nf(1)\n"),
        ("def f(a):\n    pass\n", "from other import *\n", "from m import f\n\nf(1)\n"),
        (
            "def f(a):\n    pass\n",
            "import sys\n\nif sys.version_info > (3,):\n    def f(a):\n        pass\nelse:\n    def f(a, b):\n        pass\n",
            "from m import f\n\nf(1)\n",
        ),
        ("def f(a):\n    pass\n", "def f(a, b):\n    pass\n", "import m\n\n\ndef go(m):\n    m.f(1)\n"),
        ("def f(a):\n    pass\n", "x = 1\n", "import m\n\nif hasattr(m, 'f'):\n    m.f(1)\n"),
        (
            "class A:\n    def go(self):\n        pass\n",
            "class A:\n    pass\n\n\nA.go = print\n",
            "from m import A\n\nA().go()\n",
        ),
    ],
)
def test_names_that_may_come_from_elsewhere_are_not_errors(findings, before, after, user):
    result = findings({"m.py": before, "user.py": user}, {"m.py": after})
    assert not [f for f in result.every if f.rule == "caller-left-behind" and f.severity.value == "error"], [
        f.message for f in result.every
    ]


def test_an_argument_bound_to_another_parameter_is_a_warning(findings):
    result = findings(
        {"shop/cart.py": SHOP, "user.py": "from shop.cart import total\n\ntotal([1], 2)\n"},
        {"shop/cart.py": SHOP.replace("prices, tax=0", "prices, rate=1, tax=0")},
    )
    assert broken(result) == [("warning", ["user.py:3"])]


RESULT = "class Result:\n    @classmethod\n    def of(cls, job, outcome, note=''):\n        return cls()\n"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Result.of(1, 2)", [("warning", ["user.py:3"])]),
        ("Result().of(1, outcome=2)", [("error", ["user.py:3"])]),  # it would be passed twice
        ("Result.of(job=1, outcome=2)", []),
        ("Result.of(*both)", []),
    ],
)
def test_positional_arguments_in_the_order_of_before_are_reported(findings, call, expected):
    before = {"shop/result.py": RESULT, "user.py": f"from shop.result import Result\n\n{call}\n"}
    result = findings(before, {"shop/result.py": RESULT.replace("job, outcome", "outcome, job")})
    assert broken(result) == expected
    assert all(f.confidence >= MOVED for f in result.every if f.rule == "caller-left-behind")


def test_uses_of_a_removed_module_are_errors(findings):
    user = "from shop.cart import total\n\ntotal([1])\n"
    result = findings({"shop/cart.py": SHOP, "user.py": user}, {"shop/cart.py": None})
    assert ("error", ["user.py:1", "user.py:3"]) in broken(result)
    assert all(f.path == "shop/cart.py" for f in result.every if f.rule == "caller-left-behind")


def test_a_moved_name_that_is_imported_back_is_not_reported(findings):
    after = "from shop.sums import total\n\n\n" + SHOP.partition("\n\n\n")[2]
    result = findings(
        {"shop/cart.py": SHOP, "user.py": "from shop.cart import total\n\ntotal([1])\n"},
        {"shop/cart.py": after, "shop/sums.py": SHOP.partition("\n\n\n")[0] + "\n"},
    )
    assert broken(result) == []


def test_callers_that_were_updated_are_not_reported(findings):
    result = findings(
        {"shop/cart.py": SHOP, "user.py": "from shop.cart import total\n\ntotal([1])\n"},
        {
            "shop/cart.py": SHOP.replace("def total(prices, tax=0)", "def total(prices, rate)"),
            "user.py": "from shop.cart import total\n\ntotal([1], 2)\n",
        },
    )
    assert broken(result) == []


def test_changed_defaults_return_shapes_and_exceptions_are_reported(findings):
    before = "def f(x=1):\n    return x, x\n\n\ndef g():\n    return 1\n"
    after = "def f(x=2):\n    return x, x, x\n\n\ndef g():\n    raise KeyError('no')\n"
    user = "from m import f, g\n\na, b = f()\ng()\n"
    result = findings({"m.py": before, "user.py": user}, {"m.py": after})
    assert {r for r, *_ in rules(result)} >= {"default-changed", "return-shape-changed", "new-exception"}
    shape = next(f for f in result.every if f.rule == "return-shape-changed")
    assert (shape.severity.value, [str(p) for p in shape.evidence]) == ("warning", ["user.py:3"])
    assert "a tuple of 2 and now returns a tuple of 3" in shape.message
