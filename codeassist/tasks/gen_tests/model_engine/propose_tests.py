"""The engine `model`: a model proposes tests, each is run alone, failures go back to the model, faults become suspicions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from codeassist.deadline import SILENT, Deadline, Events
from codeassist.errors import AnswerError, ModelError
from codeassist.models.answers import ask_for_record
from codeassist.models.messages import Message
from codeassist.models.session import Session
from codeassist.privacy import mask
from codeassist.prompts import Library, Prompt, render
from codeassist.prompts.records import ProposedTests, RepairedTest, Triage
from codeassist.sandbox.runners import Proposal, Runner, TestRun
from codeassist.sandbox.scratch import Sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.gen_tests.model_engine.prompt_inputs import PromptInputs, gather_inputs, source_line
from codeassist.tasks.gen_tests.request import ModelEngine
from codeassist.tasks.gen_tests.result import ModuleResult
from codeassist.tasks.gen_tests.search_engine.protocol import Suspicion
from indexers import Index

REPAIRS = 2
"""How often a failing test is sent back to the model."""

ROUNDS = 4
SHOWN_FAILURE = 1_800
"""Characters of a failure report that the model sees."""

MOST_UNCOVERED = 30


@dataclass(slots=True)
class ProposalLoop:
    """Settings and state of the loop. `reached` and `killed` are what existing tests and kept proposals cover and kill.

    `have` are the names of these tests; `conditions` maps the number of a condition to its line.
    """

    target: Target
    runner: Runner
    session: Session
    library: Library
    inputs: PromptInputs
    deadline: Deadline
    prompt: str = ""
    have: list[str] = field(default_factory=list)
    reached: set[object] = field(default_factory=set)
    killed: set[int] = field(default_factory=set)
    conditions: dict[int, int] = field(default_factory=dict)
    lines: frozenset[int] = frozenset()
    """Executable lines of the target; empty if unknown."""

    events: Events = SILENT


@dataclass(slots=True)
class Proposed:
    """The results: tests that pass alone and add something, dropped tests by reason, suspicions, ids of the prompts used."""

    kept: list[tuple[Proposal, TestRun]] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    suspicions: list[Suspicion] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    trouble: str = ""
    """Why the loop ended early, if the model failed or its answer was unusable."""

    error: ModelError | None = None
    """The model's error; the tests before it are kept."""


def first_messages(work: ProposalLoop) -> tuple[Prompt, list[Message]]:
    """The prompt and the messages of the next round."""
    prompt = work.library.find(work.prompt or "gen-tests")
    inputs = work.inputs.select("path", "source", "signatures", "callers", "examples", "fixtures") | {
        "language": work.runner.language,
        "framework": work.runner.framework,
        "form": work.runner.form,
        "uncovered": _uncovered(work),
        "have": work.have[:60],
    }
    known = {i.name for i in prompt.inputs}
    return prompt, render(prompt, {name: value for name, value in inputs.items() if name in known})


def propose(work: ProposalLoop, box: Sandbox) -> Proposed:
    """Ask for proposals in rounds until one adds nothing, the target is covered, time is up, or the model fails."""
    proposed = Proposed()
    work.session.deadline = work.deadline
    try:
        _rounds(work, box, proposed)
    except ModelError as error:
        proposed.error, proposed.trouble = error, str(error)
    return proposed


def _rounds(work: ProposalLoop, box: Sandbox, proposed: Proposed) -> None:
    """Fill `proposed`. Raises `ModelError` when the model fails."""
    for number in range(ROUNDS):
        if work.deadline.passed or (number and work.lines and not _uncovered(work)):
            break
        work.events.step("asking the model" if not number else f"asking the model again ({len(proposed.kept)} tests so far)")
        prompt, messages = first_messages(work)
        proposed.prompts.append(prompt.id)
        try:
            answer = ask_for_record(
                work.session, messages, prompt.needed_schema, ProposedTests, sample=number, asking=prompt.asking
            )
        except AnswerError as error:
            proposed.trouble = str(error)
            break
        before = len(proposed.kept) + len(proposed.suspicions)
        _run_and_repair(work, box, _proposals(answer, work, proposed), proposed)
        if len(proposed.kept) + len(proposed.suspicions) == before:
            break


def _proposals(answer: ProposedTests, work: ProposalLoop, proposed: Proposed) -> list[Proposal]:
    """The tests of an answer that can be run; the others are counted as dropped."""
    imports = tuple(answer.imports)
    proposals: list[Proposal] = []
    for test in answer.tests:
        proposal = Proposal(test.name.strip(), test.code.strip("\n"), imports, test.behaviour)
        if proposal.name in work.have or any(p.name == proposal.name for p in proposals):
            proposed.dropped["duplicate name"] += 1
        elif reason := work.runner.objection(proposal):
            proposed.dropped[reason] += 1
        else:
            proposals.append(proposal)
    return proposals


def _run_and_repair(work: ProposalLoop, box: Sandbox, proposals: Sequence[Proposal], proposed: Proposed) -> None:
    """Run proposals alone, keep those that add something, and have failed ones repaired, the shortest first."""
    work.events.step(f"running {len(proposals)} tests")
    failed = _keep_useful(work, box, proposals, proposed)
    for _ in range(REPAIRS):
        repairs: list[Proposal] = []
        for proposal, run in sorted(failed, key=lambda pair: len(pair[0].code)):
            if work.deadline.passed:
                proposed.dropped["out of time before it could be repaired"] += 1
                continue
            if not run.own_fault and _is_fault(work, proposal, run, proposed):
                continue
            repaired = _repair(work, proposal, run, proposed)
            if repaired is None:
                proposed.dropped["fails"] += 1
            else:
                repairs.append(repaired)
        if not repairs:
            return
        failed = _keep_useful(work, box, repairs, proposed)
    proposed.dropped["fails"] += len(failed)


def _keep_useful(
    work: ProposalLoop, box: Sandbox, proposals: Sequence[Proposal], proposed: Proposed
) -> list[tuple[Proposal, TestRun]]:
    """Keep the proposals that pass and add coverage or kills; returns those that failed."""
    if not proposals:
        return []
    outcomes = work.runner.check(box, proposals, frozenset(work.killed), work.deadline.left)
    failed: list[tuple[Proposal, TestRun]] = []
    for proposal in proposals:
        run = outcomes.get(proposal.name, TestRun(False, "it did not run", own_fault=True))
        if not run.passed:
            failed.append((proposal, run))
            continue
        gained = set(run.reached) - work.reached
        kills = (run.kills or frozenset()) - work.killed
        if not gained and not kills and (run.reached or run.kills is not None):
            proposed.dropped["adds nothing"] += 1
            continue
        work.reached |= run.reached
        work.killed |= kills
        work.have.append(proposal.name)
        proposed.kept.append((proposal, run))
    return failed


def _is_fault(work: ProposalLoop, proposal: Proposal, run: TestRun, proposed: Proposed) -> bool:
    """Ask the model whether a failing assertion shows a fault in the code; if so, record a suspicion with the test.

    A verdict of fault counts only if the witness it quotes is really in the file or its callers.
    """
    prompt = work.library.find("gen-tests-triage")
    inputs = work.inputs.select("path", "source", "callers") | {
        "code": proposal.code,
        "failure": mask(run.output[-SHOWN_FAILURE:])[0],
    }
    try:
        verdict = ask_for_record(work.session, render(prompt, inputs), prompt.needed_schema, Triage, asking=prompt.asking)
    except AnswerError:
        return False
    proposed.prompts.append(prompt.id)
    evidence = _plain("\n".join([work.inputs.source, *work.inputs.callers]))
    witness = _plain(verdict.witness)
    if verdict.verdict != "fault" or len(witness) < 4 or witness not in evidence:
        return False
    description = f'may be wrong: {verdict.reason} ("{verdict.witness}")'
    code = "\n".join([*proposal.imports, "", proposal.code])
    proposed.suspicions.append(Suspicion(proposal.name, description, _line(work, witness), code, work.session.model.name))
    return True


def _repair(work: ProposalLoop, proposal: Proposal, run: TestRun, proposed: Proposed) -> Proposal | None:
    """The test as repaired by the model; None when the repair is unusable."""
    prompt = work.library.find("gen-tests-repair")
    inputs = work.inputs.select("path", "source") | {
        "language": work.runner.language,
        "framework": work.runner.framework,
        "imports": list(proposal.imports),
        "code": proposal.code,
        "failure": mask(run.output[-SHOWN_FAILURE:])[0],
    }
    try:
        answer = ask_for_record(work.session, render(prompt, inputs), prompt.needed_schema, RepairedTest, asking=prompt.asking)
    except AnswerError:
        return None
    proposed.prompts.append(prompt.id)
    repaired = Proposal(proposal.name, answer.code.strip("\n"), tuple(answer.imports), proposal.behaviour)
    if (
        not repaired.code
        or (repaired.code, repaired.imports) == (proposal.code, proposal.imports)
        or work.runner.objection(repaired)
    ):
        return None
    return repaired


def _uncovered(work: ProposalLoop) -> list[str]:
    """Descriptions of uncovered lines, and of conditions that were only ever true or only ever false."""
    lines = sorted(n for n in work.lines if n not in work.reached)
    descriptions = [f"line {n}: `{source_line(work.target, n)}`" for n in lines]
    for number, line in sorted(work.conditions.items(), key=lambda pair: pair[1]):
        missing = [value for value in (True, False) if (number, value) not in work.reached]
        if len(missing) == 1 and line not in lines:
            descriptions.append(f"line {line}: `{source_line(work.target, line)}` was never {str(missing[0]).lower()}")
    return list(dict.fromkeys(descriptions))[:MOST_UNCOVERED]


def _plain(text: str) -> str:
    """Text without line numbers and with whitespace collapsed."""
    return " ".join(re.sub(r"(?m)^\d+ ", "", text).split())


def _line(work: ProposalLoop, witness: str) -> int:
    """The number of the line that contains a witness; 1 if it is not in the file."""
    for text in work.inputs.source.split("\n"):
        number, _, line = text.partition(" ")
        if number.isdigit() and (witness in _plain(line) or (len(line.strip()) > 8 and _plain(line) in witness)):
            return int(number)
    return 1


def prepare(
    box: Sandbox, runner: Runner, engine: ModelEngine, index: Index | None, deadline: Deadline, events: Events
) -> ProposalLoop:
    """Set up the loop for one target."""
    session = engine.session
    never_send = engine.never_send if session.model.remote else ()
    inputs = gather_inputs(box.target, index, never_send, session.room(), session.model.count_tokens)
    return ProposalLoop(box.target, runner, session, engine.library, inputs, deadline, engine.prompt, events=events)


def proposals_of(work: ProposalLoop, box: Sandbox, engine: ModelEngine, result: ModuleResult) -> Proposed:
    """Run the loop and add its findings to `result`.

    An error of the model is in `result.error`, or raised as `ModelError` if only the model generates tests and it found none.
    """
    proposed = propose(work, box)
    if proposed.error is not None and engine.needed and not proposed.kept and not proposed.suspicions:
        raise proposed.error
    result.error = proposed.error
    if proposed.trouble:
        result.incomplete.append(f"the model: {proposed.trouble.rstrip('.')}")
    for reason, count in proposed.dropped.items():
        result.drop(reason, count)
    result.suspicions += proposed.suspicions
    result.trouble = proposed.trouble
    return proposed
