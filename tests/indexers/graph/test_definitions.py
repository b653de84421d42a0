"""Definitions of a name, the most likely first."""

from __future__ import annotations

import pytest

from indexers import Index
from indexers.graph.definitions import last_part, major
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


def test_code_comes_before_tests_and_functions_before_variables(tmp_path):
    files = {
        "a_names.py": "launch = 1\n",
        "b_short.py": "def launch(): ...\n",
        "c_long.py": "def launch():\n    x = 1\n    y = 2\n    return x + y\n",
        "tests/test_a.py": "def launch():\n    '''Launches.'''\n    x = 1\n    return x\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        found = index.definitions("launch")
        assert [d.path for d in found] == ["c_long.py", "b_short.py", "a_names.py", "tests/test_a.py"]
        assert [d.path for d in major(found)] == ["c_long.py", "b_short.py", "tests/test_a.py"]
        assert index.definitions("launch", 1) == found[:1]


def test_only_the_best_kind_of_match_is_returned(tmp_path):
    root = write(tmp_path, {"a.py": "def send(): ...\n\n\ndef Send(): ...\n\n\ndef send_all(): ...\n"})
    with Index.build(root) as index:
        assert {d.name for d in index.definitions("send")} == {"send"}
        assert {d.name for d in index.definitions("SEND")} == {"send", "Send"}
        assert {d.name for d in index.definitions("end_a")} == {"send_all"}


@pytest.mark.parametrize("name", ["Gateway.charge", "Gateway::charge", "Gateway#charge", "gateway.charge", "Gateway.charge()"])
def test_qualified_names_of_any_language(shop_index, name):
    assert [d.qualified_name for d in shop_index.definitions(name)] == ["Gateway.charge"]


@pytest.mark.parametrize(
    ("name", "last"),
    [("get", "get"), ("Session.get", "get"), ("std::vec::Vec", "Vec"), ("Foo#bar()", "bar"), ("...", "..."), ("", "")],
)
def test_last_part(name, last):
    assert last_part(name) == last


def test_a_name_may_begin_with_its_module(tmp_path):
    files = {
        "web/routing.py": "class Route:\n    def matches(self):\n        return 1\n",
        "web/__init__.py": "def start():\n    return 1\n",
        "web/other.py": "class Route:\n    pass\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        for name in ("routing.Route.matches", "web.routing.Route.matches"):
            assert [d.path for d in index.definitions(name)] == ["web/routing.py"]
        assert [d.path for d in index.definitions("routing.Route")] == ["web/routing.py"]
        assert [d.path for d in index.definitions("web.start")] == ["web/__init__.py"]
        assert index.definitions("shop.routing.Route") == []
        assert index.definitions("outing.Route") == []


def test_code_comes_before_headings_of_the_same_name(tmp_path):
    files = {"docs/use.md": "# Use\n\n## Session\n\nA session.\n\nMore.\n", "x.py": "class Session: ...\n"}
    with Index.build(write(tmp_path, files)) as index:
        assert [d.path for d in index.definitions("Session")] == ["x.py", "docs/use.md"]
