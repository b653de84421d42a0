"""Measure which mutants of a module a set of tests kills, with a pytest plugin in the sandbox."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from codeassist.sandbox.pytest_runs import CONTINUE, plugin_options
from codeassist.sandbox.results import Proposal, TestRun
from codeassist.sandbox.scratch import Sandbox
from codeassist.tasks.gen_tests.checking.mutant_run import START_SECONDS, run_on_mutants

PLUGIN = "_codeassist_mutation"


class MutantTest(msgspec.Struct):
    """One test: whether it passed, its failure report (`output`), what it ran, and the mutants it is the first to kill."""

    passed: bool
    lines: list[int]
    branches: list[tuple[int, bool]]
    kills: list[int]
    output: str = ""


class _Measured(msgspec.Struct):
    tests: dict[str, MutantTest]
    killed: list[int]
    complete: bool
    conditions: dict[int, int]
    mutants: list[tuple[int, str, int]]


@dataclass(slots=True)
class MutantResults:
    """Which of `total` mutants a set of tests kills. `complete` is whether all were tried.

    `conditions` maps the number of a condition to its line.
    """

    killed: frozenset[int] = frozenset()
    total: int = 0
    complete: bool = False
    tests: dict[str, MutantTest] = field(default_factory=dict)
    conditions: dict[int, int] = field(default_factory=dict)


def measure_mutants(
    box: Sandbox,
    paths: Sequence[Path],
    seconds: float,
    known: frozenset[int] = frozenset(),
    *,
    at_import: bool = True,
    limit: float = math.inf,
) -> MutantResults | None:
    """The mutants that test files kill within `seconds`, in addition to those `known` to be killed.

    The process may take START_SECONDS more to start and end, but not more than `limit` in all.

    None when it cannot be measured: no `os.fork`, no tests, or the run did not finish.
    """
    if not paths or not hasattr(os, "fork") or seconds < 1:
        return None
    job = {"seconds": seconds, "known": sorted(known), "at_import": at_import}
    options = ["-p", PLUGIN, "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", CONTINUE]
    options += plugin_options(box, paths)
    within = min(seconds + START_SECONDS, limit)
    measured, _ = run_on_mutants(box, [*options, *map(str, paths)], job, _Measured, within)
    if measured is None:
        return None
    return MutantResults(
        frozenset(measured.killed), len(measured.mutants), measured.complete, measured.tests, measured.conditions
    )


def run_with_mutants(
    box: Sandbox, path: Path, proposals: Sequence[Proposal], known: frozenset[int], seconds: float
) -> dict[str, TestRun] | None:
    """Run each test of the file at `path` in a fork, with the mutants it kills; None when no test was collected."""
    results = measure_mutants(box, [path], seconds, known, at_import=False)
    if results is None or not results.tests:
        return None
    runs: dict[str, TestRun] = {}
    for proposal in proposals:
        test = results.tests.get(proposal.name)
        if test is None:
            runs[proposal.name] = TestRun(False, "pytest did not collect it", own_fault=True)
            continue
        runs[proposal.name] = TestRun(test.passed, test.output, frozenset([*test.lines, *test.branches]), frozenset(test.kills))
    return runs
