"""Run the search engine in the sandbox, and restart it without the last call if that call killed the process."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec

from codeassist.deadline import Deadline
from codeassist.sandbox.interpreter import NO_ENVIRONMENT, Interpreter
from codeassist.sandbox.pytest_runs import generated_path
from codeassist.sandbox.scratch import LEAST_SECONDS, Sandbox
from codeassist.tasks.gen_tests.checking.mutation import MutantResults
from codeassist.tasks.gen_tests.example_calls import interactive_documents
from codeassist.tasks.gen_tests.request import Engine, ModuleOptions
from codeassist.tasks.gen_tests.result import GenerationError, ModuleResult
from codeassist.tasks.gen_tests.search_engine.protocol import EngineResult, ExampleCall, Job, Observation, Reached
from codeassist.tasks.gen_tests.writing.import_lines import self_contained
from indexers.files.decoding import source_text
from indexers.files.reading import read_text

_HERE = Path(__file__).parent
ENGINE = "_codeassist_search"
MUTATION_PLUGIN = "_codeassist_mutation"
AUDIT_PLUGIN = "_codeassist_audit"
API_PROBE = "_codeassist_api_probe"
TOOLS = {
    ENGINE: _HERE / "search_engine",
    MUTATION_PLUGIN: _HERE / "checking" / "mutation_plugin.py",
    AUDIT_PLUGIN: _HERE / "checking" / "audit_plugin.py",
    "_codeassist_audit_forks": _HERE / "checking" / "audit_forks.py",
    "_codeassist_audit_subject": _HERE / "checking" / "audit_subject.py",
    API_PROBE: _HERE / "api_engine" / "probe.py",
    "_codeassist_api_views": _HERE / "api_engine" / "view_reader.py",
    "_codeassist_api_edges": _HERE / "api_engine" / "edge_cases.py",
    "_codeassist_api_request": _HERE / "api_engine" / "api_request.py",
    "_codeassist_api_openapi": _HERE / "api_engine" / "openapi_cases.py",
    "_codeassist_api_routes": _HERE / "api_engine" / "route_cases.py",
}
"""Programs of this task that run inside the sandbox, by their module names there."""

SEARCH_SHARE = 0.66
"""Share of the budget for the search; the rest is for checking its results."""

SEARCH_SHARE_WITH_MODEL = 0.4
RESTARTS = 20
"""Maximum number of restarts of a search while there is time; each skips the call or mutant that killed the process."""

LAST_SECONDS = 4.0
"""Minimum seconds of an attempt after a call killed the process: enough to use what was found before."""

LAST_REPLAY = 2
"""When the time is over, what was found is used: first with the mutants, then without them."""

MOST_KEPT = 3_000
SURVEY_SECONDS = 20.0
START_SECONDS = 12.0
"""Extra time for a search to start and to write its result, if the budget allows it."""

MOST_RESERVED = 0.6
"""The largest share of the budget that is reserved for the checks."""

STARTS = 2.0
"""A test run takes about this many times as long as importing pytest."""

CHECK_STARTS = 2.7
"""A run of generated tests, each in a process of its own or with coverage, takes about this many times as long."""

CHECK_RUNS = 3
"""Runs that the checks need besides the repeated ones: the calls in another process, the coverage, the merged file."""

FIRST_PASS = 6
"""Calling everything in a module once takes about this many times as long as importing pytest, as does starting the search."""

LONGEST_EXTENSION = 60.0
"""Seconds by which the time is extended at most, on a machine on which it is too short for one call of everything."""

LEAST_SEARCH = 1.0


def find_observations(
    box: Sandbox, calls: Sequence[ExampleCall], have: MutantResults | None, options: ModuleOptions, deadline: Deadline
) -> EngineResult:
    """The result of the search, or of a survey if the engine is `model`. Raises `GenerationError` when the import fails."""
    if options.engine is Engine.MODEL:
        result = survey(box, options.seed)
    else:
        options.events.step("searching")
        share = SEARCH_SHARE_WITH_MODEL if options.engine is Engine.BOTH else SEARCH_SHARE
        reserved = _reserved(box, options, 1 - share)
        seconds = max(LEAST_SEARCH, min(share * options.seconds, deadline.left - reserved))
        known = reached(have, options) if options.uncovered else None
        result = _search(box, calls, known, options, seconds, deadline.earlier(reserved / 2))
    for suspicion in result.suspicions:
        suspicion.code = self_contained(suspicion.code, box.target.module, result.names)
    if result.error:
        hint = f" {NO_ENVIRONMENT}." if box.interpreter.fallback and "ModuleNotFoundError" in result.error else ""
        raise GenerationError(f"No tests for {box.target.path.name}: {result.error}.{hint}")
    return result


def enough_seconds(seconds: float, interpreter: Interpreter, repeats: int) -> float:
    """The seconds that calling everything once and checking it needs, as fast as this machine is now; `seconds` if these do."""
    least = (FIRST_PASS + (repeats + 3) * STARTS) * interpreter.start_seconds
    return max(seconds, min(least, seconds + LONGEST_EXTENSION))


def seconds_for_checks(import_seconds: float, interpreter: Interpreter, repeats: int) -> float:
    """The seconds that the checks need on this machine: each of their runs starts pytest and imports the module."""
    return (repeats + CHECK_RUNS) * max(STARTS * interpreter.start_seconds, interpreter.start_seconds + import_seconds)


def longest_extension(seconds: float) -> float:
    """The seconds by which the checks may extend a budget of so many on a busy machine, all together."""
    return min(LONGEST_EXTENSION, seconds / 2)


def _reserved(box: Sandbox, options: ModuleOptions, share: float) -> float:
    """Seconds that the search leaves for the checks: a share of the budget, and time for every test run on a busy machine."""
    runs = (options.repeats + CHECK_RUNS) * CHECK_STARTS * box.interpreter.start_seconds
    return min(MOST_RESERVED * options.seconds, max(share * options.seconds, runs))


def conftests(box: Sandbox) -> list[Path]:
    """The conftest files that apply to the generated test file, those of the outer folders first."""
    folders = [f for f in generated_path(box).parents if f.is_relative_to(box.copy)]
    return [folder / "conftest.py" for folder in reversed(folders) if (folder / "conftest.py").is_file()]


def survey(box: Sandbox, seed: int = 1) -> EngineResult:
    """List what can be tested, without searching for inputs."""
    return _run(box, "survey", seconds=SURVEY_SECONDS, seed=seed) or _died(box)


def reached(have: MutantResults | None, options: ModuleOptions) -> Reached:
    """What the project's own tests already cover and kill, and the lines that new tests should cover."""
    if have is None:
        return Reached(only=sorted(options.missing))
    return Reached(
        sorted({n for t in have.tests.values() for n in t.lines}),
        sorted({b for t in have.tests.values() for b in t.branches}),
        sorted(have.killed),
        sorted(options.missing),
    )


def reproducible(box: Sandbox, entries: Sequence[Observation], result: ModuleResult) -> list[Observation]:
    """The observations that are the same in another process with a different hash seed and clock."""
    if not entries:
        return []
    again = _run(box, "verify", seconds=SURVEY_SECONDS, hash_seed="4242", candidates=list(entries))
    box.tidy()
    if again is None or again.error or len(again.signatures) != len(entries):
        result.drop("the check in another process did not finish", len(entries))
        result.incomplete.append("checking: the run of the calls in another process did not finish")
        return []
    observed = again.observed or [[] for _ in entries]
    compared = zip(entries, again.signatures, observed, strict=True)
    kept = [same for e, signature, checks in compared if (same := confirmed(e, signature, checks)) is not None]
    result.drop("differs in another process", len(entries) - len(kept))
    portable = [e for e in kept if not _depends_on_environment(e, box)]
    result.drop("depends on the date or the scratch folder", len(kept) - len(portable))
    return portable


def confirmed(entry: Observation, signature: str, observed: Sequence[str]) -> Observation | None:
    """An observation as it holds in another process too: without the assertions that differ; None when nothing is left."""
    if signature == entry.signature:
        return entry
    checks = [check for check in entry.checks if check in observed]
    return replace(entry, checks=checks) if checks and not entry.raised and not entry.printed else None


def _search(
    box: Sandbox, calls: Sequence[ExampleCall], have: Reached | None, options: ModuleOptions, seconds: float, end: Deadline
) -> EngineResult:
    """Search for `seconds`, and again without the call that ended the process; no process runs after `end`.

    When no search comes to its end, the draft with the most killed mutants is the result.
    """
    skip: list[str] = []
    drafts: list[EngineResult] = []
    deadline = Deadline(seconds)
    record = box.out / "kept.jsonl"
    earlier: list[ExampleCall] = []
    documents = interactive_documents(box.target)
    replay = 0
    for attempt in range(RESTARTS + 2):
        options.cancel.check()
        box.forget(record.name)
        if replay or (attempt and (deadline.left < 1 or attempt == RESTARTS)):
            replay += 1
        if replay > LAST_REPLAY or end.left < LEAST_SECONDS or (replay and drafts):
            break
        planned = min(deadline.at_least(LAST_SECONDS), end.left) if attempt else seconds
        limit = planned + min(START_SECONDS, (end.left - planned) / 2)  # leaves time for a restart
        result = _run(
            box,
            "search",
            seconds=planned,
            limit=max(planned / 2, limit),
            seed=options.seed,
            skip=skip,
            calls=[*calls, *earlier],
            have=have,
            documents=documents,
            kept=str(record),
            replay=replay,
        )
        if result is not None and not result.draft:
            return result
        drafts += [result] if result is not None else []
        earlier += _kept(record)
        last = _last_call(box)
        if not last and end.left < LEAST_SECONDS:
            break
        if drafts and (not last or last in skip):
            break
        if not last or last in skip:
            return _died(box) if not earlier else EngineResult(error=f"it ended the process at {last or 'an unknown call'}")
        skip.append(last)
    if drafts:
        return max(drafts, key=lambda draft: len({m for test in draft.tests for m in test.kills}))
    if not skip:
        return EngineResult(error="there was no time to import it and to search; give more with --budget")
    return EngineResult(error=f"its calls end the process or take too long, the last one was {skip[-1]}")


def _kept(record: Path) -> list[ExampleCall]:
    """The calls that a search had found before its process ended."""
    calls = []
    for line in read_text(record, errors="replace", follow=False).splitlines()[:MOST_KEPT] if record.is_file() else ():
        try:
            target, final, steps = msgspec.json.decode(line.encode(), type=tuple[str, str, list[str]])
        except msgspec.DecodeError:  # cut off, or changed by the code under test
            continue
        calls.append(ExampleCall(target, final, steps, "search"))
    return calls


def _run(
    box: Sandbox, mode: str, *, seconds: float, limit: float | None = None, hash_seed: str = "0", **job_options: Any
) -> EngineResult | None:
    """Run one job; None when the process died or did not end within `limit`, by default `seconds`."""
    target = box.target
    path = box.folder / "job.json"
    box.forget("result.json", "result.part")
    job = Job(
        mode,
        target.module,
        str(box.module_path),
        str(box.out / "now"),
        [str(folder) for folder in box.writable_folders],
        int(seconds * 3) + 30,
        fixtures=[str(path) for path in conftests(box)],
        names=list(target.names),
        seconds=seconds,
        **job_options,
    )
    path.write_text(json.dumps(asdict(job)), encoding="utf-8")
    arguments = ["-m", ENGINE, str(path), str(box.out / "result.json")]
    box.run(arguments, seed=hash_seed, seconds=seconds if limit is None else limit)
    try:
        return msgspec.convert(box.result("result.json"), EngineResult, strict=False)
    except msgspec.ValidationError:  # no result was written, or the code under test overwrote it
        return None


def _last_call(box: Sandbox) -> str:
    """The call that was running when the process ended."""
    try:
        with os.fdopen(os.open(box.out / "now", os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
            return file.read(8_000).partition(b"\0")[0].decode("utf-8", "replace")
    except OSError:
        return ""


def _died(box: Sandbox) -> EngineResult:
    """The result when importing the module ends the process."""
    last = (box.tail().strip().splitlines() or [""])[-1]
    return EngineResult(error="importing it ends the process" + (f" ({last})" if last else ""))


def _depends_on_environment(entry: Observation, box: Sandbox) -> bool:
    """Whether an assertion contains today's date or the scratch folder although neither the code nor the input does."""
    asserted = "\n".join([*entry.checks, entry.raised.message if entry.raised else "", entry.printed])
    if str(box.folder) in asserted or "codeassist-tests-" in asserted:
        return True
    today = time.localtime()
    source = "\n".join([*entry.steps, entry.final, source_text(box.target.path)])
    marks = (f"{today.tm_year}", f"{today.tm_mon:02}-{today.tm_mday:02}")
    return any(re.search(rf"(?<!\d){m}(?!\d)", asserted) and m not in source for m in marks)
