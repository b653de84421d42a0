"""Python names other than functions that a change removes, and functions that became something else."""

from __future__ import annotations

import pytest

Files = dict[str, str | None]
POINT = "from dataclasses import dataclass\n\n\n@dataclass\nclass Point:\n    x: int\n    y: int = 0\n"
KIND = "from enum import Enum\n\n\nclass Kind(Enum):\n    SMALL = 1\n    BIG = 2\n"
CART = "class Cart:\n    def __init__(self):\n        self.items = []\n        self.owner = ''\n"

LEFT: dict[str, tuple[Files, Files, str]] = {
    "a renamed field of a dataclass, by keyword": (
        {"m.py": POINT, "use.py": "from m import Point\n\np = Point(x=1)\n"},
        {"m.py": POINT.replace("x: int", "left: int")},
        "use.py:3",
    ),
    "a field of a dataclass, read": (
        {"m.py": POINT, "use.py": "from m import Point\n\n\ndef f(p: Point):\n    return p.y\n"},
        {"m.py": POINT.replace("    y: int = 0\n", "")},
        "use.py:5",
    ),
    "a required field of a dataclass": (
        {"m.py": POINT, "use.py": "from m import Point\n\np = Point(1)\n"},
        {"m.py": POINT.replace("    y: int = 0\n", "    z: int\n    y: int = 0\n")},
        "use.py:3",
    ),
    "a constant": (
        {"m.py": "LIMIT = 3\n", "use.py": "from m import LIMIT\n\nprint(LIMIT)\n"},
        {"m.py": "MAXIMUM = 3\n"},
        "use.py:1",
    ),
    "a constant through its module": (
        {"p/__init__.py": "", "p/m.py": "LIMIT = 3\n", "use.py": "from p import m\n\nprint(m.LIMIT)\n"},
        {"p/m.py": "MAXIMUM = 3\n"},
        "use.py:3",
    ),
    "an import that another module imports from here": (
        {"m.py": "from json import loads\n\n\ndef f():\n    return 1\n", "use.py": "from m import loads\n"},
        {"m.py": "def f():\n    return 1\n"},
        "use.py:1",
    ),
    "a member of an enum": (
        {"m.py": KIND, "use.py": "from m import Kind\n\n\ndef f(k):\n    return k is Kind.BIG\n"},
        {"m.py": KIND.replace("BIG", "LARGE")},
        "use.py:5",
    ),
    "an attribute, in a subclass": (
        {
            "m.py": CART,
            "use.py": "from m import Cart\n\n\nclass Shop(Cart):\n    def count(self):\n        return len(self.items)\n",
        },
        {"m.py": CART.replace("items", "goods")},
        "use.py:6",
    ),
    "an attribute of a variable": (
        {"m.py": CART, "use.py": "from m import Cart\n\ncart = Cart()\nprint(cart.items)\n"},
        {"m.py": CART.replace("items", "goods")},
        "use.py:4",
    ),
    "a function that is asynchronous now": (
        {
            "m.py": "def load():\n    return 1\n",
            "use.py": "from m import load\n\n\ndef f():\n    x = load()\n    return x + 1\n",
        },
        {"m.py": "async def load():\n    return 1\n"},
        "use.py:5",
    ),
    "a function that is not asynchronous any more": (
        {
            "m.py": "async def load():\n    return 1\n",
            "use.py": "from m import load\n\n\nasync def f():\n    return await load()\n",
        },
        {"m.py": "def load():\n    return 1\n"},
        "use.py:5",
    ),
    "a method that is a property now": (
        {
            "m.py": "class A:\n    def size(self):\n        return 1\n",
            "use.py": "from m import A\n\n\ndef f(a: A):\n    return a.size()\n",
        },
        {"m.py": "class A:\n    @property\n    def size(self):\n        return 1\n"},
        "use.py:5",
    ),
    "a property that is a method now": (
        {
            "m.py": "class A:\n    @property\n    def size(self):\n        return 1\n",
            "use.py": "from m import A\n\n\ndef f(a: A):\n    return a.size + 1\n",
        },
        {"m.py": "class A:\n    def size(self):\n        return 1\n"},
        "use.py:5",
    ),
    "a name that a test replaces": (
        {
            "m.py": "from subprocess import run as tool\n\n\ndef f():\n    return tool('x')\n",
            "test_m.py": "from unittest.mock import patch\n\n\ndef test_f():\n    with patch('m.tool'):\n        pass\n",
        },
        {"m.py": "def f():\n    return 1\n"},
        "test_m.py:5",
    ),
    "a function that a test replaces": (
        {
            "m.py": "def tool(x):\n    return x\n\n\ndef f():\n    return tool('x')\n",
            "test_m.py": "def test_f(monkeypatch):\n    monkeypatch.setattr('m.tool', lambda x: x)\n",
        },
        {"m.py": "def helper(x):\n    return x\n\n\ndef f():\n    return helper('x')\n"},
        "test_m.py:2",
    ),
    "a renamed keyword": (
        {"m.py": "def f(a, size=1):\n    return a, size\n", "use.py": "from m import f\n\nf(1, size=2)\n"},
        {"m.py": "def f(a, width=1):\n    return a, width\n"},
        "use.py:3",
    ),
}
BAITS: dict[str, tuple[Files, Files]] = {
    "an attribute of another class": (
        {"m.py": CART, "use.py": "def f(invoice):\n    return invoice.items\n"},
        {"m.py": CART.replace("items", "goods")},
    ),
    "an enum of another module": (
        {"m.py": KIND, "n.py": KIND, "use.py": "from n import Kind\n\nprint(Kind.BIG)\n"},
        {"m.py": KIND.replace("BIG", "LARGE")},
    ),
    "a constant that is imported now": (
        {"m.py": "LIMIT = 3\n", "use.py": "from m import LIMIT\n\nprint(LIMIT)\n"},
        {"m.py": "from limits import LIMIT\n", "limits.py": "LIMIT = 3\n"},
    ),
    "an attribute that a base class has now": (
        {
            "m.py": "class Base:\n    pass\n\n\n" + CART.replace("Cart", "Cart(Base)"),
            "use.py": "from m import Cart\n\nprint(Cart().items)\n",
        },
        {"m.py": "class Base:\n    items = ()\n\n\nclass Cart(Base):\n    def __init__(self):\n        self.owner = ''\n"},
    ),
    "an attribute that the subclass sets now": (
        {
            "m.py": "class Base:\n    def __init__(self):\n        self.took = 1\n\n    def f(self):\n        return self.took\n\n\n"
            "class Fast(Base):\n    pass\n"
        },
        {
            "m.py": "class Base:\n    def f(self):\n        return self.took\n\n\n"
            "class Fast(Base):\n    def __init__(self):\n        self.took = 1\n"
        },
    ),
    "a parameter of the name": (
        {"test_m.py": "def shop():\n    return 1\n\n\ndef test_a(shop):\n    assert shop\n"},
        {"test_m.py": "def store():\n    return 1\n\n\ndef test_a(shop):\n    assert shop\n"},
    ),
    "a coroutine that is passed on": (
        {
            "m.py": "def load():\n    return 1\n",
            "use.py": "import asyncio\n\nfrom m import load\n\n\ndef f():\n    return asyncio.run(load())\n",
        },
        {"m.py": "async def load():\n    return 1\n"},
    ),
    "an import that nobody else uses": (
        {"m.py": "from json import loads\n\n\ndef f():\n    return 1\n", "use.py": "from json import loads\n\nloads('1')\n"},
        {"m.py": "def f():\n    return 1\n"},
    ),
    "the use changes too": (
        {"m.py": "LIMIT = 3\n", "use.py": "from m import LIMIT\n\nprint(LIMIT)\n"},
        {"m.py": "MAXIMUM = 3\n", "use.py": "from m import MAXIMUM\n\nprint(MAXIMUM)\n"},
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_a_use_that_is_left_behind_is_found(findings, name):
    before, after, place = LEFT[name]
    result = findings(before, after)
    found = [str(p) for f in result.every if f.rule == "caller-left-behind" for p in f.evidence]
    assert place in found, [f.message for f in result.every]


@pytest.mark.parametrize("name", BAITS)
def test_what_still_works_is_not_reported(findings, name):
    result = findings(*BAITS[name])
    assert not [f.message for f in result.every if f.severity != "note"]
