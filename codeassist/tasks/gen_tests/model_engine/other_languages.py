"""`gen-tests` of a file in another language: a model proposes, the project's own runner decides."""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path

import platformdirs

from codeassist.errors import UsageError
from codeassist.models.messages import Message
from codeassist.sandbox.project import Interpreter, Target
from codeassist.sandbox.runners import Proposal, find_runner
from codeassist.sandbox.runners.one_by_one import OneByOne
from codeassist.sandbox.scratch import Sandbox, open_sandbox
from codeassist.tasks.gen_tests.generate import ModelSide, Wanted, ask_model, modelling
from codeassist.tasks.gen_tests.model_engine.prompt_inputs import surroundings
from codeassist.tasks.gen_tests.model_engine.propose import Modelling, first_messages
from codeassist.tasks.gen_tests.result import Report
from indexers import Index


def generate_foreign(target: Target, index: Index | None, wanted: Wanted, side: ModelSide) -> Report:
    """Tests for one file of another language. Nothing outside a scratch folder and a cache of builds is written.

    Raises `UsageError` when its runner is not there, and `ModelError` when the model fails.
    """
    started = time.monotonic()
    until = started + wanted.budget
    runner = find_runner(target)
    assert isinstance(runner, OneByOne)
    if wanted.out is not None and wanted.out.exists():
        raise UsageError(f"{wanted.out} is there already and is left as it is; name another file with --out.")
    place = free_place(target.root, runner.place()) if wanted.out is None else wanted.out
    report = Report(target.path.relative_to(target.root).as_posix(), target.root / place, "model")
    with open_sandbox(target, Interpreter("", coverage=False)) as box:
        key = hashlib.sha256(str(target.root).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        cache = Path(platformdirs.user_cache_dir("codeassist")) / "builds" / f"{runner.language}-{key}"
        cache.mkdir(parents=True, exist_ok=True)
        box.writable = (cache,)
        box.extra = getattr(runner, "environment", dict)()
        work = modelling(box, runner, side, index, until - 0.2 * wanted.budget, wanted.on_step)
        proposed = ask_model(work, box, side, report)
        wanted.on_step("checking them together")
        kept = _together(box, runner, [p for p, _ in proposed.kept], wanted, report, until)
        report.tests = report.by_model = [p.name for p in kept]
        if kept:
            head = f"// Tests of {report.module}, made by codeassist by {side.session.model.name} with "
            head += f"{side.library.find(side.prompt or 'gen-tests').id}; edit them freely.\n"
            text = runner.assemble(kept)
            report.after = runner.measure(box, text, max(20.0, until - time.monotonic()))
            report.text = head + text
    report.seconds = time.monotonic() - started
    return report


def rehearse(target: Target, index: Index | None, wanted: Wanted, side: ModelSide) -> tuple[str, list[Message]]:
    """The prompt and the messages that the model would be sent first, in any language; nothing is run."""
    runner = find_runner(target)
    room, count = side.session.room(), side.session.model.count_tokens
    around = surroundings(target, index, side.never_send if side.session.model.remote else (), room, count)
    work = Modelling(target, runner, side.session, side.library, around, 0.0, side.prompt)
    prompt, messages = first_messages(work)
    return prompt.id, side.session.prepare(messages)[0]


def _together(
    box: Sandbox, runner: OneByOne, proposals: list[Proposal], wanted: Wanted, report: Report, until: float
) -> list[Proposal]:
    """The tests that also pass in one file, every time."""
    kept = proposals
    for _ in range(wanted.repeats):
        if not kept:
            break
        outcomes, _reached = runner.run_text(box, runner.assemble(kept), max(20.0, until - time.monotonic()))
        steady = [p for p in kept if (ran := outcomes.get(runner.names(p))) is not None and ran.passed]
        report.drop("does not pass every time, or not beside the others", len(kept) - len(steady))
        kept = steady
    return kept


def free_place(root: Path, place: Path) -> Path:
    """The place, or the same with a number when there is a file: what a person may have edited is never written over."""
    number = 1
    free = place
    while (root / free).exists():
        number += 1
        stem = re.sub(r"generated", f"generated{number}", place.name, count=1, flags=re.IGNORECASE)
        free = place.with_name(stem if stem != place.name else f"{number}{place.name}")
    return free
