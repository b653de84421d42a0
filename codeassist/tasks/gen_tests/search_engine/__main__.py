"""`python -m ENGINE JOB RESULT`: read a job, search, select, write the result; or run candidates again.

Each candidate is written to the job's file `now` before it runs, so that the parent can skip it if it kills this process.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import re
import sys
import time
import tokenize
import types
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import _codeassist_guard as guard  # type: ignore[import-not-found]

from .choosing.assertions import trim
from .choosing.imported import Imported
from .choosing.selection import Selection
from .choosing.set_cover import Chosen
from .choosing.shrinking import leave_out_unreadable, shrink
from .inputs.fixtures import Fixtures
from .promises.oracle import Oracle
from .protocol import EngineResult, ExampleCall, Job, Observation, Raised, Reached
from .running import frameworks
from .running.execution import Bench
from .running.outcome import Candidate, Outcome
from .search import Search
from .subjects.proxies import is_a
from .subjects.targets import Inventory

PROMISES = 2.0
"""Minimum seconds for comparing the code with its documentation: what is wrong must not be asserted."""

TRIMMING = 1.5
"""Minimum seconds for choosing assertions: a test file that asserts everything is of no use."""

LEAST_TAKING = 0.1
"""The share of the job's seconds in which calls are tried on mutants, also when the time for it is over before."""

LEAST_SHARE = 0.5
"""The share of the job's seconds that the search has at least, however long the import of the module took."""


def main() -> int:
    """Run one job and return the exit code."""
    began = time.monotonic()
    job = read_job(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    result = Path(sys.argv[2])
    guard.limit(job.cpu_seconds)
    guard.install(job.scratch)
    _keep_running()
    random.seed(0 if job.mode == "search" else None)
    try:
        guard.State.armed = True
        frameworks.prepare()
        importlib.import_module(job.module)
        with tokenize.open(job.path) as module:  # in the encoding that the module declares
            source = module.read()
        bench = Bench(job.module, job.path, source)
        bench.fixtures = Fixtures(job.fixtures, list(vars(bench.module)))
        guard.State.armed = False
    except BaseException as error:  # a module may raise anything while it is imported
        guard.State.armed = False
        if isinstance(error, Ended):
            _write(result, EngineResult(error="importing it ends the process"))
            return 0
        missing = isinstance(error, ModuleNotFoundError)
        refused = f" (refused: {guard.State.tripped})" if guard.State.tripped and not missing else ""
        _write(result, EngineResult(error=f"it cannot be imported: {type(error).__name__}: {error}{refused}"[:500]))
        return 0
    if job.mode == "verify":
        shift_clock(bench)
        outcomes = [bench.run(_candidate(entry)) for entry in job.candidates]
        observed = [list(o.checks) if not (o.bad or o.raised) else [] for o in outcomes]
        _write(result, EngineResult(signatures=[_signature(o) for o in outcomes], observed=observed))
        return 0
    if job.mode == "survey":
        _write(result, survey(bench, job))
    else:
        _write(result, search(bench, job, lambda draft: _write(result, draft), time.monotonic() - began))
    return 0


class Ended(BaseException):
    """The code under test would have ended the process."""


def _keep_running() -> None:
    """Make `os._exit` and `os.abort` in the code under test an exception that no ordinary handler catches."""

    def end(*_: object) -> None:
        raise Ended

    os._exit = end  # type: ignore[assignment]
    os.abort = end  # type: ignore[assignment]


def read_job(data: dict[str, Any]) -> Job:
    """Convert a job from its JSON form."""
    data["calls"] = [ExampleCall(**call) for call in data["calls"]]
    data["candidates"] = [Observation(**entry) for entry in data["candidates"]]
    data["have"] = None if data["have"] is None else Reached(**data["have"])
    return Job(**data)


def survey(bench: Bench, job: Job) -> EngineResult:
    """List what can be tested, without searching."""
    inventory = Inventory(bench, tuple(job.names))
    lines = {n for t in inventory.targets for n in t.lines} if job.names else set(bench.instrumenter.lines)
    return EngineResult(
        names=_public(bench),
        parameters={t.qualname: [p.name for p in t.parameters] for t in inventory.targets},
        mutants=len(bench.instrumenter.mutants),
        lines=sorted(lines & set(bench.instrumenter.lines)),
        imported=sorted(bench.imported),
        conditions={n: line for n, line in bench.instrumenter.conditions.items() if line in lines},
    )


def search(bench: Bench, job: Job, save: Callable[[EngineResult], None] = lambda _: None, spent: float = 0.0) -> EngineResult:
    """Search and select within the job's time budget, of which the import of the module has `spent` some seconds.

    `save` gets drafts of the result, so that nothing is lost when the process ends before the last step.
    """
    started = time.monotonic()
    budget = max(LEAST_SHARE * job.seconds, job.seconds - spent)
    inventory = Inventory(bench, tuple(job.names))
    search_state = Search(bench, inventory, job.seed)
    search_state.texts |= set(job.skip)  # a call that ended an earlier process is not repeated
    for target in list(inventory.targets):
        if sum(bool(re.search(rf"\b{re.escape(target.name)}\(", text.rpartition("\n")[2])) for text in job.skip) > 1:
            inventory.targets.remove(target)
    if job.kept:
        search_state.record = Path(job.kept)
    _announced(bench, job.now)
    oracle = Oracle(bench, search_state)
    oracle.examples(job.documents)
    oracle.promises(max(started + 0.15 * budget, time.monotonic() + PROMISES))
    oracle.refuse()
    search_state.evidence(job.calls)
    if not job.replay:
        search_state.explore(started + 0.5 * budget)
    selection = Selection(bench, search_state, job.have)
    selection.leave_out(selection.mutants if job.replay > 1 else ())
    selection.leave_out(int(text.split()[1]) for text in job.skip if re.fullmatch(r"mutant \d+", text))
    selection.take_steady(search_state.kept, max(started + 0.68 * budget, time.monotonic() + LEAST_TAKING * budget))
    Imported(selection).take(started + 0.74 * budget)

    def result(kept: Sequence[Chosen], draft: bool) -> EngineResult:
        return EngineResult(
            tests=[_observation(c, bench.fixtures.used(c.candidate.text)) for c in kept],
            suspicions=list(search_state.judge.suspicions.values()),
            names=sorted({*_public(bench), *(t.name for t in inventory.targets if t.owner in ("", t.name))}),
            parameters={t.qualname: [p.name for p in t.parameters] for t in inventory.targets},
            untouched=[t.qualname for t in inventory.targets if not t.corpus and not t.name.startswith("_")],
            mutants=len(selection.mutants),
            contradicted=sorted(oracle.contradicted),
            draft=draft,
            import_seconds=spent,
            missing=list(bench.missing),
        )

    save(result(selection.chosen(), draft=True))
    if not job.replay:
        selection.hunt(started + 0.82 * budget)
    late = max(0.0, time.monotonic() - started - 0.82 * budget)  # time lost to a call that could not be interrupted
    kept = selection.reduce(started + 0.87 * budget + late)
    save(result(kept, draft=True))
    maker = search_state.maker
    shrink(bench, kept, started + 0.97 * budget + late, maker.literals.quoted, maker.usual_texts())
    leave_out_unreadable(kept)
    trim(bench, kept, max(started + budget + late, time.monotonic() + TRIMMING))
    return result(kept, draft=False)


def _announced(bench: Bench, path: str) -> None:
    """Make the bench write each candidate to a file before running it."""
    original = bench.run
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def run(candidate: Candidate, mutant: int = 0, limit: int = 0) -> Outcome:
        now = f"mutant {mutant}" if mutant else candidate.text
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, now.encode("utf-8", "replace")[:4_000] + b"\0")
        return original(candidate, mutant, limit)

    bench.run = run  # type: ignore[method-assign]


def _public(bench: Bench) -> list[str]:
    return sorted(n for n, v in vars(bench.module).items() if not n.startswith("_") and not is_a(v, types.ModuleType))


def shift_clock(bench: Bench) -> None:
    """Move the module's clock forward by more than a year, so that results that depend on the time change."""
    import datetime

    class AlsoReal(type):
        """Counts instances of the real class as instances of the shifted class."""

        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, cls.__mro__[1])

    class Date(datetime.date, metaclass=AlsoReal):
        @classmethod
        def today(cls) -> Any:
            return datetime.date.today() + datetime.timedelta(days=400)  # noqa: DTZ011

    class Moment(datetime.datetime, metaclass=AlsoReal):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.datetime.now(tz) + datetime.timedelta(days=400)

        @classmethod
        def utcnow(cls) -> Any:
            utc = datetime.timezone.utc  # noqa: UP017 -- Python 3.10 has no `datetime.UTC`
            return datetime.datetime.now(utc).replace(tzinfo=None) + datetime.timedelta(days=400)

        @classmethod
        def today(cls) -> Any:
            return cls.now()

    class Library:
        def __getattr__(self, name: str) -> Any:
            return {"date": Date, "datetime": Moment}.get(name) or getattr(datetime, name)

    class Clock:
        def __getattr__(self, name: str) -> Any:
            if name in ("time", "monotonic", "perf_counter"):
                return lambda: getattr(time, name)() + 34_560_000
            return getattr(time, name)

    shifted = {id(datetime): Library(), id(datetime.date): Date, id(datetime.datetime): Moment, id(time): Clock()}
    for name, value in list(vars(bench.module).items()):
        if id(value) in shifted and _reads_clock(bench):
            setattr(bench.module, name, shifted[id(value)])
    bench.keep_state()


def _reads_clock(bench: Bench) -> bool:
    import ast

    return any(
        isinstance(n, ast.Attribute) and n.attr in ("now", "today", "utcnow", "time", "monotonic") for n in ast.walk(bench.tree)
    )


def _observation(chosen: Chosen, fixtures: list[str]) -> Observation:
    candidate, outcome = chosen.candidate, chosen.outcome
    return Observation(
        candidate.target,
        list(candidate.steps),
        candidate.final,
        list(candidate.watched),
        candidate.origin,
        list(outcome.checks if chosen.checks is None else chosen.checks),
        Raised(*outcome.raised) if outcome.raised else None,
        outcome.printed,
        sorted(chosen.kills),
        sorted(outcome.lines),
        sorted(outcome.branches),
        _signature(outcome),
        fixtures,
        list(candidate.ignored),
    )


def _candidate(entry: Observation) -> Candidate:
    watched, ignored = tuple(entry.watched), tuple(entry.ignored)
    return Candidate(entry.target, tuple(entry.steps), entry.final, watched, entry.origin, ignored=ignored)


def _signature(outcome: Outcome) -> str:
    return repr(outcome.signature)


def _write(path: Path, value: EngineResult) -> None:
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(asdict(value)), encoding="utf-8")
    os.replace(partial, path)


if __name__ == "__main__":
    leave = os._exit
    code = main()
    sys.stdout.flush()
    leave(code)  # threads that the module started must not keep this process alive
