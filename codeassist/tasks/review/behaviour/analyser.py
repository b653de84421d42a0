"""The analyser that runs changed functions before and after the change, and the findings it makes of what differs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from codeassist.deadline import Deadline
from codeassist.errors import CodeassistError
from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.behaviour.cache import key_of, load, save
from codeassist.tasks.review.behaviour.calls_in_tests import CallsInTests
from codeassist.tasks.review.behaviour.compare import ENGINE, MOST_MODULES, WORKER, Comparing, Work, work_of
from codeassist.tasks.review.behaviour.covering import MOST_FILES, reaching_tests, recorded_tests, why_none
from codeassist.tasks.review.behaviour.engine import SearchEngine
from codeassist.tasks.review.behaviour.failing_tests import RED, failing_now
from codeassist.tasks.review.behaviour.report import NO_TIME, BehaviourReport, FileReport, ShownDifference
from codeassist.tasks.review.behaviour.running_tests import Watching, run_in_turn
from codeassist.tasks.review.behaviour.trees import lay_out
from codeassist.tasks.review.finding import Finding, Rule, Severity

FIRST_FILES = 2
MOST_TEST_FILES = 16
"""Files of tests that are run at first, of each changed module and in all; further ones follow while there is time.

Few, because pytest imports all of them before it runs the first test.
"""

CHANGED = Rule(
    "behaviour-changed",
    "BehaviourChanged",
    "The same call of a changed function does something else than before the change; both versions were run.",
    Severity.NOTE,
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

START_SECONDS = 20.0
"""The most that copying the project and starting processes may add to the budget."""

WORKER_FOLDER = Path(__file__).parent / "worker"
SURPRISE = {"crashes": 0.97, "now raises": 0.96, "value": 0.95, "output": 0.93, "exception": 0.91, "raised before": 0.88}
LEAST_SURPRISE = 0.86
MEANT = 0.25
"""The confidence of a difference by its kind: it orders them. What the change mentions comes last."""

TESTS_SHARE = 0.4
"""Share of the budget for running tests."""

TESTS_SECONDS = 10.0
"""The least time for running tests, if it is left."""

TRYING_SHARE = 0.4
"""Share of a run of tests for trying the calls of changed functions in them."""

CALLS_SHARE = 0.4
"""Share of the time left after the tests for the same calls on the old version, and for running again what differs."""

LEAST_SECONDS = 3.0
"""With less time than this nothing is run."""

RESERVE = 2.0
"""Seconds before the review's deadline at which the work must end, so that the sandbox is removed."""


@dataclass
class Behaviour:
    """An analyser. `seconds` is the budget for searching and testing; starting processes comes on top of it.

    `python` names the interpreter (default: that of the project); reports are kept in the folder `cache` if there is one.
    `contexts` is the file that knows which functions each test calls, if there is one.
    """

    engine: SearchEngine
    seconds: float
    python: str | None = None
    cache: Path | None = None
    contexts: Path | None = None
    report: BehaviourReport = field(default_factory=BehaviourReport)
    name: str = "behaviour"
    rules: tuple[Rule, ...] = RULES

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Findings for what differs; what cannot be run is noted."""
        started = time.monotonic()
        works = work_of(facts.change)
        if not works:
            return
        deadline = Deadline(min(self.seconds * 2 + START_SECONDS, facts.deadline.left - RESERVE))
        if len(works) == MOST_MODULES:
            facts.notes.append(f"behaviour: at most the first {MOST_MODULES} changed modules by risk were compared")
        if deadline.left < LEAST_SECONDS:
            facts.notes.append(f"behaviour was not compared: {max(0.0, facts.deadline.left):.0f} s are too little time")
            return
        try:
            key = key_of(facts.root, facts.change, [self.engine.folder, WORKER_FOLDER], self.python, [self.seconds])
            known = load(self.cache, key) if self.cache is not None else None
            if known is None:
                yield from self._run(facts, works, deadline)
            else:
                self.report = known
                yield from (f for file in known.files for f in findings_of(file))
            yield from failing_now(self.report.tests, works)
        except (CodeassistError, OSError) as error:
            facts.notes.append(f"behaviour was not compared: {str(error).rstrip('.')}")
            return
        if known is None:
            self.report.seconds = time.monotonic() - started
            if self.cache is not None and not self.report.incomplete:
                save(self.cache, key, self.report)
        facts.notes += self.report.lines

    def _run(self, facts: Facts, works: list[Work], deadline: Deadline) -> Iterator[Finding]:
        interpreter = find_interpreter(facts.root, self.python)
        target = Target(facts.root / works[0].file.path, "", facts.root, facts.root)
        with open_sandbox(target, interpreter, {ENGINE: self.engine.folder, WORKER: WORKER_FOLDER}, deadline) as box:
            trees = lay_out(box, facts.change)
            tests = {w.file.path: self._tests_of(facts, w) for w in works}
            ranked = zip_longest(*tests.values())  # the most direct of each module first
            files = list(dict.fromkeys(p for row in ranked for p in row if p is not None))
            in_tests = CallsInTests(box, trees, facts.change, works)
            found = self._in_tests(in_tests, files, works, deadline) if files else {}
            self.report.tests.none_found = "" if files else why_none(facts.change)
            sources = {path: [trees.after / p for p in found[:MOST_FILES]] for path, found in tests.items()}
            comparing = Comparing(box, trees, facts.change, self.engine, sources)
            fitting = min(len(works), max(1, int(deadline.left // LEAST_SECONDS)))
            for position, work in enumerate(works):
                facts.cancel.check()
                left = fitting - position
                if left <= 0 or deadline.left / left < LEAST_SECONDS:
                    result = FileReport(work.file.path, list(work.functions.names), trouble=NO_TIME)
                else:
                    result = comparing.compare(work, self.seconds * (1 - TESTS_SHARE) / fitting, deadline.left / left)
                result.in_tests = in_tests.compared[work.file.path]
                result.without_tests = self.report.tests.why_not(tests[work.file.path])
                result.differences += _further(result.differences, found.get(work.file.path, ()))
                self.report.files.append(result)
                yield from findings_of(result)

    def _tests_of(self, facts: Facts, work: Work) -> list[str]:
        """Test files that may reach a changed module: those that were seen to do so, then the most direct ones."""
        seen = recorded_tests(self.contexts, facts.root, work) if self.contexts is not None else []
        return list(dict.fromkeys([*seen, *reaching_tests(facts.change, facts.index, work)]))

    def _in_tests(
        self, calls: CallsInTests, files: list[str], works: list[Work], deadline: Deadline
    ) -> dict[str, list[ShownDifference]]:
        """Run the covering tests, and the calls of changed functions in them on both versions."""
        seconds = min(max(self.seconds * TESTS_SHARE, TESTS_SECONDS), TESTS_SHARE * deadline.left)
        first = min(MOST_TEST_FILES, FIRST_FILES * len(works))
        sources = _sources(works)

        def watching(seconds: float) -> Watching:
            return calls.watching(calls.trees.after, seconds * TRYING_SHARE)

        self.report.tests = run_in_turn(calls.box, calls.trees, files, first, sources, seconds, watching)
        if self.report.tests.red:
            return {}
        found = calls.differences(sources, min(seconds, CALLS_SHARE * deadline.left))
        self.report.gaps += calls.gaps
        return found


def _further(known: list[ShownDifference], found: Iterable[ShownDifference]) -> list[ShownDifference]:
    """The differences in tests of functions that are not known to differ in the same way."""
    return [d for d in found if (d.function, d.kind) not in {(k.function, k.kind) for k in known}]


def _sources(works: list[Work]) -> list[str]:
    """Folders that imports may start from: the first folder of each changed module."""
    return [w.source_folder or "." for w in works]


def findings_of(report: FileReport) -> Iterator[Finding]:
    """The findings of one module: a broken import, and what differs, unmentioned first."""
    if "cannot be imported after the change" in report.trouble:
        yield Finding(
            BROKEN_IMPORT.id,
            BROKEN_IMPORT.severity,
            report.path,
            1,
            1,
            f"the module {report.trouble.removeprefix('it ')}",
            1.0,
            source="execution",
        )
    for difference in sorted(report.differences, key=lambda d: bool(d.meant)):
        yield _finding(difference)


def _as_in(difference: ShownDifference) -> str:
    """Which test makes the call, and what is another argument than there."""
    if not difference.test:
        return ""
    altered = difference.altered if difference.altered.startswith("self.") else difference.altered.partition(" = ")[0]
    return f", as in {difference.test}{f' but for {altered}' if altered else ''}"


def _finding(difference: ShownDifference) -> Finding:
    """A crash that nothing in the change mentions is a warning; every other difference is a fact to look at."""
    surprising = difference.kind == "crashes" and not difference.meant
    message = f"{difference.call}{_as_in(difference)}: before {difference.before}, now {difference.after}"
    mentioned = (
        f"; {difference.meant} mentions {difference.function}" if difference.meant else "; nothing in the change mentions it"
    )
    return Finding(
        CHANGED.id,
        Severity.WARNING if surprising else Severity.NOTE,
        difference.path,
        difference.line,
        difference.end,
        message,
        SURPRISE.get(difference.kind, LEAST_SURPRISE) - (MEANT if difference.meant else 0),
        source="execution",
        note=f"both versions were run{mentioned}",
        reproducer=difference.reproducer,
    )
