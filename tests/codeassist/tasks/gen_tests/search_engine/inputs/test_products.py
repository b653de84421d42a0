"""What a call returned is called too: decorators are applied, made functions are used."""

from __future__ import annotations

import time

import pytest

from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = """
import functools


def repeat(times: int):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args):
            return [function(*args) for _ in range(times)]
        return wrapper
    return decorate


def adder(first: int):
    def add(second: int):
        return first + second
    return add


def plain(n: int):
    return n
"""


@pytest.fixture
def search(bench_of):
    bench = bench_of(SOURCE)
    return Search(bench, Inventory(bench), 1)


def test_a_made_function_is_called_with_fitting_arguments(search):
    target = search.by_name["adder"]
    search.try_out(Candidate("adder", (), "adder(3)"), target)
    (product,) = target.products
    assert (product.steps, [p.name for p in product.parameters]) == (("function = adder(3)",), ["second"])
    candidate = search.maker._use_of(product, target)
    assert candidate.final.startswith("function(")
    assert not search.bench.run(candidate).raised


def test_a_decorator_is_applied_and_the_decorated_function_called(search):
    search.explore(time.monotonic() + 4)
    kept = [candidate for candidate, _ in search.kept if candidate.target == "repeat"]
    assert any(c.final.startswith("decorated(") for c in kept)
    assert {6, 8} <= search.reached  # the bodies of the decorator and of the wrapper


def test_plain_results_are_no_products(search):
    search.try_out(Candidate("plain", (), "plain(1)"), search.by_name["plain"])
    assert search.by_name["plain"].products == []
