"""Generated tests as methods of a test case: what they assert stays, and what needs pytest stays a function."""

from __future__ import annotations

import sys
import types
import unittest

import pytest

from codeassist.tasks.gen_tests.writing.unittest_style import as_test_case

GENERATED = '''"""Tests for `cart.items`, generated."""

import asyncio
import math

import pytest

from cart.items import add, price, wait


def test_add():
    items = []
    assert add(items, 1) is items
    assert items == [1]


def test_add_raises_value_error():
    with pytest.raises(ValueError, match='no item'):
        add([], None)


def test_price():
    assert price(3) == pytest.approx(0.3)
    assert price(0) is None
    assert math.isfinite(price(1))


@pytest.mark.parametrize(("count", "expected"), [(1, 0.1), (2, 0.2)])
def test_price_for_several_values(count, expected):
    assert price(count) == expected


def test_wait():
    async def scenario():
        return await wait(2)

    assert asyncio.run(scenario()) == 2
'''
FIXTURE = """

def test_add_prints(capsys):
    add([], 1)
    assert capsys.readouterr().out == ''
"""


def run(text: str, monkeypatch: pytest.MonkeyPatch, price: object) -> unittest.TestResult:
    """Run the test cases of a file with a stand-in for the module that they import."""

    def add(items: list[object], item: object) -> list[object]:
        if item is None:
            raise ValueError("no item")
        items.append(item)
        return items

    async def wait(count: int) -> int:
        return count

    module = types.ModuleType("cart.items")
    vars(module).update(add=add, price=price, wait=wait)
    monkeypatch.setitem(sys.modules, "cart", types.ModuleType("cart"))
    monkeypatch.setitem(sys.modules, "cart.items", module)
    names: dict[str, object] = {"__name__": "generated"}
    exec(text, names)
    case = next(v for v in names.values() if isinstance(v, type) and issubclass(v, unittest.TestCase))
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def test_the_same_is_asserted_without_pytest(monkeypatch):
    text = as_test_case(GENERATED, "cart.items")
    assert "pytest" not in text
    assert "class ItemsTest(unittest.TestCase):" in text
    assert text.startswith(
        '"""Tests for `cart.items`, generated."""\n\nimport asyncio\nimport math\nimport unittest\n\nfrom cart'
    )
    right = run(text, monkeypatch, lambda count: count / 10 if count else None)
    assert (right.testsRun, right.failures, right.errors) == (5, [], [])
    wrong = run(text, monkeypatch, lambda count: count / 5 if count else None)
    assert len(wrong.failures) == 3  # the price, and both rows of the table


def test_what_needs_fixtures_of_pytest_stays_a_function():
    text = as_test_case(GENERATED + FIXTURE, "cart.items", {"ItemsTest"})
    assert "class ItemsGeneratedTest(unittest.TestCase):" in text
    assert "\n\n\ndef test_add_prints(capsys):\n" in text
    decorated = FIXTURE.replace("def test", "@pytest.mark.parametrize('item', [1])\ndef test").replace(
        "(capsys)", "(capsys, item)"
    )
    text = as_test_case(GENERATED + decorated, "cart.items")
    assert "\n\n\n@pytest.mark.parametrize('item', [1])\ndef test_add_prints(capsys, item):\n" in text
    only = GENERATED[: GENERATED.index("\n\ndef test_add()")] + FIXTURE
    assert as_test_case(only, "cart.items") == only


def test_large_numbers_are_compared_with_the_tolerance_that_they_had(monkeypatch):
    text = GENERATED.replace("assert price(3) == pytest.approx(0.3)", "assert price(3) == pytest.approx(1234567.5)")
    written = as_test_case(text, "cart.items")
    assert "delta=" in written
    prices = {3: 1234567.6, 0: None}
    assert run(written, monkeypatch, lambda n: prices.get(n, n / 10)).wasSuccessful()
    prices[3] = 1234570.5
    assert not run(written, monkeypatch, lambda n: prices.get(n, n / 10)).wasSuccessful()
