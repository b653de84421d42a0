"""One turn of a talk, from question to kept run: with a model, with the extractive answer when that fails, or without one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from codeassist.config import Config
from codeassist.errors import ModelError
from codeassist.messages import Message
from codeassist.models.session import Ledger, Session
from codeassist.prompts import Library
from codeassist.runs import Run, RunStore, RunStoreError
from codeassist.tasks.ask.answer import Answer
from codeassist.tasks.ask.dialogue import similar_examples, standalone
from codeassist.tasks.ask.extractive import ask
from codeassist.tasks.ask.generative import Asking, ask_model
from indexers import Index

REMEMBERED = 6
"""Messages of earlier exchanges that a model is told: three questions with their answers."""

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
    history: Sequence[Message] = ()
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
    history = list(turn.history)[-REMEMBERED:]
    spent = len(turn.session.ledger.calls) if turn.session else 0
    error: ModelError | None = None
    query = question
    try:
        query = standalone(question, history, turn.session, turn.library)
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


def remembered(store: RunStore, limit: int = REMEMBERED // 2) -> tuple[list[Message], int]:
    """The last exchange and those it continued, oldest first, as messages; and the number of the last run (0: none)."""
    last = next(iter(run for run in store.list(50) if run.command in ("ask", "chat")), None)
    chain: list[Run] = []
    run = last
    while run is not None and len(chain) < limit:
        chain.append(run)
        before = int(run.parameters.get("continues", 0))
        run = store.get(before) if before else None
    told = [m for run in reversed(chain) for m in (Message("user", run.question), Message("assistant", run.output))]
    return told, last.id if last else 0


def _extractive(index: Index, query: str, turn: Turn) -> Answer:
    settings = turn.config.ask
    return ask(index, query, places=settings.places, threshold=settings.threshold, paths=turn.paths)


def _with_model(index: Index, question: str, query: str, turn: Turn, history: list[Message]) -> Answer:
    assert turn.session is not None
    config = turn.config
    accepted: list[tuple[str, str]] = []
    if config.ask.examples and turn.store is not None:
        accepted = [(run.question, run.output) for run in turn.store.list(ACCEPTED, rating=1)]
    asking = Asking(
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
    return ask_model(index, question, asking)


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
    return replace(
        turn, strategy=str(told.get("strategy") or ""), prompt=run.prompt if told.get("asked_prompt") else "",
        paths=tuple(told.get("paths", ())), command="replay",
    )  # fmt: skip
