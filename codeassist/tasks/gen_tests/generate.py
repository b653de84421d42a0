"""`gen-tests` of a Python module from end to end: search, ask a model, write, keep what is steady, merge, measure."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.sandbox.project import Interpreter, Target, test_file
from codeassist.sandbox.runners import Proposal, Runner
from codeassist.sandbox.runners.python import Pytest
from codeassist.sandbox.scratch import Sandbox, open_sandbox
from codeassist.tasks.gen_tests import example_calls as evidence
from codeassist.tasks.gen_tests.checking import stability as harness
from codeassist.tasks.gen_tests.checking.project_tests import is_python, own_tests
from codeassist.tasks.gen_tests.checking.stability import Mutation
from codeassist.tasks.gen_tests.model_engine.prompt_inputs import Surroundings, surroundings
from codeassist.tasks.gen_tests.model_engine.propose import Modelling, Proposed, propose
from codeassist.tasks.gen_tests.result import GenerationError, Report
from codeassist.tasks.gen_tests.writing import property_tests as properties
from codeassist.tasks.gen_tests.writing.formatting import formatted
from codeassist.tasks.gen_tests.writing.merging import destination, existing_tests
from codeassist.tasks.gen_tests.writing.test_file import Test, write_file, write_tests
from indexers import Index

SEARCH_SHARE = 0.66
"""Of the budget, this much goes to the search; the rest to checking what it found."""

SEARCH_SHARE_WITH_MODEL = 0.4
OWN_SHARE = 0.15
OWN_LEAST = 15.0
"""Seconds that measuring the project's own tests may take at least."""

REPEATS = 3
RESTARTS = 4
"""How often a worker that died is started again without what it died of."""


@dataclass(slots=True)
class ModelSide:
    """What the engine `model` needs: a session, the prompts, and which files must not be sent."""

    session: Session
    library: Library
    prompt: str = ""
    never_send: Sequence[str] = ()
    needed: bool = False
    """Whether the model alone makes the tests, so that its failure is the command's."""


@dataclass(slots=True)
class Wanted:
    """How tests are wanted: within `budget` seconds, by which engine, only for what no test reaches yet, and where to."""

    budget: float = 60.0
    engine: str = "search"
    seed: int = 1
    uncovered: bool = False
    missing: frozenset[int] = frozenset()
    """Lines that a coverage file says are not run; empty when it is to be measured."""

    repeats: int = REPEATS
    out: Path | None = None
    model: ModelSide | None = None
    on_step: Callable[[str], None] = field(default=lambda _: None)


def generate(target: Target, interpreter: Interpreter, index: Index | None, wanted: Wanted) -> Report:
    """Tests for one Python module. Nothing outside a scratch folder is written.

    Raises `UsageError` for what cannot be a target, `GenerationError` when the module cannot be imported, and `ModelError`
    when the model alone was to make the tests and failed.
    """
    started = time.monotonic()
    until = started + wanted.budget
    report = Report(target.module, wanted.out or test_file(target), wanted.engine)
    with open_sandbox(target, interpreter) as box:
        own = own_tests(box, report.path)
        have = _before(box, own, report, wanted)
        found = _searched(box, index, have, wanted, until)
        report.suspicions, report.untouched = found["suspicions"], found["untouched"]
        wanted.on_step("checking")
        box.tidy()
        entries = _steady(box, found["tests"], report)
        existing = existing_tests(report.path)
        homes = {e["raised"][0]: e["raised"][1] for e in entries if e["raised"]}
        tests = [
            t for t in write_tests(entries, found["parameters"], set()) if t.name not in existing.names and is_python(t.text)
        ]
        if wanted.engine != "model":
            promised = properties.find(target, interpreter, entries, {*existing.names, *(t.name for t in tests)})
            tests += _holding(box, promised, report, until)
        tests += _by_model(box, index, tests, have, {*existing.names}, wanted, report, until)
        kept = _kept(box, tests, found["names"], homes, report, wanted, until)
        report.tests = [t.name for t in kept]
        report.by_model = [t.name for t in kept if t.engine == "model"]
        report.properties = [t.name for t in kept if t.engine == "property"]
        killed = {m for t in kept for m in t.kills} | (have.killed if have else set())
        report.mutants = (len(killed), found["mutants"])
        report.after = report.before
        if kept:
            text = write_file(target.module, kept, found["names"], homes, _provenance(wanted, report))
            report.text = formatted(text, harness.test_path(box).relative_to(box.copy).as_posix(), box)
            path = harness.test_path(box)
            box.put(path, report.text)
            report.after = harness.measure(box, [*own, path], max(harness.LEAST_SECONDS, until - time.monotonic()))
            report.generated = report.text
            report.path, report.text = destination(report.path, report.generated)
            if report.text != report.generated and not _passes(box, path, report, until):
                report.path, report.text = report.path.with_name(f"{report.path.stem}_generated.py"), report.generated
    report.seconds = time.monotonic() - started
    return report


def _before(box: Sandbox, own: list[Path], report: Report, wanted: Wanted) -> Mutation | None:
    """What the project's own tests of the module show: their coverage, and the mutants they kill."""
    if not own:
        return None
    wanted.on_step("measuring the tests there are")
    seconds = max(OWN_LEAST, wanted.budget * OWN_SHARE)
    report.before = harness.measure(box, own, seconds)
    have = harness.mutation(box, own, seconds)
    if have is not None:
        report.mutants_before, report.mutants_complete = (len(have.killed), have.total), have.complete
    return have


def _searched(box: Sandbox, index: Index | None, have: Mutation | None, wanted: Wanted, until: float) -> dict[str, Any]:
    """What the search found; with the engine `model` only what there is to test."""
    target = box.target
    job: dict[str, Any] = {"names": list(target.names), "seed": wanted.seed, "calls": []}
    if wanted.engine == "model":
        found = box.work({"mode": "survey"} | job, seed="0", seconds=20) or _dead(box)
    else:
        wanted.on_step("searching")
        job["calls"] = evidence.calls(index, target)
        if wanted.uncovered:
            job["have"] = _reached(have, wanted)
        share = SEARCH_SHARE_WITH_MODEL if wanted.engine == "both" else SEARCH_SHARE
        used = wanted.budget - (until - time.monotonic())
        found = _search(box, job, max(3.0, share * wanted.budget - used))
    if "error" in found:
        raise GenerationError(f"{target.path.name} cannot be imported: {found['error']}.")
    return found


def _reached(have: Mutation | None, wanted: Wanted) -> dict[str, Any]:
    """What need not be tested again."""
    told: dict[str, Any] = {"lines": [], "branches": [], "killed": [], "only": sorted(wanted.missing)}
    if have is not None:
        told["killed"] = sorted(have.killed)
        told["lines"] = sorted({n for t in have.tests.values() for n in t["lines"]})
        told["branches"] = sorted({tuple(b) for t in have.tests.values() for b in t["branches"]})
    return told


def _search(box: Sandbox, job: dict[str, Any], seconds: float) -> dict[str, Any]:
    """The worker's result; a worker that dies is started again without the candidate it died of."""
    skip: list[str] = []
    until = time.monotonic() + seconds
    for _ in range(RESTARTS):
        left = until - time.monotonic()
        if left < 1:
            break
        found = box.work({"mode": "search", "seconds": left, "skip": skip} | job, seed="0", seconds=left + 12)
        if found is not None:
            return found
        died_of = box.running()
        if not died_of or died_of in skip:
            return _dead(box)
        skip.append(died_of)
    return {"error": "the search died too often; the last call was " + (skip[-1] if skip else "?")}


def _dead(box: Sandbox) -> dict[str, Any]:
    return {"error": f"importing it ends the process. {box.tail().strip().splitlines()[-1:] or ''}"}


def _steady(box: Sandbox, entries: list[dict[str, Any]], report: Report) -> list[dict[str, Any]]:
    """The observations that are the same in another process, with another hash seed, clock and order."""
    if not entries:
        return []
    again = box.work({"mode": "verify", "candidates": entries}, seed="4242", seconds=20)
    box.tidy()
    if again is None or "error" in again:
        return entries
    kept = [e for e, s in zip(entries, again["signatures"], strict=True) if s == e["signature"]]
    report.drop("not the same in another process", len(entries) - len(kept))
    anywhere = [e for e in kept if not _of_here(e, box)]
    report.drop("depends on the day or the scratch folder", len(kept) - len(anywhere))
    return anywhere


def _of_here(entry: dict[str, Any], box: Sandbox) -> bool:
    """Whether what would be asserted names today or the scratch folder, which neither the code nor the input does."""
    said = "\n".join([*entry["checks"], *(entry["raised"] or ())[2:], entry["printed"]])
    if str(box.folder) in said or "codeassist-tests-" in said:
        return True
    today = time.localtime()
    given = "\n".join([*entry["steps"], entry["final"], box.target.path.read_text(encoding="utf-8-sig", errors="replace")])
    marks = (f"{today.tm_year}", f"{today.tm_mon:02}-{today.tm_mday:02}")
    return any(re.search(rf"(?<!\d){m}(?!\d)", said) and m not in given for m in marks)


def _holding(box: Sandbox, promised: list[Test], report: Report, until: float) -> list[Test]:
    """The properties that many more examples than a test run tries do not break; broken ones are suspicions."""
    if not promised:
        return []
    text = properties.harder(write_file(box.target.module, promised, [], {}))
    verdict = harness.judge(box, text, 1, max(until, time.monotonic() + 10))
    for test in promised:
        if test.name in verdict.dropped:
            report.suspicions += properties.broken(test, verdict.said.get(test.name, ""))
            report.drop("a property that does not hold")
    return [t for t in promised if t.name in verdict.kept]


def _by_model(
    box: Sandbox, index: Index | None, tests: Sequence[Test], have: Mutation | None, taken: set[str], wanted: Wanted,
    report: Report, until: float,
) -> list[Test]:  # fmt: skip
    """What a model adds to the tests of the search, and to the project's own when only the uncovered is wanted."""
    side = wanted.model
    if side is None or wanted.engine == "search":
        return []
    runner: Runner = Pytest(box.target)
    work = modelling(box, runner, side, index, max(until - 0.15 * wanted.budget, time.monotonic() + 5), wanted.on_step)
    work.have = [*sorted(taken), *(t.name for t in tests)]
    baseline = {n for t in tests for e in t.entries for n in (*e["lines"], *map(tuple, e["branches"]))}
    work.reached, work.killed = set(baseline), {m for t in tests for m in t.kills}
    survey = box.work({"mode": "survey", "names": list(box.target.names), "seed": 1, "calls": []}, seed="0", seconds=20) or {}
    work.lines = frozenset(survey.get("lines", ()))
    work.conditions = {int(n): line for n, line in survey.get("conditions", {}).items()}
    work.reached |= set(survey.get("imported", ()))
    if wanted.uncovered and have is not None:
        told = _reached(have, wanted)
        work.reached |= {*told["lines"], *told["branches"]}
        work.killed |= set(told["killed"])
    proposed = ask_model(work, box, side, report)
    return [
        Test(p.name, p.code, [], _needed(p), "model", frozenset(ran.kills or ()))
        for p, ran in proposed.kept
    ]  # fmt: skip


def _needed(proposal: Proposal) -> list[str]:
    """The imports of a proposal that its code uses."""
    used = {n.id for n in ast.walk(ast.parse(proposal.code)) if isinstance(n, ast.Name)}
    lines = []
    for node in ast.parse("\n".join(proposal.imports)).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [a for a in node.names if (a.asname or a.name).partition(".")[0] in used or a.name == "*"]
            if node.names:
                lines.append(ast.unparse(node))
    return lines + (["import pytest"] if "pytest" in used and "import pytest" not in lines else [])


def modelling(
    box: Sandbox, runner: Runner, side: ModelSide, index: Index | None, until: float, on_step: Callable[[str], None]
) -> Modelling:
    """The model's loop, set up for one target."""
    session = side.session
    around: Surroundings = surroundings(
        box.target, index, side.never_send if session.model.remote else (), session.room(), session.model.count_tokens
    )
    return Modelling(box.target, runner, session, side.library, around, until, side.prompt, on_step=on_step)


def ask_model(work: Modelling, box: Sandbox, side: ModelSide, report: Report) -> Proposed:
    """Run the loop; the model's failure is told in the report, unless there is nothing but the model."""
    from codeassist.errors import ModelError

    try:
        proposed = propose(work, box)
    except ModelError as error:
        if side.needed:
            raise
        report.trouble = str(error)
        return Proposed()
    for reason, count in proposed.dropped.items():
        report.drop(reason, count)
    report.suspicions += proposed.suspicions
    report.trouble = proposed.trouble
    return proposed


def _kept(
    box: Sandbox, tests: Sequence[Test], public: list[str], homes: dict[str, str], report: Report, wanted: Wanted, until: float
) -> list[Test]:  # fmt: skip
    """The tests that pass alone, in any order, every time."""
    kept = list(tests)
    while kept:
        verdict = harness.judge(box, write_file(box.target.module, kept, public, homes), wanted.repeats, until)
        report.runs = verdict.runs
        if verdict.runs < wanted.repeats:
            report.trouble = f"only {verdict.runs} of {wanted.repeats} runs came to an end in time"
        for reason in verdict.dropped.values():
            report.drop(reason)
        if not verdict.dropped:
            return kept
        kept = [t for t in kept if t.name in verdict.kept]
        if time.monotonic() > until:
            break
    return kept


def _passes(box: Sandbox, path: Path, report: Report, until: float) -> bool:
    """Whether the new tests also pass in the file they are merged into."""
    box.put(path, report.text)
    outcomes = harness.run_file(box, path, order="", seed="0", alone=False, seconds=max(15.0, until - time.monotonic()))
    return outcomes is not None and all(outcomes.get(name) == "passed" for name in report.tests)


def _provenance(wanted: Wanted, report: Report) -> str:
    """What made the file, for its first line."""
    if not report.by_model or wanted.model is None:
        return "from observed behaviour"
    prompt = wanted.model.library.find(wanted.model.prompt or "gen-tests").id
    by = f"{wanted.model.session.model.name} with {prompt}"
    return f"by {by}" if wanted.engine == "model" else f"from observed behaviour, and by {by}"
