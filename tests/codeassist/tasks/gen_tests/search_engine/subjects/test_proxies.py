"""Modules whose variables run code when they are asked for their class."""

from __future__ import annotations

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.fixtures import Fixtures
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.proxies import is_a
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

LAZY = """
class Lazy:
    @property
    def __class__(self):
        raise RuntimeError("settings are not configured")

    def __getattr__(self, name):
        raise RuntimeError("settings are not configured")


settings = Lazy()


def double(name: str) -> str:
    if name in ("a", "b"):
        return name + name
    if name.startswith("x") and settings and settings.MODES[name] and name in settings:
        return ""
    return name
"""


def test_a_module_with_a_proxy_is_searched(bench_of):
    bench = bench_of(LAZY)
    search = Search(bench, Inventory(bench), 1)
    assert [target.qualname for target in search.inventory.targets if not target.owner] == ["double"]
    assert bench.run(Candidate("double", (), "double('b')")).error is None


def test_fixtures_beside_a_proxy_are_found(tmp_path):
    path = tmp_path / "conftest.py"
    path.write_text(f"import pytest\n{LAZY}\n\n@pytest.fixture\ndef box():\n    return [1]\n")
    assert list(Fixtures([str(path)]).functions) == ["box"]


@pytest.mark.parametrize(("value", "kinds", "expected"), [(True, (int,), True), (1, (str, bytes), False), (int, (type,), True)])
def test_values_have_the_kinds_of_their_types(value, kinds, expected):
    assert is_a(value, *kinds) is expected
