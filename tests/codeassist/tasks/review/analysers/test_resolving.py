"""Whether a use in a Python file refers to a given definition."""

from __future__ import annotations

import ast

import pytest

from codeassist.tasks.review.analysers.resolving import CERTAIN, LIKELY, uses
from codeassist.tasks.review.analysers.scopes import module_names


def found(text: str, name: str = "total", owner: str = "", *, path: str = "user.py", unique: bool = False) -> list[object]:
    """(kind, line, certainty) of the uses in a text of a definition in `src/shop/cart.py`."""
    tree = ast.parse(text)
    return [(u.kind, u.line, u.certainty) for u in uses(tree, path, "src/shop/cart.py", name, owner, unique=unique)]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("src/shop/cart.py", {"src.shop.cart", "shop.cart", "cart"}),
        ("shop/__init__.py", {"shop"}),
        ("cart.py", {"cart"}),
    ],
)
def test_a_file_may_be_imported_under_several_names(path: str, names: set[str]) -> None:
    assert module_names(path) == names


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("from shop.cart import total\ntotal()\n", {("import", 1), ("call", 2), ("name", 2)}),
        ("from shop.cart import total as t\nmap(t, x)\n", {("import", 1), ("name", 2)}),
        ("import shop.cart\nshop.cart.total()\n", {("call", 2), ("attribute", 2)}),
        ("from shop import cart\ncart.total\n", {("attribute", 2)}),
        ("from other import total\ntotal()\n", set()),
        ("total()\n", set()),
        ("from shop import cart\n\ndef f(cart):\n    cart.total()\n", set()),
    ],
)
def test_uses_of_a_function_are_resolved_by_imports(text: str, kinds: set[tuple[str, int]]) -> None:
    resolved = {(kind, line) for kind, line, certainty in found(text) if certainty == CERTAIN}  # type: ignore[misc]
    assert resolved == kinds


def test_relative_imports_depend_on_the_folder_of_the_file() -> None:
    text = "from .cart import total\n"
    assert found(text, path="src/shop/web.py") == [("import", 1, CERTAIN)]
    assert found(text, path="src/other/web.py") == []
    assert found("from ..cart import total\n", path="src/shop/pages/a.py") == [("import", 1, CERTAIN)]


def test_a_reexported_function_is_likely_if_its_name_is_unique() -> None:
    text = "from shop import total\ntotal()\n"
    assert found(text, unique=True) == [("call", 2, LIKELY)]
    assert found(text) == []


@pytest.mark.parametrize(
    ("body", "certainty"),
    [
        ("c = Cart()\nc.add()", CERTAIN),
        ("Cart().add()", CERTAIN),
        ("Cart.add(x)", CERTAIN),
        ("def f(c: Cart | None):\n    c.add()", CERTAIN),
        ("def f(c: 'Cart'):\n    c.add()", CERTAIN),
        ("class A:\n    def __init__(self):\n        self.c = Cart()\n    def go(self):\n        self.c.add()", CERTAIN),
        ("class A(Cart):\n    def go(self):\n        self.add()", CERTAIN),
        ("c = Cart()\nc = Other()\nc.add()", 0.0),
        ("def f(c: Other):\n    c.add()", 0.0),
        ("class A(Cart):\n    def add(self):\n        pass\n    def go(self):\n        self.add()", 0.0),
        ("class A:\n    def go(self):\n        self.add()", 0.0),
    ],
)
def test_method_calls_are_resolved_by_inferred_classes(body: str, certainty: float) -> None:
    calls = [c for kind, _, c in found(f"from shop.cart import Cart\n{body}\n", "add", "Cart") if kind == "call"]  # type: ignore[misc]
    assert calls == ([certainty] if certainty else [])


def test_a_method_call_on_an_unknown_receiver_is_likely_only_if_the_name_is_unique() -> None:
    text = "import queue\n\ndef f(c):\n    c.add()\n    queue.add()\n"
    assert found(text, "add", "Cart", unique=True) == [("call", 4, LIKELY)]
    assert found(text, "add", "Cart") == []


def test_overriding_methods_are_uses() -> None:
    text = "from shop.cart import Cart\n\nclass A(Cart):\n    def add(self): ...\n\nclass B(Other):\n    def add(self): ...\n"
    assert found(text, "add", "Cart") == [("override", 4, CERTAIN)]


def test_the_search_for_another_name_in_the_same_tree_finds_its_own_uses() -> None:
    tree = ast.parse("from shop.cart import total, tax\ntotal()\ntax()\n")
    for name, line in (("total", 2), ("tax", 3), ("total", 2)):
        calls = [u.line for u in uses(tree, "user.py", "shop/cart.py", name, "", unique=False) if u.kind == "call"]
        assert calls == [line]


def test_a_call_of_a_parameter_with_the_same_name_is_not_a_use() -> None:
    text = "from shop.cart import total\n\ndef f(total):\n    return total()\n"
    assert "call" not in [kind for kind, *_ in found(text)]  # type: ignore[misc]


def test_a_tree_that_is_searched_under_another_path_is_resolved_anew() -> None:
    tree = ast.parse("from .cart import total\n\ntotal()\n")
    counts = [
        sum(u.kind == "call" for u in uses(tree, path, "src/shop/cart.py", "total", "", unique=False))
        for path in ("src/shop/web.py", "src/other/web.py", "src/shop/web.py")
    ]
    assert counts == [1, 0, 1]
