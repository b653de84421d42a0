"""`gen-tests` of a file in another language: a model proposes, the project's own runner decides."""

from __future__ import annotations

import re
from pathlib import Path

from codeassist import workspace
from codeassist.deadline import Deadline
from codeassist.errors import UsageError
from codeassist.models.messages import Message
from codeassist.sandbox.interpreter import Interpreter
from codeassist.sandbox.runners import Proposal, find_runner
from codeassist.sandbox.runners.one_by_one import OneByOne
from codeassist.sandbox.scratch import Sandbox, open_sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.gen_tests.model_engine.prompt_inputs import gather_inputs
from codeassist.tasks.gen_tests.model_engine.propose import ProposalLoop, first_messages, prepare, proposals_of
from codeassist.tasks.gen_tests.request import ModelEngine, ModuleOptions
from codeassist.tasks.gen_tests.result import ModuleResult
from indexers import Index


def generate_in_other_language(
    target: Target, index: Index | None, options: ModuleOptions, engine: ModelEngine
) -> ModuleResult:
    """Tests for one file of another language. Nothing outside a scratch folder and a cache of builds is written.

    Raises `UsageError` when its runner is not there, and `ModelError` when the model fails.
    """
    deadline = Deadline(options.seconds)
    runner = find_runner(target)
    assert isinstance(runner, OneByOne)
    if options.out is not None and options.out.exists():
        raise UsageError(f"{options.out} is there already and is left as it is; name another file with --out.")
    place = free_place(target.root, runner.place()) if options.out is None else options.out
    report = ModuleResult(target.path.relative_to(target.root).as_posix(), target.root / place, "model")
    with open_sandbox(target, Interpreter("", coverage=False)) as box:
        cache = workspace.cache_folder("builds") / f"{runner.language}-{workspace.repository_key(target.root)}"
        cache.mkdir(parents=True, exist_ok=True)
        box.writable = (cache,)
        box.extra = getattr(runner, "environment", dict)()
        work = prepare(box, runner, engine, index, deadline.earlier(0.2 * options.seconds), options.events)
        proposed = proposals_of(work, box, engine, report)
        options.events.step("checking them together")
        kept = _together(box, runner, [p for p, _ in proposed.kept], options, report, deadline)
        report.tests = report.by_model = [p.name for p in kept]
        if kept:
            head = f"// Tests of {report.module}, made by codeassist by {engine.session.model.name} with "
            head += f"{engine.library.find(engine.prompt or 'gen-tests').id}; edit them freely.\n"
            text = runner.assemble(kept)
            report.after = runner.measure(box, text, deadline.at_least(20.0))
            report.text = head + text
    report.seconds = deadline.elapsed
    return report


def first_request(target: Target, index: Index | None, engine: ModelEngine) -> tuple[str, list[Message]]:
    """The prompt and the messages that the model would be sent first, in any language; nothing is run."""
    runner = find_runner(target)
    room, count = engine.session.room(), engine.session.model.count_tokens
    inputs = gather_inputs(target, index, engine.never_send if engine.session.model.remote else (), room, count)
    work = ProposalLoop(target, runner, engine.session, engine.library, inputs, Deadline(0.0), engine.prompt)
    prompt, messages = first_messages(work)
    return prompt.id, engine.session.prepare(messages)[0]


def _together(
    box: Sandbox, runner: OneByOne, proposals: list[Proposal], options: ModuleOptions, report: ModuleResult, deadline: Deadline
) -> list[Proposal]:
    """The tests that also pass in one file, every time."""
    kept = proposals
    for _ in range(options.repeats):
        if not kept:
            break
        outcomes, _reached = runner.run_text(box, runner.assemble(kept), deadline.at_least(20.0))
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
