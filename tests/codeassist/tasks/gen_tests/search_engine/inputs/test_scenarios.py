"""Calls in the form that their kind needs: awaited, entered, iterated, inside the block of their object."""

from __future__ import annotations

import asyncio
import random

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.scenarios import Call, arranged, entered_by, form_of
from codeassist.tasks.gen_tests.search_engine.running.execution import Bench
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = """
import asyncio
import contextlib


class Session:
    def __init__(self, limit=2):
        self.limit = limit
        self.items = None

    async def __aenter__(self):
        self.items = []
        return self

    async def __aexit__(self, *error):
        self.items = None

    async def push(self, item):
        if self.items is None:
            raise RuntimeError("closed")
        if len(self.items) >= self.limit:
            return -1
        self.items.append(item)
        return len(self.items)


class Pool:
    def __init__(self):
        self.open = False

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *error):
        self.open = False

    def take(self):
        if self.open:
            return "taken"
        return None


async def countdown(start: int):
    while start > 0:
        yield start
        start -= 1


@contextlib.contextmanager
def collecting(names: list):
    if not names:
        raise ValueError("no names")
    yield list(names)


@contextlib.asynccontextmanager
async def rate(limit: int):
    if limit > 0:
        yield limit * 2
    else:
        yield 0


def averager():
    total = 0
    while True:
        value = yield total
        if value is None:
            continue
        total += value


def later(count: int):
    async def work():
        return count + 1 if count > 3 else 0

    return work()
"""


@pytest.mark.parametrize(
    "name", ["Session.push", "Pool.take", "countdown", "collecting", "rate", "averager", "later", "Session.__aenter__"]
)
def test_all_branches_of_asynchronous_code_generators_and_managers_are_reached(bench_of, name):
    bench = bench_of(SOURCE)
    search = Search(bench, Inventory(bench), 3)
    target = search.by_name[name]
    for _ in range(400):
        if not search.open(target):
            break
        for called in (t for t in search.inventory.targets if t is target or t.name == target.owner):
            search.attempt(called)
    assert not search.open(target)


def _form(bench: Bench, name: str) -> object:
    return form_of(getattr(bench.module, name), dict(Inventory(bench).trees)[name])


def test_the_form_of_a_function_is_read_from_its_kind_and_decorators(bench_of):
    bench = bench_of(SOURCE)
    forms = {name: _form(bench, name) for name in ("countdown", "collecting", "rate", "averager", "later")}
    assert [(f.manages, f.yields) for f in forms.values()] == [
        ("", "async"),
        ("with", ""),
        ("async with", ""),
        ("", "sent"),
        ("", ""),
    ]
    assert [entered_by(getattr(bench.module, c)) for c in ("Session", "Pool")] == ["async with", "with"]
    assert entered_by(dict) == ""


def test_a_method_is_awaited_inside_the_block_of_its_object(bench_of):
    bench = bench_of(SOURCE)
    form = form_of(bench.module.Session.push, None)
    call = Call(("session = Session()",), "session.push('a')", (), awaited=True, name="session", around="async with")
    made = arranged(call, form, (), random.Random(1))
    names = {"Session": bench.module.Session, "asyncio": asyncio}
    exec("\n".join(made.steps), names)
    assert eval(made.text, names) == 1
