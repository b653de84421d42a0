"""The analyser that runs changed functions before and after the change, and the findings it makes of what differs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from codeassist.deadline import Deadline
from codeassist.errors import CodeassistError
from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.review.analysers import Facts
from codeassist.tasks.review.behaviour.compare import ENGINE, WORKER, Comparing, Work, work_of
from codeassist.tasks.review.behaviour.covering import covering_tests, run_both
from codeassist.tasks.review.behaviour.engine import SearchEngine
from codeassist.tasks.review.behaviour.report import BehaviourReport, FileReport, ShownDifference
from codeassist.tasks.review.behaviour.trees import lay_out
from codeassist.tasks.review.finding import Finding, Rule, Severity

CHANGED = Rule(
    "behaviour-changed",
    "BehaviourChanged",
    "The same call of a changed function does something else than before the change; both versions were run.",
    Severity.NOTE,
    ("correctness",),
)
RED = Rule(
    "test-now-fails",
    "TestNowFails",
    "A test that covers the change passes on the code before it and fails on the code after it.",
    Severity.ERROR,
    ("correctness",),
)
BROKEN_IMPORT = Rule(
    "import-now-fails",
    "ImportNowFails",
    "The module could be imported before the change and cannot be imported after it, in the same environment.",
    Severity.ERROR,
    ("correctness",),
)
RULES = (CHANGED, RED, BROKEN_IMPORT)

WORKER_FOLDER = Path(__file__).parent / "worker"
TESTS_SHARE = 0.4
"""Share of the budget for running tests."""

LEAST_SECONDS = 3.0
"""With less time than this nothing is run."""

RESERVE = 2.0
"""Seconds before the review's deadline at which the work must end, so that the sandbox is removed."""


@dataclass
class Behaviour:
    """An analyser. `seconds` is the budget for searching and testing; starting processes comes on top of it."""

    engine: SearchEngine
    seconds: float
    python: str | None = None
    report: BehaviourReport = field(default_factory=BehaviourReport)
    name: str = "behaviour"
    rules: tuple[Rule, ...] = RULES
    needs_index: bool = False

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Findings for what differs; what cannot be run is noted."""
        started = time.monotonic()
        works = work_of(facts.change)
        if not works:
            return
        deadline = Deadline(min(self.seconds * 2 + 20, facts.deadline.left - RESERVE))
        if deadline.left < LEAST_SECONDS:
            facts.notes.append(f"behaviour was not compared: {max(0.0, deadline.left):.0f} s are too little time")
            return
        try:
            yield from self._run(facts, works, deadline)
        except (CodeassistError, OSError) as error:
            facts.notes.append(f"behaviour was not compared: {str(error).rstrip('.')}")
        self.report.seconds = time.monotonic() - started

    def _run(self, facts: Facts, works: list[Work], deadline: Deadline) -> Iterator[Finding]:
        interpreter = find_interpreter(facts.root, self.python)
        target = Target(facts.root / works[0].file.path, "", facts.root, facts.root)
        with open_sandbox(target, interpreter, {ENGINE: self.engine.folder, WORKER: WORKER_FOLDER}) as box:
            before = lay_out(box, facts.change)
            tests = {w.file.path: covering_tests(facts.change, facts.index, w) for w in works}
            after = box.copy.resolve()
            comparing = Comparing(box, before, facts.change, self.engine, lambda w: [after / p for p in tests[w.file.path]])
            budget = min(self.seconds, deadline.left - 2)
            testing = budget * TESTS_SHARE
            comparing_seconds = (budget - testing) / len(works)
            for work in works:
                facts.cancel.check()
                if deadline.left < LEAST_SECONDS:
                    self.report.files.append(FileReport(work.file.path, list(work.functions.names), trouble="no time was left"))
                    continue
                result = comparing.compare(work, min(comparing_seconds, deadline.left - 1))
                self.report.files.append(result)
                yield from _findings(result)
            files = list(dict.fromkeys(p for w in works for p in tests[w.file.path]))
            if files and deadline.left > LEAST_SECONDS:
                self.report.tests = run_both(box, before, files, _sources(works), min(max(testing, 10.0), deadline.left))
                yield from self._red(works)
        facts.notes += [line for f in self.report.files if (line := f.line)]
        facts.notes += self._tests_line()

    def _red(self, works: list[Work]) -> Iterator[Finding]:
        work = works[0]
        place = next(iter(work.functions.places.values()))
        for name, output in self.report.tests.red.items():
            last = [line[1:].strip() for line in output.split("\n") if line.startswith("E ")]
            message = f"{name} passes on the old code and fails on the new code{': ' + last[0] if last else ''}"
            yield Finding(
                RED.id, RED.severity, work.file.path, *place, message, 1.0, source="execution", note="the test was run on both versions", reproducer=f"python -m pytest {name}"
            )

    def _tests_line(self) -> list[str]:
        tests = self.report.tests
        if tests.trouble:
            return [f"covering tests were not compared: {tests.trouble}"]
        if not tests.ran:
            return []
        unnoticed = any(not d.meant for d in self.report.differences) and not tests.red
        told = "; none of them notices the differences" if unnoticed else ""
        return [f"{tests.ran} covering tests ran on the new code, {len(tests.red)} of them fail only there{told}"]


def _sources(works: list[Work]) -> list[str]:
    """Folders that imports may start from: the first folder of each changed module."""
    return ["src" if w.file.path.startswith("src/") else "." for w in works]


def _findings(report: FileReport) -> Iterator[Finding]:
    if "cannot be imported after the change" in report.trouble:
        yield Finding(
            BROKEN_IMPORT.id, BROKEN_IMPORT.severity, report.path, 1, 1, f"the module {report.trouble.removeprefix('it ')}", 1.0, source="execution"
        )
    for difference in sorted(report.differences, key=lambda d: bool(d.meant)):
        yield _finding(difference)


def _finding(difference: ShownDifference) -> Finding:
    """A crash that nothing in the change mentions is a warning; every other difference is a fact to look at."""
    surprising = difference.kind == "crashes" and not difference.meant
    message = f"{difference.call}: before {difference.before}, now {difference.after}"
    mentioned = f"; {difference.meant} mentions {difference.function}" if difference.meant else "; nothing in the change mentions it"
    return Finding(
        CHANGED.id,
        Severity.WARNING if surprising else Severity.NOTE,
        difference.path,
        difference.line,
        difference.end,
        message,
        0.7 if difference.meant else 0.95,
        source="execution",
        note=f"both versions were run{mentioned}",
        reproducer=difference.reproducer,
    )
