"""Measure what the existing tests of a module run and detect, test by test."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from codeassist.sandbox.interpreter import NO_ENVIRONMENT, Interpreter
from codeassist.sandbox.pytest_runs import plugin_options
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.gen_tests.checking.stability import last_error
from codeassist.tasks.gen_tests.search_process import AUDIT_PLUGIN, TOOLS

NOTHING_RUN = (2, 3, 4)
"""pytest's exit codes when a test file cannot be imported, and after errors in it and in its configuration."""

START_SECONDS = 30.0
"""Extra seconds for pytest to start and for tests without mutants."""


class TestRecord(msgspec.Struct):
    """One test: its outcome, the module's lines it runs, the mutants it kills, how many were tried on it, and whether all were.

    `emptied`: whether it passes when the functions it runs do nothing; None if that could not be tried.
    """

    __test__ = False
    passed: bool
    skipped: bool
    lines: list[int]
    kills: list[int]
    tried: int
    done: bool
    emptied: bool | None


class ModuleRecord(msgspec.Struct):
    """What the tests of one module do. `mutants` are (number, operator, line); `complete`: whether there was time for all."""

    tests: dict[str, TestRecord]
    killed: list[int]
    tried: list[int]
    complete: bool
    mutants: list[tuple[int, str, int]]
    lines: list[int]


def audit_module(
    target: Target, interpreter: Interpreter, paths: Sequence[Path], first: frozenset[int], seconds: float
) -> ModuleRecord | str:
    """Run test files on a module and its mutants in the sandbox, those on the lines `first` before others.

    The result, or a sentence that says why there is none.
    """
    if not hasattr(os, "fork"):
        return "tests cannot be tried on mutants on this system"
    with open_sandbox(target, interpreter, TOOLS) as box:
        job, out = box.folder / "audit.json", box.out / "audit-result.json"
        settings = {
            "module": target.module,
            "path": str(box.module_path),
            "out": str(out),
            "seconds": seconds,
            "known": [],
            "first": sorted(first),
            "at_import": False,
        }
        job.write_text(json.dumps(settings), encoding="utf-8")
        copies = [box.copy / path.relative_to(target.root) for path in paths]
        options = [
            "-p",
            AUDIT_PLUGIN,
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "-p",
            "no:xdist",
            *plugin_options(box, copies),
        ]
        code = box.run(
            ["-m", "pytest", "-q", *options, *map(str, copies)],
            seconds=seconds + START_SECONDS,
            extra={"CODEASSIST_MUTANTS": str(job)},
        )
        try:
            record = msgspec.convert(box.result(out.name), ModuleRecord, strict=False)
        except msgspec.ValidationError:
            record = None
        if record is not None and (record.tests or code not in NOTHING_RUN):
            return record
        if code is None:
            return f"the tests did not end within {seconds + START_SECONDS:.0f} s"
        said = f"pytest says: {last_error(box.tail()) or 'nothing'}"
        return f"{said} ({NO_ENVIRONMENT})" if interpreter.fallback else said
