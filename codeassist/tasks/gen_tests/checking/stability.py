"""Keep only tests that pass alone, in file order, in other orders, and every time."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codeassist.deadline import Deadline
from codeassist.sandbox.pytest_runs import LEAST_SECONDS, failure_reports, generated_path, run_test_file
from codeassist.sandbox.scratch import Sandbox
from codeassist.tasks.gen_tests.result import FLAKY


@dataclass(slots=True)
class Stability:
    """Which tests are stable, why the others are not, and the failure reports of those; `runs` is how many finished."""

    kept: set[str] = field(default_factory=set)
    dropped: dict[str, str] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)
    runs: int = 0


def check_stability(box: Sandbox, text: str, times: int, deadline: Deadline) -> Stability:
    """Run a test file `times` times: with each test in a process of its own, backwards, then in random orders."""
    path = generated_path(box)
    names = {n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name.startswith("test")}
    found = Stability(set(names))
    plans = [("", "0", True), *(("reverse" if n % 2 else f"order {n}", str(n), False) for n in range(1, times))]
    for order, seed, isolated in plans:
        box.put(path, text)
        outcomes = run_test_file(box, path, order=order, seed=seed, isolated=isolated, seconds=deadline.at_least(LEAST_SECONDS))
        if outcomes is None:
            continue
        found.runs += 1
        found.reports |= {n: text for n, text in failure_reports(box).items() if n not in found.reports}
        for name in sorted(found.kept):
            if outcomes.get(name) != "passed":
                found.kept.discard(name)
                found.dropped[name] = "fails in a process of its own" if isolated else FLAKY
    if not found.runs:
        found.dropped = dict.fromkeys(names, "the test run did not finish")
        found.kept = set()
    return found
