"""What the trials of a test say about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from codeassist.printable import counted
from codeassist.tasks.test_audit.bench import TestRecord
from codeassist.tasks.test_audit.comparing import expects_refusal
from codeassist.tasks.test_audit.reading import TestFunction
from codeassist.tasks.test_audit.result import ASSERTS_NOTHING, Weakness
from codeassist.tasks.test_audit.trials import Trials

MOST_NAMED = 3
FEWEST = 3
"""A test is called weak only after so many faults were tried on it."""

ELSEWHERE = ("subprocess", "Popen", "pexpect", "multiprocessing", "runpy", "concurrent.futures", "os.fork", "os.system")
"""A file with one of these words may run code in another process, where calls are not seen."""


def starts_processes(text: str) -> bool:
    """Whether a file may run code in another process."""
    return any(word in text for word in ELSEWHERE)


def verdict(trials: Trials, path: str, test: TestFunction, text: str) -> Weakness | None:
    """The weakness of a test that was run; None if it has none, or if too little is known. `text` is that of its file."""
    identifier = f"{path}::{test.name}"

    def weakness(kind: str, what: str) -> Weakness:
        return Weakness(path, test.node.lineno, test.name, kind, what)

    context = trials.contexts.get(identifier)
    if context is None:
        known = path in trials.recorded and path not in trials.broken
        return weakness("never-run", "It is never run: pytest did not collect it.") if known else None
    if context.outcome != "passed":
        return None
    reached = trials.reached(identifier)
    if not reached:
        what = "It calls no function of this repository's modules."
        return None if starts_processes(text) else weakness("reaches-nothing", what)
    records = trials.records.get(identifier, {})
    found = _of_records([records[m] for m in reached if m in records])
    if found and expects_refusal(test.node):
        return None
    complete = all(m in records for m in reached) and all(r.done for r in records.values() if r.lines)
    return weakness(*found) if found and complete else None


def not_tried(trials: Trials, tests: Collection[str]) -> list[str]:
    """Which of the tests (identifiers) are skipped or fail where they are run, which says nothing of them, in sentences."""
    said = []
    for outcome, why in (("skipped", "skipped here"), ("failed", "failing in the sandbox")):
        found = [t for t in tests if (context := trials.contexts.get(t)) is not None and context.outcome == outcome]
        if found:
            more = ", ..." if len(found) > MOST_NAMED else ""
            said.append(f"{counted(len(found), 'test')} {why}, so not tried: {', '.join(found[:MOST_NAMED])}{more}")
    return said


def confirmed(trials: Trials, weakness: Weakness) -> Weakness | None:
    """A weakness that reading showed, after running: a test without an assertion may call one, or be meant not to raise."""
    identifier = f"{weakness.path}::{weakness.test}"
    if weakness.kind != "asserts-nothing":
        return weakness
    if trials.noticed(identifier):
        return None
    records = trials.records.get(identifier, {}).values()
    kills, tried = sum(len(r.kills) for r in records), sum(r.tried for r in records)
    if not kills or weakness.what != ASSERTS_NOTHING:
        return weakness
    if kills == tried:
        return None
    what = f"It asserts nothing: of {tried} faults put into the code that it runs, it notices {kills}, which raise or end."
    return replace(weakness, kind="sees-only-crashes", what=what)


def _of_records(records: list[TestRecord]) -> tuple[str, str] | None:
    """(kind, sentence) of a test that was tried on all modules that it reaches."""
    tried = sum(r.tried for r in records)
    kills = sum(len(r.kills) for r in records)
    if any(r.asserted for r in records):
        return None
    if tried >= FEWEST and not kills:
        return "kills-nothing", f"It passes with each of {tried} faults put into the code that it runs."
    emptied = [r.emptied for r in records if r.emptied is not None and r.lines]
    if emptied and all(emptied):
        return "passes-without-subject", "It passes when the functions that it calls do nothing."
    if tried - kills >= FEWEST:
        what = f"Of {tried} faults put into the code that it runs, it notices only {kills} that raise, end or return None."
        return "sees-only-crashes", what
    return None
