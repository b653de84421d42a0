"""Measure what the existing tests of a module run and detect, test by test."""

from __future__ import annotations

import os
from collections.abc import Sequence

import msgspec

from codeassist.sandbox.interpreter import NO_ENVIRONMENT
from codeassist.sandbox.pytest_runs import last_error, one_process, plugin_options
from codeassist.sandbox.scratch import Sandbox
from codeassist.tasks.gen_tests.checking.mutant_run import START_SECONDS, run_on_mutants
from codeassist.tasks.gen_tests.search_process import AUDIT_PLUGIN

NOTHING_RUN = (2, 3, 4)
"""pytest's exit codes when a test file cannot be imported, and after errors in it and in its configuration."""

FAST = ("--tb=no", "--assert=plain")
"""Nobody reads the reports of these runs, and they take longer than most tests."""


class TestRecord(msgspec.Struct):
    """One test function: its outcome, the module's lines it runs, the mutants it kills, how many were tried, whether all were.

    `asserted` are the kills of mutants that go on computing by an assertion: after one of these no more are tried. `emptied`:
    whether it passes when the functions it runs do nothing; None if that was not tried.
    """

    __test__ = False
    passed: bool
    skipped: bool
    lines: list[int]
    kills: list[int]
    asserted: list[int]
    tried: int
    done: bool
    emptied: bool | None


class ModuleRecord(msgspec.Struct):
    """What the tests of one module do. `mutants` are (number, operator, line).

    `complete`: whether there was time for all mutants; `all_ran`: whether every test was run at least without mutants.
    """

    tests: dict[str, TestRecord]
    killed: list[int]
    tried: list[int]
    complete: bool
    all_ran: bool
    mutants: list[tuple[int, str, int]]
    lines: list[int]


def audit_module(box: Sandbox, tests: Sequence[str], first: frozenset[int], seconds: float) -> ModuleRecord | str:
    """Run test functions on the target of a sandbox and its mutants, those on the lines `first` before others.

    `tests` are pytest's identifiers without parameters, relative to the project. Returns the result, or a sentence that says
    why there is none.
    """
    if not hasattr(os, "fork"):
        return "tests cannot be tried on mutants on this system"
    job = {"seconds": seconds, "known": [], "first": sorted(first), "only": sorted(tests), "at_import": False}
    copies = [box.copy / file for file in dict.fromkeys(test.partition("::")[0] for test in tests)]
    options = ["-p", AUDIT_PLUGIN, "-p", "no:cacheprovider", "-p", "no:randomly", "--continue-on-collection-errors", *FAST]
    options += [*one_process(box), *plugin_options(box, copies), f"--rootdir={box.copy}"]
    record, code = run_on_mutants(box, [*options, *map(str, copies)], job, ModuleRecord, seconds + START_SECONDS)
    if record is not None and (record.tests or code not in NOTHING_RUN):
        return record
    if code is None:
        return f"the tests did not end within {seconds + START_SECONDS:.0f} s"
    said = f"pytest says: {last_error(box.tail()) or 'nothing'}"
    return f"{said} ({NO_ENVIRONMENT})" if box.interpreter.fallback else said
