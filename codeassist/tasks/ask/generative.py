"""Answer with a model: retrieve, pack, reason by a strategy, check. Callers fall back to the extractive answer on failure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from codeassist.evidence.blocks import Packed
from codeassist.evidence.claims.answer import check, cited_numbers
from codeassist.evidence.confidence import judged
from codeassist.evidence.packing import Source
from codeassist.models.messages import Message, Reply
from codeassist.tasks.ask.answer import Answer, Citation
from codeassist.tasks.ask.answer_in_progress import AnswerInProgress, AskOptions
from codeassist.tasks.ask.extractive import not_found
from codeassist.tasks.ask.strategies import MOST_PARTS, STRATEGIES, choose
from indexers import Index, QueryError
from indexers.search.shapes import shape_of

GIVE_UP = 0.4
"""Below this share of the confidence threshold nothing is sent: the model would be likely to invent an answer."""


_NOT_FOUND = re.compile(
    r"^\W*(?:not found|\u672a\u627e\u5230|no encontrado|nicht gefunden|introuvable|non trouv|"
    r"\u898b\u3064\u304b\u308a\u307e\u305b\u3093)",
    re.IGNORECASE,
)


def ask_model(index: Index, question: str, options: AskOptions) -> Answer:
    """Answer with a model. Raises `QueryError` for an empty question and `ModelError` if the model fails."""
    if not question.strip():
        raise QueryError("The question is empty.")
    shape = shape_of(question)
    query = options.search_as or question
    ranked = index.passages(query, 10, paths=options.paths)
    hits = ranked.hits
    judgement = judged(index, query, ranked)
    certainty = judgement.value
    strategy = choose(question, shape, options)
    work = AnswerInProgress(index, question, options, _source(index, options))
    answered = certainty >= GIVE_UP * options.config.ask.threshold or strategy == "explore" or bool(options.history and hits)
    text = STRATEGIES[strategy](work) if answered else not_found(hits, judgement.absent)
    answered = answered and bool(text.strip()) and not _NOT_FOUND.match(text)
    shown = {block.n: block for block in work.blocks}
    numbers = [n for n in cited_numbers(text) if n in shown]
    return Answer(
        question,
        text,
        answered,
        shape,
        certainty,
        citations=[Citation(n, (b := shown[n]).path, b.start_line, b.end_line, b.name) for n in numbers],
        model=options.session.model.name,
        prompt=work.prompt.id if work.prompt else "",
        prompt_hash=work.prompt.content_hash if work.prompt else "",
        strategy=strategy,
        blocks=work.blocks,
        left_out=work.left_out,
        checks=check(index, text, work.blocks) if answered else None,
        reasoning="\n\n".join(work.reasoning),
        agreement=work.agreement,
        finish=work.finish,
        steps=work.steps,
    )


@dataclass(slots=True)
class PlannedAsk:
    """The first request to a model: its masked messages, the blocks in them, the prompt, and the number of masked secrets."""

    messages: list[Message]
    packed: Packed
    prompt: str
    masked: int
    calls: int = 1
    model: str = ""
    tokens: int = 0
    cost: float | None = None
    before: list[Message] = field(default_factory=list)
    """The messages of the call that first rewrites a follow-up as a standalone question."""

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.dry-run/1`."""
        return {
            "schema": "codeassist.dry-run/1",
            "model": self.model,
            "prompt": self.prompt,
            "messages": [m.as_json() for m in self.messages],
            "before": [m.as_json() for m in self.before],
            "files": [
                {"path": b.path, "start_line": b.start_line, "end_line": b.end_line, "folded": b.folded}
                for b in self.packed.blocks
            ],
            "tokens": self.tokens,
            "cost": self.cost,
            "calls": self.calls,
            "masked": self.masked,
        }


def plan_model_answer(index: Index, question: str, options: AskOptions) -> PlannedAsk:
    """Prepare a question up to its first model call and return what that would send. Nothing is sent."""
    work = AnswerInProgress(index, question, options, _source(index, options))
    recorded: list[tuple[Sequence[Message], str]] = []

    def record(messages: Sequence[Message], **how: Any) -> Reply:
        recorded.append((messages, how["asking"].prompt))
        raise _Recorded

    options.session = copy(options.session)
    options.session.ask = record  # type: ignore[method-assign]
    strategy = choose(question, shape_of(question), options)
    with suppress(_Recorded):
        STRATEGIES[strategy](work)
    messages, prompt = recorded[0]
    prepared, masked = options.session.prepare(messages)
    settings = options.config.ask
    calls = {"vote": settings.samples, "decompose": MOST_PARTS + 2, "explore": settings.steps + 1}.get(strategy, 1)
    return PlannedAsk(prepared, Packed(work.blocks, work.left_out), prompt, masked, calls)


class _Recorded(Exception):  # noqa: N818  # control flow, not an error
    """Raised when a dry run reaches its first model call."""


def _source(index: Index, options: AskOptions) -> Source:
    return Source(index, options.config.privacy.never_send if options.session.model.remote else ())
