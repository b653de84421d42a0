"""Naive times that are compared with aware ones, and floats that are compared exactly."""

from __future__ import annotations

import pytest

TOKEN = """from datetime import datetime, timedelta, timezone


class Token:
    def __init__(self, seconds):
        self.expires = datetime.now(timezone.utc) + timedelta(seconds=seconds)

    def expired(self):
        return datetime.now(timezone.utc) > self.expires


def is_over(end):
    now = datetime.now(timezone.utc)
    return now > end
"""
TOTAL = """import math


def same(a, b):
    return math.isclose(a, b)


def price(net: float, paid):
    total = net * 1.19
    return abs(total - paid) < 0.01
"""


def found(findings, rule, before, after):
    return [f.start for f in findings({"m.py": before}, {"m.py": after}).every if f.rule == rule]


@pytest.mark.parametrize(
    ("after", "line"),
    [
        (TOKEN.replace("return datetime.now(timezone.utc)", "return datetime.now()"), 9),
        (TOKEN.replace("self.expires = datetime.now(timezone.utc)", "self.expires = datetime.utcnow()"), 9),
        (TOKEN.replace("    now = datetime.now(timezone.utc)", "    now = datetime.now()"), 14),
    ],
    ids=["in the comparison", "in the attribute", "with a parameter that it was compared with"],
)
def test_a_naive_time_is_compared_with_an_aware_one(findings, after, line):
    assert found(findings, "naive-time", TOKEN, after) == [line]


@pytest.mark.parametrize(
    "after",
    [
        TOKEN.replace("datetime.now(timezone.utc)", "datetime.now()"),
        TOKEN.replace("now > end", "(now - datetime.now(timezone.utc)) > end"),
    ],
    ids=["all are naive", "all are aware"],
)
def test_times_that_fit(findings, after):
    assert found(findings, "naive-time", TOKEN, after) == []


@pytest.mark.parametrize(
    ("after", "line"),
    [
        (TOTAL.replace("math.isclose(a, b)", "a == b"), 5),
        (TOTAL.replace("abs(total - paid) < 0.01", "total == paid"), 10),
        (TOTAL.replace("return abs(total - paid) < 0.01", "return paid == total / 3"), 10),
    ],
    ids=["isclose", "a tolerance", "arithmetic"],
)
def test_floats_are_compared_exactly(findings, after, line):
    assert found(findings, "float-equality", TOTAL, after) == [line]


@pytest.mark.parametrize(
    "text",
    [
        "def f(a):\n    return a == 0.5\n",
        "def f(a):\n    return a / 2 == 3\n",
        "def f(a, b):\n    return a / b == 'x'\n",
        "def f(path, name):\n    return path / name == path\n",
        "def f(a):\n    return round(a * 1.19, 2) == a\n",
        "class C:\n    def __eq__(self, other):\n        return self.a * 1.1 == other.a\n",
        "def f(a, b):\n    return a == b\n",
    ],
)
def test_comparisons_that_are_exact(findings, text):
    assert found(findings, "float-equality", "", text) == []
