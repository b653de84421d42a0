"""`gen-tests` from end to end: search in a sandbox, write, keep what is steady, merge, measure."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.errors import CodeassistError
from codeassist.tasks.gen_tests import harness
from codeassist.tasks.gen_tests.evidence import call_sites
from codeassist.tasks.gen_tests.harness import Coverage
from codeassist.tasks.gen_tests.merging import existing_tests, merged
from codeassist.tasks.gen_tests.project import Interpreter, Target, test_file
from codeassist.tasks.gen_tests.sandbox import Sandbox, open_sandbox
from codeassist.tasks.gen_tests.writing import Test, write_file, write_tests
from indexers import Index

SEARCH_SHARE = 0.66
"""Of the budget, this much goes to the search; the rest to checking what it found."""

REPEATS = 3
RESTARTS = 4
"""How often a worker that died is started again without what it died of."""


class GenerationError(CodeassistError):
    """No tests can be made of a module: it cannot be imported, or nothing of it can be called."""


@dataclass(slots=True)
class Report:
    """What was generated for one module, and what it is worth."""

    module: str
    path: Path
    text: str = ""
    tests: list[Test] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    before: Coverage = field(default_factory=Coverage)
    after: Coverage = field(default_factory=Coverage)
    mutants: tuple[int, int] = (0, 0)
    suspicions: list[dict[str, Any]] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)
    seconds: float = 0.0
    merged_into: bool = False

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form of one module's report."""

        def shown(measured: Coverage) -> dict[str, Any]:
            return {"lines": measured.lines, "branches": measured.branches}

        return {
            "module": self.module, "path": self.path.as_posix(), "tests": [t.name for t in self.tests], "dropped": self.dropped,
            "coverage_before": shown(self.before), "coverage_after": shown(self.after), "mutants": self.mutants[1],
            "mutants_killed": self.mutants[0], "flaky": 0, "suspicions": self.suspicions, "untouched": self.untouched,
            "seconds": round(self.seconds, 1), "text": self.text,
        }  # fmt: skip


def generate(
    target: Target, interpreter: Interpreter, index: Index | None, budget: float, seed: int = 1, out: Path | None = None,
    on_step: Callable[[str], None] | None = None,
) -> Report:  # fmt: skip
    """Tests for one module within `budget` seconds. Nothing outside a scratch folder is written.

    Raises `UsageError` for what cannot be a target and `GenerationError` when the module cannot be imported.
    """
    started = time.monotonic()
    until = started + budget
    say = on_step or (lambda _: None)
    report = Report(target.module, out or test_file(target))
    with open_sandbox(target, interpreter) as box:
        calls = call_sites(index, target) if index is not None else []
        own = _own_tests(box, report.path)
        if own:
            say("measuring the tests there are")
            report.before = harness.measure(box, own, budget * 0.15)
        say("searching")
        found = _search(box, target, calls, max(3.0, SEARCH_SHARE * budget - (time.monotonic() - started)), seed)
        if "error" in found:
            raise GenerationError(f"{target.path.name} cannot be imported: {found['error']}.")
        report.suspicions, report.untouched = found["suspicions"], found["untouched"]
        say("checking")
        entries = _steady(box, found["tests"], report)
        existing = existing_tests(report.path)
        tests = write_tests(entries, found["parameters"], set())
        tests = [t for t in tests if t.name not in existing.names and _readable(t.text)]
        homes = {e["raised"][0]: e["raised"][1] for e in entries if e["raised"]}
        kept = _kept(box, tests, found["names"], homes, report, until)
        report.tests = kept
        report.mutants = (len({m for t in kept for e in t.entries for m in e["kills"]}), found["mutants"])
        if kept:
            report.text = write_file(target.module, kept, found["names"], homes)
            path = harness.test_path(box)
            path.write_text(report.text, encoding="utf-8")
            report.after = harness.measure(box, [*own, path], max(10.0, until - time.monotonic()))
            if existing.text:
                report.text, report.merged_into = merged(existing, report.text), True
    report.seconds = time.monotonic() - started
    return report


def _search(box: Sandbox, target: Target, calls: list[dict[str, Any]], seconds: float, seed: int) -> dict[str, Any]:
    """The worker's result; a worker that dies is started again without the candidate it died of."""
    skip: list[str] = []
    until = time.monotonic() + seconds
    for _ in range(RESTARTS):
        left = until - time.monotonic()
        if left < 1:
            break
        job = {"mode": "search", "seconds": left, "names": list(target.names), "seed": seed, "calls": calls, "skip": skip}
        found = box.work(job, seed="0", seconds=left + 12)
        if found is not None:
            return found
        died_of = box.running()
        if not died_of or died_of in skip:
            return {"error": f"importing it ends the process. {box.tail().strip().splitlines()[-1:] or ''}"}
        skip.append(died_of)
    return {"error": "the search died too often; the last call was " + (skip[-1] if skip else "?")}


def _steady(box: Sandbox, entries: list[dict[str, Any]], report: Report) -> list[dict[str, Any]]:
    """The observations that are the same in another process, with another hash seed, clock and order."""
    again = box.work({"mode": "verify", "candidates": entries}, seed="4242", seconds=20)
    if again is None or "error" in again:
        return entries
    kept = [e for e, s in zip(entries, again["signatures"], strict=True) if s == e["signature"]]
    if len(kept) < len(entries):
        report.dropped["not the same in another process"] = len(entries) - len(kept)
    return kept


def _kept(
    box: Sandbox, tests: Sequence[Test], public: list[str], homes: dict[str, str], report: Report, until: float
) -> list[Test]:  # fmt: skip
    """The tests that pass alone, in any order, every time."""
    kept = list(tests)
    while kept:
        text = write_file(box.target.module, kept, public, homes)
        verdict = harness.judge(box, text, REPEATS, until)
        for reason in verdict.dropped.values():
            report.dropped[reason] = report.dropped.get(reason, 0) + 1
        if not verdict.dropped:
            return kept
        kept = [t for t in kept if t.name in verdict.kept]
        if time.monotonic() > until:
            break
    return kept


def _own_tests(box: Sandbox, path: Path) -> list[Path]:
    """The project's own tests of the target in the scratch copy: files that mention its module, a few at most."""
    root = box.target.root
    candidates = [path] if path.exists() and root in path.parents else []
    short = box.target.module.rpartition(".")[2]
    for folder in ("tests", "test"):
        for file in sorted((root / folder).rglob("test_*.py"))[:400]:
            try:
                text = file.read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            if file not in candidates and (box.target.module in text or f"import {short}" in text):
                candidates.append(file)
    return [box.copy / file.relative_to(root) for file in candidates[:12] if _parses(file)]


def _readable(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _parses(path: Path) -> bool:
    try:
        ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError, OSError):
        return False
    return True
