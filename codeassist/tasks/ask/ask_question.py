"""Answer one question and record the run: with a model (the extractive answer if it fails), or without one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from codeassist.config import Config
from codeassist.deadline import SILENT, Cancel, Events
from codeassist.errors import EXIT_GATE, EXIT_INTERRUPT, EXIT_MODEL, ModelError, RunStoreError, UsageError
from codeassist.runs.store import Run, RunParameters, RunStore
from codeassist.tasks.ask.answer import Answer
from codeassist.tasks.ask.extractive import ask, without_subject
from codeassist.tasks.ask.follow_up import Exchange, as_messages, condensing, similar_examples, standalone, unanswered
from indexers import Index

if TYPE_CHECKING:
    from codeassist.models.ledger import Ledger
    from codeassist.models.messages import Message
    from codeassist.models.session import Session
    from codeassist.prompts import Library
    from codeassist.tasks.ask.answer_in_progress import AskOptions
    from codeassist.tasks.ask.generative import PlannedAsk

REMEMBERED = 3
"""The most earlier exchanges that are sent to a model."""

ACCEPTED = 200


@dataclass(slots=True)
class AskContext:
    """Everything that is needed to answer a question; `history` contains the earlier exchanges.

    With `judge` the model is asked about each sentence of its answer, with only the blocks that the sentence cites.
    """

    config: Config
    library: Library
    session: Session | None = None
    strategy: str = ""
    prompt: str = ""
    paths: Sequence[str] = ()
    history: Sequence[Exchange] = ()
    search_as: str = ""
    full: bool = False
    store: RunStore | None = None
    command: str = "ask"
    continues: int = 0
    judge: bool = False
    events: Events = SILENT
    cancel: Cancel = field(default_factory=Cancel)


@dataclass(slots=True)
class AskResult:
    """The answer, the model's error if it failed, the run, and in `trouble` why the run could not be recorded.

    `from_index` is the answer without a model, where nothing of the model's own is supported.
    """

    answer: Answer
    error: ModelError | None = None
    run: Run | None = None
    trouble: str = ""
    ledger: Ledger | None = None
    from_index: Answer | None = None

    def exit_code(self, *, strict: bool = False) -> int:
        """0 for an answer, 1 if nothing was found or (`strict`) a claim is unsupported, 3 for a model error; or interrupted."""
        if self.error is not None:
            return EXIT_MODEL
        if self.answer.finish == "interrupted":
            return EXIT_INTERRUPT
        checks = self.answer.checks
        unsupported = strict and checks is not None and not checks.clean
        return EXIT_GATE if not self.answer.found or unsupported else 0

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.ask/1`."""
        value = self.answer.as_json()
        if self.ledger is not None:
            value["usage"] = self.ledger.as_json()
            value["error"] = str(self.error) if self.error else None
            value["run"] = self.run.id if self.run else None
        if self.from_index is not None:
            value["from_index"] = self.from_index.as_json()
        return value


def ask_question(index: Index, question: str, context: AskContext) -> AskResult:
    """Answer one question and record the run. Raises `QueryError`; a model error is in the result."""
    started = time.perf_counter()
    history = _remembered(index, context)
    spent = len(context.session.ledger.calls) if context.session else 0
    error: ModelError | None = None
    query = question
    try:
        if history and context.session and not context.search_as:
            context.events.step("rewriting the follow-up as a standalone question")
        query = context.search_as or standalone(question, history, context.session, context.library)
        if context.session:
            answer = _with_model(index, question, query, context, history)
        elif before := "" if context.search_as else unanswered(question, history):
            answer = without_subject(question, before)
        else:
            answer = _extractive(index, query, context)
    except ModelError as failed:
        error, answer = failed, _extractive(index, query, context)
    answer.question = question
    result = AskResult(answer, error, ledger=context.session.ledger if context.session else None)
    if context.judge and context.session is not None and error is None:
        from codeassist.tasks.ask.judging import judge

        judge(answer, context.session, context.library, context.events)
    if _unfounded(answer):
        result.from_index = _extractive(index, query, context)
    run = _as_run(index, context, result, query, spent)
    run.seconds = time.perf_counter() - started
    if context.store is not None:
        try:
            context.store.add(run)
        except RunStoreError as failed:
            result.trouble = str(failed)
    result.run = run
    return result


def _remembered(index: Index, context: AskContext) -> list[Message]:
    """The last exchanges as messages for a model."""
    exchanges = list(context.history)[-REMEMBERED:]
    return as_messages(exchanges, private(index, context)) if exchanges else []


def _unfounded(answer: Answer) -> bool:
    """Whether a model's answer, complete or cut off at its limit, makes claims of which not one is supported."""
    checks = answer.checks
    return checks is not None and answer.finish in ("stop", "length") and 0 < checks.sentences == len(checks.unsupported)


def private(index: Index, context: AskContext) -> Callable[[str], bool]:
    """A predicate for files that must not be sent to the context's model."""
    from codeassist.evidence.packing import Source

    session = context.session
    return Source(index, context.config.privacy.never_send if session and session.model.remote else ()).is_private


def earlier_exchanges(store: RunStore, number: int = 0) -> tuple[list[Exchange], int]:
    """The last exchange (or run `number`) and those that it continues, oldest first, with its run number (0: none)."""
    last = store.get(number) if number else next((r for r in store.list(50) if r.command in ("ask", "chat")), None)
    chain: list[Run] = []
    run = last
    while run is not None and len(chain) < REMEMBERED:
        chain.append(run)
        before = run.parameters.continues
        try:
            run = store.get(before) if before else None
        except UsageError:  # deleted since
            run = None
    return [
        Exchange(run.question, run.output, paths_of(run), places_of(run)) for run in reversed(chain)
    ], last.id if last else 0


def paths_of(run: Run) -> tuple[str, ...]:
    """The files that a run's answer is based on."""
    return tuple(dict.fromkeys(str(place["path"]) for place in (*run.citations, *run.hits)))


def places_of(run: Run) -> dict[int, str]:
    """The place that each number in a run's answer means."""
    return {int(c["n"]): f"{c['path']}:{c['start_line']}-{c['end_line']}" for c in run.citations}


def plan_question(index: Index, question: str, context: AskContext) -> PlannedAsk | None:
    """The first request that a question would send to the model, with its tokens and price; None without a model."""
    session = context.session
    if session is None:
        return None
    history = _remembered(index, context)
    before = condensing(question, history, context.library) if history else []
    query = standalone(question, history, None, context.library)
    from codeassist.models.prices import cost
    from codeassist.tasks.ask.generative import plan_model_answer

    planned = plan_model_answer(index, question, _options(index, query, context, history))
    planned.before = session.prepare(before)[0]
    planned.model = session.model.name
    planned.tokens = session.estimate([*planned.before, *planned.messages])
    planned.cost = cost(session.settings, planned.tokens, session.settings.max_output_tokens)
    return planned


def _extractive(index: Index, query: str, context: AskContext) -> Answer:
    settings = context.config.ask
    return ask(index, query, places=settings.places, threshold=settings.threshold, paths=context.paths, full=context.full)


def _with_model(index: Index, question: str, query: str, context: AskContext, history: list[Message]) -> Answer:
    from codeassist.tasks.ask.generative import ask_model

    return ask_model(index, question, _options(index, query, context, history))


def _options(index: Index, query: str, context: AskContext, history: list[Message]) -> AskOptions:
    from codeassist.tasks.ask.answer_in_progress import AskOptions

    assert context.session is not None
    config = context.config
    accepted: list[tuple[str, str]] = []
    if config.ask.examples and context.store is not None:
        is_private = private(index, context)
        runs = context.store.list(ACCEPTED, rating=1)
        accepted = [(run.question, run.output) for run in runs if not any(map(is_private, paths_of(run)))]
    return AskOptions(
        context.session,
        context.library,
        config,
        strategy=context.strategy or config.ask.strategy,
        prompt=context.prompt or config.tasks.ask.prompt,
        paths=context.paths,
        history=history,
        examples=similar_examples(index, query, accepted, config.ask.examples),
        search_as=query,
        events=context.events,
        cancel=context.cancel,
    )


def _as_run(index: Index, context: AskContext, result: AskResult, query: str, spent: int) -> Run:
    answer, session = result.answer, context.session
    run = Run(context.command, answer.question, generation=index.generation)
    run.output = answer.text
    run.citations = [c.as_json() for c in answer.citations]
    run.hits = [
        {"path": b.path, "start_line": b.start_line, "end_line": b.end_line, "folded": b.folded} for b in answer.blocks
    ] or [{"path": p.hit.path, "start_line": p.hit.start_line, "end_line": p.hit.end_line} for p in answer.places]
    run.parameters = RunParameters(query=query, paths=list(context.paths), continues=context.continues)
    if session is None:
        return run
    from codeassist.models.ledger import Ledger

    calls = Ledger(session.ledger.calls[spent:])
    settings = session.settings
    run.model, run.prompt, run.prompt_hash = session.model.name, answer.prompt, answer.prompt_hash
    if not run.prompt and calls.calls:  # the model failed: record the last prompt sent
        run.prompt = calls.calls[-1].prompt
    run.parameters = replace(
        run.parameters,
        strategy=answer.strategy,
        temperature=settings.temperature,
        max_output_tokens=settings.max_output_tokens,
        context_tokens=context.config.ask.context_tokens,
        base_url=settings.base_url,
        masked=calls.masked,
        agreement=answer.agreement,
        prompts=[c.prompt for c in calls.calls],
        asked_strategy=context.strategy,
        asked_prompt=context.prompt,
        partial=result.error.partial if result.error is not None else "",
    )
    run.messages = [[m.as_json() for m in call.messages] for call in calls.calls]
    run.checks = answer.checks.as_json() if answer.checks else {}
    run.input_tokens, run.output_tokens, run.cost = calls.input_tokens, calls.output_tokens, calls.cost
    if result.error is not None:
        run.error = str(result.error)
    return run
