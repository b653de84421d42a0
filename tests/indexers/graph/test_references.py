"""Definitions, callers, callees and central files."""

from __future__ import annotations

import numpy as np
import pytest

from indexers import Index
from indexers.graph.centrality import page_rank
from tests.conftest import write


def test_definitions_by_name_and_qualified_name(shop_index):
    (charge,) = shop_index.definitions("Gateway.charge")
    assert (charge.path, charge.kind, charge.qualified_name) == ("shop/payments.py", "method", "Gateway.charge")
    assert charge.documentation.startswith("Charge an account")
    assert [d.name for d in shop_index.definitions("gateway")] == ["Gateway"]
    assert "hash_password" in [d.name for d in shop_index.definitions("password")]
    assert shop_index.definitions("Basket.charge") == []
    assert shop_index.definitions("no_such_name") == []
    assert shop_index.definitions("%") == []


def test_callers_include_their_enclosing_definition(shop_index):
    uses = shop_index.callers("authenticate")
    assert ("shop/payments.py", "call", "checkout") in [(u.path, u.kind, u.by) for u in uses]
    assert ("shop/payments.py", "import", "") in [(u.path, u.kind, u.by) for u in uses]
    assert shop_index.callers("nobody") == []


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


def test_the_file_with_the_most_dependents_ranks_first(tmp_path):
    files = {f"user{n}.py": f"from core import engine_start\n\ndef go{n}():\n    engine_start()\n" for n in range(6)}
    root = write(tmp_path, files | {"core.py": "def engine_start():\n    return 1\n"})
    with Index.build(root) as index:
        ranks = index.file_ranks()
        assert max(ranks, key=ranks.get) == "core.py"
        assert sum(ranks.values()) == pytest.approx(1.0)


def test_page_rank_sums_to_one():
    ranks = page_rank(4, [(0, 1, 1.0), (1, 2, 4.0), (2, 1, 1.0)])
    assert ranks.sum() == pytest.approx(1.0)
    assert ranks[1] > ranks[0]
    assert np.allclose(page_rank(3, []), 1 / 3)
    assert page_rank(0, []).shape == (0,)


def test_innermost_definition_at_a_line_and_outline(shop_index):
    assert shop_index.definition_at("shop/payments.py", 15).qualified_name == "Gateway.charge"
    assert shop_index.definition_at("shop/payments.py", 1) is None
    assert [d.name for d in shop_index.outline("shop/auth.py")] == ["AuthError", "hash_password", "authenticate"]
