"""Every goal gets its turn, and the candidates that came closest are remembered."""

from __future__ import annotations

import random
import time

from codeassist.tasks.gen_tests.search_engine.goals import NEAREST, Goals
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate, Outcome
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.target import Target
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

TARGET = Target("f", "function", "f")


def note(goals, text, **outcome):
    goals.note(Candidate("f", (), text), Outcome(**outcome), TARGET)


def test_goals_that_were_tried_least_come_first():
    goals = Goals(random.Random(1))
    note(goals, "f(1)", distances={(1, True): 5.0, (2, True): 1.0})
    assert [g.key for g in goals.next(1)] == [(2, True)]
    assert [g.key for g in goals.next(1)] == [(1, True)]


def test_the_nearest_candidates_are_remembered():
    goals = Goals(random.Random(1))
    for n in range(10):
        note(goals, f"f({n})", distances={(1, True): float(10 - n)})
    (goal,) = goals.next(1)
    assert len(goal.attempts) == NEAREST
    assert min(goal.attempts, key=lambda a: a.gap).candidate.final == "f(9)"


def test_a_goal_that_was_reached_is_no_goal_any_more():
    goals = Goals(random.Random(1))
    note(goals, "f(1)", distances={(1, True): 5.0, (-1, True): 5.0})
    note(goals, "f(2)", branches=frozenset({(1, True)}), parts=frozenset({(-1, True)}), distances={(1, True): 1.0})
    assert list(goals.next(5)) == []


NEEDLES = """
import re


def kind(text: str, size: int = 0, tags: list = ()) -> str:
    if text.startswith("#!") and size == 4711:
        return "script"
    if re.match(r"v\\d{3}-[xyz]", text):
        return "version"
    if len(tags) > 11:
        return "tagged"
    return "other"


def route(row: dict) -> str:
    if row["zone"] == "north":
        for part in row.get("parts", []):
            if part["weight"] > 90:
                return "heavy"
        return "light"
    return "none"
"""


def test_values_that_only_the_code_names_are_found(bench_of):
    bench = bench_of(NEEDLES)
    search = Search(bench, Inventory(bench), 1)
    search.explore(time.monotonic() + 8)
    results = {check for _, outcome in search.kept for check in outcome.checks}
    assert {f"{{v}} == '{word}'" for word in ("script", "version", "tagged", "heavy", "light", "none")} <= results
