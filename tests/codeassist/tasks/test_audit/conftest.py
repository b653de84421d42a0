"""A repository with one module and tests of every worth."""

from __future__ import annotations

import pytest

from tests.conftest import git, write

SHOP = """def price(amount):
    if amount < 0:
        raise ValueError("negative")
    return 2 * amount


def rate():
    return 7
"""
TESTS = """from shop import price, rate


def test_price():
    assert price(3) == 6


def test_kind():
    assert isinstance(price(1), object)


def test_rate():
    assert rate() is not price


def test_elsewhere():
    assert sorted([2, 1]) == [1, 2]


def test_wrong():
    assert price(1) == 3
"""


@pytest.fixture
def repository(tmp_path):
    root = write(tmp_path / "p", {"shop.py": SHOP, "tests/test_shop.py": TESTS})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "First")
    return root
