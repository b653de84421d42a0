"""One turn of a talk, from question to kept run: with a model, with the extractive answer when that fails, or without one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from codeassist.config import Config
from codeassist.errors import ModelError, UsageError
from codeassist.evidence.packing import Source
from codeassist.models.messages import Message
from codeassist.models.session import Ledger, Session
from codeassist.prompts import Library
from codeassist.runs.store import Run, RunStore, RunStoreError
from codeassist.tasks.ask.answer import Answer
from codeassist.tasks.ask.dialogue import Exchange, as_messages, condensing, similar_examples, standalone
from codeassist.tasks.ask.extractive import ask
from codeassist.tasks.ask.generative import Asking, DryRun, ask_model, dry_run
from indexers import Index

REMEMBERED = 3
"""Earlier exchanges that a model is told."""

ACCEPTED = 200


@dataclass(slots=True)
class Turn:
    """Everything a question is asked with; `history` are earlier questions and answers in turn."""

    config: Config
    library: Library
    session: Session | None = None
    strategy: str = ""
    prompt: str = ""
    paths: Sequence[str] = ()
    history: Sequence[Exchange] = ()
    search_as: str = ""
    store: RunStore | None = None
    command: str = "ask"
    continues: int = 0
    on_text: Callable[[str], None] | None = None
    on_step: Callable[[str], None] | None = None


@dataclass(slots=True)
class Outcome:
    """What a turn gave: the answer, the model's failure if there was one, the kept run, and what could not be kept."""

    answer: Answer
    error: ModelError | None = None
    run: Run | None = None
    trouble: str = ""


def take_turn(index: Index, question: str, turn: Turn) -> Outcome:
    """Answer one question and keep the run. Raises `QueryError`; a model's failure is in the outcome."""
    started = time.perf_counter()
    history = as_messages(list(turn.history)[-REMEMBERED:], private(index, turn))
    spent = len(turn.session.ledger.calls) if turn.session else 0
    error: ModelError | None = None
    query = question
    try:
        if history and turn.session and not turn.search_as and turn.on_step is not None:
            turn.on_step("rewriting the question so that it stands alone")
        query = turn.search_as or standalone(question, history, turn.session, turn.library)
        answer = _with_model(index, question, query, turn, history) if turn.session else _extractive(index, query, turn)
    except ModelError as failed:
        error, answer = failed, _extractive(index, query, turn)
    answer.question = question
    outcome = Outcome(answer, error)
    run = _as_run(index, turn, outcome, query, spent)
    run.seconds = time.perf_counter() - started
    if turn.store is not None:
        try:
            turn.store.add(run)
        except RunStoreError as said:
            outcome.trouble = str(said)
    outcome.run = run
    return outcome


def private(index: Index, turn: Turn) -> Callable[[str], bool]:
    """Which files must not reach the turn's model."""
    session = turn.session
    return Source(index, turn.config.privacy.never_send if session and session.model.remote else ()).is_private


def remembered(store: RunStore, number: int = 0) -> tuple[list[Exchange], int]:
    """The last exchange (or run `number`) and those it continued, oldest first; and the run's number (0: none)."""
    last = store.get(number) if number else next((r for r in store.list(50) if r.command in ("ask", "chat")), None)
    chain: list[Run] = []
    run = last
    while run is not None and len(chain) < REMEMBERED:
        chain.append(run)
        before = int(run.parameters.get("continues", 0))
        try:
            run = store.get(before) if before else None
        except UsageError:  # forgotten since
            run = None
    return [Exchange(run.question, run.output, paths_of(run)) for run in reversed(chain)], last.id if last else 0


def paths_of(run: Run) -> tuple[str, ...]:
    """The files that a run's answer was made from."""
    return tuple(dict.fromkeys(str(place["path"]) for place in (*run.citations, *run.hits)))


def rehearse(index: Index, question: str, turn: Turn) -> tuple[DryRun, list[Message]]:
    """What a turn with a model would send first, and, for a follow-up, what is sent before that to rewrite the question."""
    assert turn.session is not None
    history = as_messages(list(turn.history)[-REMEMBERED:], private(index, turn))
    before = condensing(question, history, turn.library) if history else []
    query = standalone(question, history, None, turn.library)
    return dry_run(index, question, _asking(index, query, turn, history)), turn.session.prepare(before)[0]


def _extractive(index: Index, query: str, turn: Turn) -> Answer:
    settings = turn.config.ask
    return ask(index, query, places=settings.places, threshold=settings.threshold, paths=turn.paths)


def _with_model(index: Index, question: str, query: str, turn: Turn, history: list[Message]) -> Answer:
    return ask_model(index, question, _asking(index, query, turn, history))


def _asking(index: Index, query: str, turn: Turn, history: list[Message]) -> Asking:
    assert turn.session is not None
    config = turn.config
    accepted: list[tuple[str, str]] = []
    if config.ask.examples and turn.store is not None:
        kept_back = private(index, turn)
        runs = turn.store.list(ACCEPTED, rating=1)
        accepted = [(run.question, run.output) for run in runs if not any(map(kept_back, paths_of(run)))]
    return Asking(
        turn.session, turn.library, config,
        strategy=turn.strategy or config.ask.strategy,
        prompt=turn.prompt or config.tasks.ask.prompt,
        paths=turn.paths,
        history=history,
        examples=similar_examples(index, query, accepted, config.ask.examples),
        search_as=query,
        on_text=turn.on_text,
        on_step=turn.on_step,
    )  # fmt: skip


def _as_run(index: Index, turn: Turn, outcome: Outcome, query: str, spent: int) -> Run:
    answer, session = outcome.answer, turn.session
    run = Run(turn.command, answer.question, generation=int(index.catalog.meta("generation", 0)))
    run.output = answer.text
    run.citations = [c.as_json() for c in answer.citations]
    run.hits = [
        {"path": b.path, "start_line": b.start_line, "end_line": b.end_line, "folded": b.folded} for b in answer.blocks
    ] or [{"path": p.hit.path, "start_line": p.hit.start_line, "end_line": p.hit.end_line} for p in answer.places]
    parameters: dict[str, Any] = {"query": query, "paths": list(turn.paths), "continues": turn.continues}
    if session is None:
        run.parameters = parameters
        return run
    calls = Ledger(session.ledger.calls[spent:])
    settings = session.settings
    run.model, run.prompt, run.prompt_hash = session.model.name, answer.prompt, answer.prompt_hash
    if not run.prompt and calls.calls:  # the model failed: the prompt that was sent last
        run.prompt = calls.calls[-1].prompt
    run.parameters = parameters | {
        "strategy": answer.strategy, "temperature": settings.temperature, "max_output_tokens": settings.max_output_tokens,
        "context_tokens": turn.config.ask.context_tokens, "base_url": settings.base_url, "masked": calls.masked,
        "agreement": answer.agreement, "prompts": [c.prompt for c in calls.calls], "asked_strategy": turn.strategy,
        "asked_prompt": turn.prompt,
    }  # fmt: skip
    run.messages = [[m.as_json() for m in call.messages] for call in calls.calls]
    run.checks = answer.checks.as_json() if answer.checks else {}
    run.input_tokens, run.output_tokens, run.cost = calls.input_tokens, calls.output_tokens, calls.cost
    if outcome.error is not None:
        run.error = str(outcome.error)
        run.parameters = dict(run.parameters) | {"partial": outcome.error.partial}
    return run


def again(run: Run, turn: Turn) -> Turn:
    """A turn with the inputs of a kept run, to be taken now."""
    told = run.parameters
    continues = int(told.get("continues", 0))
    history = remembered(turn.store, continues)[0] if continues and turn.store is not None else []
    return replace(
        turn, strategy=str(told.get("strategy") or ""), prompt=run.prompt if told.get("asked_prompt") else "",
        paths=tuple(told.get("paths", ())), command="replay", history=history, continues=continues,
        search_as=str(told.get("query", "")) if continues else "",
    )  # fmt: skip
