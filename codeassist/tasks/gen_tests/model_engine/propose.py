"""The engine `model`: a model proposes tests, each is run alone, failures go back, and faults become suspicions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from codeassist.deadline import SILENT, Deadline, Events
from codeassist.errors import AnswerError, ModelError
from codeassist.models.answers import ask_for_json
from codeassist.models.messages import Message
from codeassist.models.session import Session
from codeassist.privacy import mask
from codeassist.prompts import Library, Prompt, render
from codeassist.sandbox.runners import Proposal, Runner, TestRun
from codeassist.sandbox.scratch import Sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.gen_tests.model_engine.prompt_inputs import PromptInputs, gather_inputs, source_line
from codeassist.tasks.gen_tests.request import ModelEngine
from codeassist.tasks.gen_tests.result import ModuleResult
from codeassist.tasks.gen_tests.search_engine.protocol import Suspicion
from indexers import Index

REPAIRS = 2
"""How often a test that fails goes back to the model."""

ROUNDS = 4
SHOWN_FAILURE = 1_800
MOST_UNCOVERED = 30


@dataclass(slots=True)
class ProposalLoop:
    """What the loop works with. `reached` and `killed` are what the tests kept so far show."""

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
    """Lines of the target that can run; empty where that is not known."""

    events: Events = SILENT


@dataclass(slots=True)
class Proposed:
    """What came of it: tests that passed alone and add something, others by reason, suspicions, prompts that were used."""

    kept: list[tuple[Proposal, TestRun]] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    suspicions: list[Suspicion] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    trouble: str = ""
    """Why the loop ended early, when the model's answer could not be used."""


def first_messages(work: ProposalLoop) -> tuple[Prompt, list[Message]]:
    """The prompt and the messages that a first round sends."""
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
    """Rounds of proposals until one adds nothing, the target is covered, or the time is over. Raises `ModelError`."""
    found = Proposed()
    for number in range(ROUNDS):
        if work.deadline.passed or (number and work.lines and not _uncovered(work)):
            break
        work.events.step("asking the model" if not number else f"asking the model again ({len(found.kept)} tests so far)")
        prompt, messages = first_messages(work)
        found.prompts.append(prompt.id)
        try:
            answer = ask_for_json(work.session, messages, prompt.needed_schema, sample=number, prompt=prompt.id)
        except AnswerError as error:
            found.trouble = str(error)
            break
        before = len(found.kept) + len(found.suspicions)
        _take(work, box, _proposals(answer, work, found), found)
        if len(found.kept) + len(found.suspicions) == before:
            break
    return found


def _proposals(answer: dict[str, Any], work: ProposalLoop, found: Proposed) -> list[Proposal]:
    """The tests of an answer that are worth running."""
    imports = tuple(str(line) for line in answer["imports"])
    proposals: list[Proposal] = []
    for told in answer["tests"]:
        proposal = Proposal(told["name"].strip(), told["code"].strip("\n"), imports, told.get("behaviour", ""))
        if proposal.name in work.have or any(p.name == proposal.name for p in proposals):
            found.dropped["has the name of another"] += 1
        elif reason := work.runner.objection(proposal):
            found.dropped[reason] += 1
        else:
            proposals.append(proposal)
    return proposals


def _take(work: ProposalLoop, box: Sandbox, proposals: Sequence[Proposal], found: Proposed) -> None:
    """Run proposals alone, keep what adds something, and send back what failed, cheapest first."""
    work.events.step(f"running {len(proposals)} tests")
    failed = _keep(work, box, proposals, found)
    for _ in range(REPAIRS):
        again: list[Proposal] = []
        for proposal, ran in sorted(failed, key=lambda pair: len(pair[0].code)):
            if work.deadline.passed:
                found.dropped["the time was over before it could be mended"] += 1
                continue
            if not ran.own_fault and _is_fault(work, proposal, ran, found):
                continue
            mended = _mended(work, proposal, ran, found)
            if mended is None:
                found.dropped["fails"] += 1
            else:
                again.append(mended)
        if not again:
            return
        failed = _keep(work, box, again, found)
    found.dropped["fails"] += len(failed)


def _keep(work: ProposalLoop, box: Sandbox, proposals: Sequence[Proposal], found: Proposed) -> list[tuple[Proposal, TestRun]]:
    """Keep the proposals that pass and add; returns those that failed."""
    if not proposals:
        return []
    outcomes = work.runner.check(box, proposals, frozenset(work.killed), work.deadline.at_least(5.0))
    failed: list[tuple[Proposal, TestRun]] = []
    for proposal in proposals:
        ran = outcomes.get(proposal.name, TestRun(False, "it did not run", own_fault=True))
        if not ran.passed:
            failed.append((proposal, ran))
            continue
        gained = set(ran.reached) - work.reached
        kills = (ran.kills or frozenset()) - work.killed
        if not gained and not kills and (ran.reached or ran.kills is not None):
            found.dropped["adds nothing"] += 1
            continue
        work.reached |= ran.reached
        work.killed |= kills
        work.have.append(proposal.name)
        found.kept.append((proposal, ran))
    return failed


def _is_fault(work: ProposalLoop, proposal: Proposal, ran: TestRun, found: Proposed) -> bool:
    """A second opinion on an assertion that fails: a fault of the code is a suspicion with the test attached.

    A verdict of fault counts only when its witness really stands in the file or among its callers.
    """
    prompt = work.library.find("gen-tests-triage")
    inputs = work.inputs.select("path", "source", "callers") | {
        "code": proposal.code,
        "failure": mask(ran.said[-SHOWN_FAILURE:])[0],
    }
    try:
        verdict = ask_for_json(work.session, render(prompt, inputs), prompt.needed_schema, prompt=prompt.id)
    except AnswerError:
        return False
    found.prompts.append(prompt.id)
    told = _plain("\n".join([work.inputs.source, *work.inputs.callers]))
    witness = _plain(verdict["witness"])
    if verdict["verdict"] != "fault" or len(witness) < 4 or witness not in told:
        return False
    what = f'may be wrong: {verdict["reason"]} ("{verdict["witness"]}")'
    code = "\n".join([*proposal.imports, "", proposal.code])
    found.suspicions.append(Suspicion(proposal.name, what, _line(work, witness), code, work.session.model.name))
    return True


def _mended(work: ProposalLoop, proposal: Proposal, ran: TestRun, found: Proposed) -> Proposal | None:
    """The test as the model mends it, or None when it cannot."""
    prompt = work.library.find("gen-tests-repair")
    inputs = work.inputs.select("path", "source") | {
        "language": work.runner.language,
        "framework": work.runner.framework,
        "imports": list(proposal.imports),
        "code": proposal.code,
        "failure": mask(ran.said[-SHOWN_FAILURE:])[0],
    }
    try:
        answer = ask_for_json(work.session, render(prompt, inputs), prompt.needed_schema, prompt=prompt.id)
    except AnswerError:
        return None
    found.prompts.append(prompt.id)
    mended = Proposal(proposal.name, answer["code"].strip("\n"), tuple(answer["imports"]), proposal.behaviour)
    if not mended.code or (mended.code, mended.imports) == (proposal.code, proposal.imports) or work.runner.objection(mended):
        return None
    return mended


def _uncovered(work: ProposalLoop) -> list[str]:
    """What no test reaches yet, in words: lines, and conditions that went one way only."""
    lines = sorted(n for n in work.lines if n not in work.reached)
    told = [f"line {n}: `{source_line(work.target, n)}`" for n in lines]
    for number, line in sorted(work.conditions.items(), key=lambda pair: pair[1]):
        ways = [way for way in (True, False) if (number, way) not in work.reached]
        if len(ways) == 1 and line not in lines:
            told.append(f"line {line}: `{source_line(work.target, line)}` was never {str(ways[0]).lower()}")
    return list(dict.fromkeys(told))[:MOST_UNCOVERED]


def _plain(text: str) -> str:
    """Text without line numbers and runs of space."""
    return " ".join(re.sub(r"(?m)^\d+ ", "", text).split())


def _line(work: ProposalLoop, witness: str) -> int:
    """The line of the file that holds a witness; the first when it stands elsewhere."""
    for text in work.inputs.source.split("\n"):
        number, _, line = text.partition(" ")
        if number.isdigit() and (witness in _plain(line) or (len(line.strip()) > 8 and _plain(line) in witness)):
            return int(number)
    return 1


def prepare(
    box: Sandbox, runner: Runner, engine: ModelEngine, index: Index | None, deadline: Deadline, events: Events
) -> ProposalLoop:
    """The loop set up for one target."""
    session = engine.session
    never_send = engine.never_send if session.model.remote else ()
    inputs = gather_inputs(box.target, index, never_send, session.room(), session.model.count_tokens)
    return ProposalLoop(box.target, runner, session, engine.library, inputs, deadline, engine.prompt, events=events)


def proposals_of(work: ProposalLoop, box: Sandbox, engine: ModelEngine, result: ModuleResult) -> Proposed:
    """Run the loop and add to the result; a failure of the model is noted there, unless only the model makes tests."""
    try:
        proposed = propose(work, box)
    except ModelError as error:
        if engine.needed:
            raise
        result.trouble = str(error)
        return Proposed()
    for reason, count in proposed.dropped.items():
        result.drop(reason, count)
    result.suspicions += proposed.suspicions
    result.trouble = proposed.trouble
    return proposed
