"""Callers that a change breaks are reported wherever they are; callers that still fit are not."""

from __future__ import annotations

import pytest

from tests.codeassist.conftest import rules

SHOP = "def total(prices, tax=0):\n    return sum(prices) + tax\n\n\nclass Cart:\n    def add(self, item, count=1):\n        return item, count\n"


def broken(result):
    return [(f.severity.value, [str(p) for p in f.evidence]) for f in result.every if f.rule == "caller-left-behind"]


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


@pytest.mark.parametrize(
    ("name", "before", "after", "user", "line"),
    [
        (
            "a.go",
            "package a\n\nfunc Clamp(x int) int { return x }\n",
            "package a\n\nfunc Clamp(x, high int) int { return x }\n",
            "package a\n\nvar y = Clamp(3)\n",
            3,
        ),
        (
            "a.rs",
            "pub fn clamp(x: i32) -> i32 { x }\n",
            "pub fn clamp(x: i32, high: i32) -> i32 { x }\n",
            "fn g() { clamp(3); }\n",
            1,
        ),
        (
            "A.java",
            "class A {\n  static int clamp(int x) { return x; }\n}\n",
            "class A {\n  static int clamp(int x, int high) { return x; }\n}\n",
            "class B { int y = A.clamp(3); }\n",
            1,
        ),
        (
            "a.ts",
            "export function clamp(x: number): number { return x }\n",
            "export function clamp(x: number, high: number): number { return x }\n",
            "clamp(3)\n",
            1,
        ),
    ],
)
def test_other_languages_by_number_of_arguments(findings, name, before, after, user, line):
    other = f"b{name[name.index('.') :]}"
    result = findings({name: before, other: user}, {name: after})
    [finding] = [f for f in result.every if f.rule == "arity-changed"]
    assert [str(p) for p in finding.evidence] == [f"{other}:{line}"]


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


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (
            "def get(key):\n    return key\n",
            "def get(key):\n    try:\n        raise LookupError(key)\n    except LookupError:\n        return key\n",
            "new-exception",
        ),
        ("def get(key):\n    return [key]\n", "def get(key):\n    raise RuntimeError('gone')\n", "return-shape-changed"),
    ],
)
def test_results_that_did_not_change_for_callers_are_not_reported(findings, before, after, rule):
    user = "from m import get\n\n\ndef use():\n    return get(1)[0]\n"
    result = findings({"m.py": before, "user.py": user}, {"m.py": after})
    assert [f.message for f in result.every if f.rule == rule] == []
