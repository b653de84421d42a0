"""Weaknesses that reading a test shows, and good tests that have none."""

from __future__ import annotations

import ast

import pytest

from codeassist.tasks.test_audit.comparing import expects_refusal
from codeassist.tasks.test_audit.reading import asserting, find_tests, helpers_in, weaknesses

SUBJECTS = {"price", "Cart"}


def found(source: str) -> list[tuple[str, str]]:
    tests = find_tests(ast.parse(source))
    return [(w.test, w.kind) for test in tests for w in weaknesses("test_x.py", test, SUBJECTS)]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("price(1)", "asserts-nothing"),
        ("assert True", "asserts-nothing"),
        ("warnings.simplefilter('ignore')\n    price(1)", "asserts-nothing"),
        ("x = price(1)\n    assert x == x", "compares-with-itself"),
        ("assert price(1) == price(1)", "compares-with-itself"),
        ("expected = price(1)\n    assert price(1) == expected", "compares-with-itself"),
        ("self.assertEqual(price(1), price(1))", "compares-with-itself"),
        ("given = [1, 2]\n    assert given == [1, 2]", "compares-with-itself"),
        ("given = 'a'\n    price(given)\n    assert given == 'a'", "compares-with-itself"),
        ("a = price(1)\n    b = a\n    assert b == a", "compares-with-itself"),
        ("with patch('shop.price', return_value=3):\n        assert shop.price(1) == 3", "replaces-its-subject"),
        ("monkeypatch.setattr(shop, 'price', lambda n: 3)\n    assert shop.price(1) == 3", "replaces-its-subject"),
    ],
)
def test_a_weak_test_is_found(body, kind):
    assert found(f"def test_it():\n    {body}\n") == [("test_it", kind)]


@pytest.mark.parametrize(
    "body",
    [
        "assert price(1) == 2",
        "assert price(1) == price(2)",
        "assert next(x) == next(x)",
        "with pytest.raises(ValueError):\n        price(-1)",
        "mocked.assert_called_once_with(1)",
        "given = [1, 2]\n    price(given)\n    assert given == [1, 2]",
        "given = {'a': 1}\n    cart = Cart(given)\n    cart.add(2)\n    self.assertEqual(given, {'a': 1})",
        "before = text\n    text = price(text)\n    assert text == before",
        "before = price(box)\n    box.open()\n    after = price(box)\n    assert before == after",
        "first = price(1)\n    second = price(1)\n    assert first is second",
        "try:\n        Cart().size = 3\n    except AttributeError:\n        return\n    raise AssertionError",
        "check_price(price(1))",
        "with warnings.catch_warnings():\n        warnings.simplefilter('error')\n        price(1)",
        "warnings.filterwarnings('error', category=DeprecationWarning)\n    price(1)",
        "if price(1) == 2:\n        pass\n    else:\n        raise RuntimeError('wrong price')",
        "try:\n        price(-1)\n    except ValueError:\n        pass\n    else:\n        pytest.fail('accepted')",
        "try:\n        price(-1)\n    except ValueError:\n        pass\n    else:\n        raise Exception('accepted')",
        "with patch('shop.clock'):\n        assert shop.price(1) == 3",
    ],
)
def test_a_good_test_is_not(body):
    assert found(f"def test_it():\n    {body}\n") == []


def test_an_object_may_be_compared_with_itself_where_equality_is_tested():
    body = "    cart = Cart()\n    assert cart == cart\n"
    assert found(f"def test_eq():\n{body}") == []
    assert found(f"def test_size():\n{body}") == [("test_size", "compares-with-itself")]


@pytest.mark.parametrize(
    ("body", "expects"),
    [
        ("with pytest.raises(AttributeError):\n        cart.size = 3", True),
        ("with self.assertRaises(TypeError):\n        del cart[0]", True),
        ("try:\n        setattr(cart, 'size', 3)\n    except AttributeError:\n        pass", True),
        ("with pytest.raises(AttributeError):\n        size = cart.size", False),
        ("with pytest.raises(ValueError):\n        price(-1)", False),
    ],
)
def test_a_test_of_what_must_not_be_set(body, expects):
    assert expects_refusal(ast.parse(f"def test_it():\n    {body}\n")) is expects


def test_tests_that_are_never_run():
    source = """
import pytest
import unittest


def test_same():
    assert price(1)


def test_same():
    assert price(2)


@pytest.mark.skip(reason="later")
def test_skipped():
    assert price(1)


class Checks:
    def test_in_it(self):
        assert price(1)


class TestWithInit:
    def __init__(self):
        pass

    def test_in_it(self):
        assert price(1)


class TestGood:
    def test_in_it(self):
        assert price(1)


class Case(unittest.TestCase):
    def test_in_it(self):
        self.assertTrue(price(1))
"""
    assert found(source) == [
        ("test_same", "never-run"),
        ("test_skipped", "never-run"),
        ("Checks::test_in_it", "never-run"),
        ("TestWithInit::test_in_it", "never-run"),
    ]


def test_a_helper_that_asserts_counts_and_an_attribute_may_change():
    text = """
class Tools:
    def look(self, value):
        self.compare(value)

    def compare(self, value):
        assert value == 3


def test_by_a_helper(tools):
    tools.look(f())


def test_by_another(tools):
    tools.show(f())


def test_unchanged(box):
    before = box.size
    box.fill()
    after = box.size
    assert before == after


def test_twice_the_same(box):
    before = 3
    assert before == before
"""
    tree = ast.parse(text)
    helpers = asserting(helpers_in(tree))
    assert {name for name in helpers if not name.startswith("test")} == {"look", "compare"}
    said = {(w.test, w.kind) for test in find_tests(tree) for w in weaknesses("t.py", test, {"f"}, helpers)}
    assert said == {("test_by_another", "asserts-nothing"), ("test_twice_the_same", "compares-with-itself")}


def test_a_subject_that_is_named_like_a_check_is_no_assertion():
    (test,) = find_tests(ast.parse("def test_token():\n    expect_token(3)\n"))
    assert [w.kind for w in weaknesses("t.py", test, {"expect_token"})] == ["asserts-nothing"]
    assert not list(weaknesses("t.py", test, set()))


def test_a_test_that_calls_another_test_asserts_what_that_one_does():
    tree = ast.parse("def test_a(n=1):\n    assert f(n)\n\n\ndef test_b():\n    test_a(2)\n\n\ndef test_c():\n    test_c()\n")
    helpers = asserting(helpers_in(tree))
    said = [(w.test, w.kind) for test in find_tests(tree) for w in weaknesses("t.py", test, {"f"}, helpers)]
    assert said == [("test_c", "asserts-nothing")]


def test_an_exception_of_a_function_that_the_test_defines_is_no_assertion():
    (test,) = find_tests(
        ast.parse("def test_it():\n    def bad():\n        if f(1):\n            raise ValueError(1)\n    f(bad)\n")
    )
    assert [w.kind for w in weaknesses("t.py", test, {"f"})] == ["asserts-nothing"]
