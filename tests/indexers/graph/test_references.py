"""Callers of a name and callees of a definition."""

from __future__ import annotations

from indexers import Index
from tests.conftest import write


def test_callers_include_their_enclosing_definition(shop_index):
    uses = shop_index.callers("authenticate")
    assert ("shop/payments.py", "call", "checkout") in [(u.path, u.kind, u.by) for u in uses]
    assert ("shop/payments.py", "import", "") in [(u.path, u.kind, u.by) for u in uses]
    assert shop_index.callers("nobody") == []


def test_callers_of_a_constructor_are_those_of_its_class(tmp_path):
    root = write(tmp_path, {"a.py": "class Box:\n    def __init__(self):\n        pass\n\n\nBox()\n"})
    with Index.build(root) as index:
        for name in ("Box.__init__", "Box::__init__()", "Box#__init__", f"Box{'.__init__' * 30_000}"):
            assert [(use.line, use.name) for use in index.callers(name)] == [(6, "Box")], name[:20]
        assert index.callers("__init__." * 30_000) == []


def test_callees_resolve_to_definitions(shop_index):
    calls = {use.name: target for use, target in shop_index.callees("checkout")}
    assert calls["authenticate"].path == "shop/auth.py"
    assert calls["charge"].qualified_name == "Gateway.charge"
    assert shop_index.callees("no_such_name") == []


def test_a_list_method_does_not_resolve_to_a_method_of_the_repository(tmp_path):
    root = write(
        tmp_path, {"a.py": "class Box:\n    def append(self, x):\n        pass\n", "b.py": "def f(xs):\n    xs.append(1)\n"}
    )
    with Index.build(root) as index:
        assert [(use.name, target) for use, target in index.callees("f")] == [("append", None)]
