"""Keep only tests that pass every time: alone, in file order and in other orders."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codeassist.deadline import Deadline
from codeassist.sandbox.pytest_runs import failure_reports, generated_path, last_error, run_test_file
from codeassist.sandbox.scratch import LEAST_SECONDS, Sandbox
from codeassist.tasks.gen_tests.result import FLAKY

UNEVEN = 3.0
"""On a busy machine a run may take so many times as long as the one before: two processes start slowly."""

NO_TIME = "no time was left to run it every time"


@dataclass(slots=True)
class Stability:
    """Names of the stable tests, reasons and failure reports for the others; `runs` is how many test runs finished."""

    kept: set[str] = field(default_factory=set)
    dropped: dict[str, str] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)
    runs: int = 0
    said: str = ""
    """What pytest said when it ran no test at all."""

    extended: float = 0.0
    """Seconds by which the deadline was extended, so that all runs could end."""

    late: bool = False
    """Whether there was no time for every run."""


def check_stability(box: Sandbox, text: str, times: int, deadline: Deadline, grace: float = 0.0) -> Stability:
    """Run a test file `times` times: first with each test in its own process, then in reverse and random orders.

    Every second run is started in the tests' own folder, with clocks that tick 64 times a second; random orders run in
    parallel where the project has pytest-xdist and there is time for two processes to start.
    A run that dies is tried once more. When the first runs show that the others would not end by the deadline, they get up to
    `grace` seconds more: on a busy machine everything would be lost. When a run does not finish, also for want of time, no
    test is kept, because none was shown to be stable.
    """
    path = generated_path(box)
    names = {n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name.startswith("test")}
    stability = Stability(set(names))
    took = 0.0
    plans = [("", "0", True), *(("reverse" if n % 2 else f"order {n}", str(n), False) for n in range(1, times))]
    for number, (order, seed, isolated) in enumerate(plans):
        before = deadline.elapsed
        outcomes: dict[str, str] | None = None
        for _ in range(2):
            if outcomes or deadline.left < LEAST_SECONDS:
                break
            box.put(path, text)
            outcomes = run_test_file(
                box,
                path,
                order=order,
                seed=seed,
                isolated=isolated,
                seconds=deadline.left,
                folder=path.parent if order == "reverse" else None,
                parallel=order.startswith("order") and deadline.left > UNEVEN * took,
            )
        if not outcomes:
            stability.late = deadline.left < LEAST_SECONDS
            stability.said = "" if stability.late else last_error(box.tail())
            reason = "pytest could not run them" if stability.said else "the test run did not finish"
            reason = NO_TIME if stability.late else reason
            stability.dropped |= dict.fromkeys(sorted(stability.kept), reason)
            stability.kept = set()
            break
        stability.runs += 1
        took = deadline.elapsed - before
        lacking = min(grace, UNEVEN * (times - number - 1) * took - deadline.left)
        if lacking > 0:
            stability.extended, grace = stability.extended + lacking, grace - lacking
            deadline = box.deadline = deadline.extended(deadline.left + lacking)
        stability.reports |= {n: text for n, text in failure_reports(box).items() if n not in stability.reports}
        for name in sorted(stability.kept):
            if outcomes.get(name) != "passed":
                stability.kept.discard(name)
                stability.dropped[name] = "fails when run alone" if isolated else FLAKY
    return stability
