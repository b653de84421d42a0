"""Answer with a model: retrieve, pack, reason by a strategy, check. The extractive answer is what is left when it fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from codeassist.config import Config
from codeassist.evidence.claims import check, cited_numbers
from codeassist.evidence.confidence import confidence
from codeassist.evidence.packing import Block, LeftOut, Packed, Source
from codeassist.evidence.places import find_place, gather, named_definition, place_of
from codeassist.models.answers import ask_for_json
from codeassist.models.messages import Finish, Message, Reply
from codeassist.models.session import Session
from codeassist.prompts import Library, Prompt, render
from codeassist.tasks.ask.answer import Answer, Citation, Shape
from codeassist.tasks.ask.extractive import not_found, shape_of
from codeassist.tasks.ask.streaming import Splitter
from indexers import Hit, Index, QueryError
from indexers.search.searcher import Options

CANDIDATES = 24
"""Chunks that are offered to the packer; more than fit most windows."""

GIVE_UP = 0.4
"""Below this share of the threshold of confidence nothing is sent: the model would only be tempted to invent."""

LEAST_CONTEXT = 200
"""Tokens of context below which an earlier exchange is forgotten first."""

AROUND = 3
_NOT_FOUND = re.compile(
    r"^\W*(?:not found|\u672a\u627e\u5230|no encontrado|nicht gefunden|introuvable|non trouv|"
    r"\u898b\u3064\u304b\u308a\u307e\u305b\u3093)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Asking:
    """How a question is put to a model. `on_text` gets the answer as it comes, `on_step` a line for each step."""

    session: Session
    library: Library
    config: Config
    strategy: str = "auto"
    prompt: str = ""
    paths: Sequence[str] = ()
    history: Sequence[Message] = ()
    examples: Sequence[tuple[str, str]] = ()
    search_as: str = ""
    on_text: Callable[[str], None] | None = None
    on_step: Callable[[str], None] | None = None


@dataclass(slots=True)
class Work:
    """One question under way: what was gathered so far, with numbers that stay."""

    index: Index
    question: str
    asking: Asking
    source: Source
    blocks: list[Block] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    prompt: Prompt | None = None
    agreement: float | None = None
    finish: Finish = "stop"

    def step(self, words: str) -> None:
        """Say what is being done."""
        self.steps.append(words)
        if self.asking.on_step is not None:
            self.asking.on_step(words)

    def load(self, name: str, *, main: bool = False) -> Prompt:
        """A prompt in force; the main one may be named by the user."""
        prompt = self.asking.library.find(self.asking.prompt if main and self.asking.prompt else name)
        if main:
            self.prompt = prompt
        return prompt

    def gather(self, query: str, budget: int) -> Packed:
        """Retrieve for a query and pack what is new, with numbers that go on from what is there."""
        hits = retrieve(self.index, query, self.asking.paths)
        return self.add(self.source.pack(hits, budget, self.asking.session.model.count_tokens, first=len(self.blocks) + 1))

    def add(self, packed: Packed) -> Packed:
        """Keep packed blocks."""
        self.blocks.extend(packed.blocks)
        self.left_out.extend(packed.left_out)
        return packed

    def budget(self, prompt: Prompt, inputs: dict[str, Any]) -> int:
        """Tokens that context may take in this prompt; earlier exchanges are forgotten, oldest first, when they leave none."""
        session, config = self.asking.session, self.asking.config
        while True:
            messages = self.messages(prompt, inputs | {"context": ""})
            room = session.room() - session.estimate(messages)
            if room >= LEAST_CONTEXT or not self.asking.history:
                return max(0, min(config.ask.context_tokens, room))
            self.asking.history = self.asking.history[2:]

    def messages(self, prompt: Prompt, inputs: dict[str, Any]) -> list[Message]:
        """The messages of a prompt, with earlier exchanges before the last one."""
        rendered = render(prompt, {k: v for k, v in inputs.items() if k in {i.name for i in prompt.inputs}})
        return [*rendered[:-1], *self.asking.history, rendered[-1]]

    def say(self, prompt: Prompt, inputs: dict[str, Any], *, aloud: bool = True, **how: Any) -> str:
        """Put a prompt to the model and return its answer without its reasoning, which is kept apart."""
        splitter = Splitter(self.asking.on_text if aloud else None)
        reply: Reply = self.asking.session.ask(self.messages(prompt, inputs), on_text=splitter.feed, prompt=prompt.id, **how)
        splitter.close()
        self.finish = reply.finish
        answer, reasoning = splitter.split()
        if reasoning:
            self.reasoning.append(reasoning)
        return answer

    def decide(self, prompt: Prompt, inputs: dict[str, Any]) -> Any:
        """Put a prompt with a schema to the model and return the value."""
        return ask_for_json(self.asking.session, self.messages(prompt, inputs), prompt.needed_schema, prompt=prompt.id)


def ask_model(index: Index, question: str, asking: Asking) -> Answer:
    """Answer with a model. Raises `QueryError` for an empty question and `ModelError` when the model fails."""
    from codeassist.tasks.ask.strategies import STRATEGIES, choose

    if not question.strip():
        raise QueryError("The question is empty.")
    shape = shape_of(question)
    query = asking.search_as or question
    hits = index.search(query, 10, paths=asking.paths)
    sure = confidence(index, query, hits)
    strategy = choose(question, shape, asking)
    work = Work(index, question, asking, _source(index, asking))
    found = sure >= GIVE_UP * asking.config.ask.threshold or strategy == "explore" or bool(asking.history and hits)
    text = STRATEGIES[strategy](work) if found else not_found(hits)
    found = found and bool(text.strip()) and not _NOT_FOUND.match(text)
    shown = {block.n: block for block in work.blocks}
    numbers = [n for n in cited_numbers(text) if n in shown]
    return Answer(
        question, text, found, shape, sure,
        citations=[Citation(n, (b := shown[n]).path, b.start_line, b.end_line, b.name) for n in numbers],
        model=asking.session.model.name,
        prompt=work.prompt.id if work.prompt else "",
        prompt_hash=work.prompt.content_hash if work.prompt else "",
        strategy=strategy,
        blocks=work.blocks,
        left_out=work.left_out,
        checks=check(index, text, work.blocks) if found else None,
        reasoning="\n\n".join(work.reasoning),
        agreement=work.agreement,
        finish=work.finish,
        steps=work.steps,
    )  # fmt: skip


@dataclass(slots=True)
class DryRun:
    """What a first call would send: the messages (masked), the blocks in them, the prompt, and how many secrets were masked."""

    messages: list[Message]
    packed: Packed
    prompt: str
    masked: int
    calls: int = 1


def dry_run(index: Index, question: str, asking: Asking) -> DryRun:
    """Go the way of a real question up to its first call, and say what that would send. Nothing is sent."""
    from codeassist.tasks.ask.strategies import MOST_PARTS, STRATEGIES, choose

    work = Work(index, question, asking, _source(index, asking))
    seen: list[tuple[Sequence[Message], str]] = []

    def record(messages: Sequence[Message], **how: Any) -> Reply:
        seen.append((messages, str(how.get("prompt", ""))))
        raise _Recorded

    asking.session = copy(asking.session)
    asking.session.ask = record  # type: ignore[method-assign]
    strategy = choose(question, shape_of(question), asking)
    with suppress(_Recorded):
        STRATEGIES[strategy](work)
    messages, prompt = seen[0]
    prepared, masked = asking.session.prepare(messages)
    settings = asking.config.ask
    calls = {"vote": settings.samples, "decompose": MOST_PARTS + 2, "explore": settings.steps + 1}.get(strategy, 1)
    return DryRun(prepared, Packed(work.blocks, work.left_out), prompt, masked, calls)


class _Recorded(Exception):  # noqa: N818  # a way out, not an error
    """The first call of a dry run was reached."""


def retrieve(index: Index, query: str, paths: Sequence[str] = ()) -> list[Hit]:
    """Chunks for a query, best first, with the definition it names in front and, when it asks who uses that, the uses."""
    hits = [h for h in index.search(query, CANDIDATES, paths=paths, options=Options(all_chunks=True)) if h.text.strip()]
    shape: Shape = shape_of(query)
    named = named_definition(index, query) if shape in ("what", "who") and not paths else None
    if named is None:
        return hits
    place = place_of(index, named, 1)
    front = [place.hit]
    if shape == "who":
        for use in gather(index, place, query, ()).callers:
            span = (max(1, use.line - AROUND), use.line + AROUND)
            front.append(Hit(use.path, *span, 1.0, use.by, "use", named.language, "", qualified_name=use.by))
    return front + hits


def place_titles(index: Index, question: str, hits: Sequence[Hit]) -> list[str]:
    """Short names of the places a question led to, for follow-ups and clarification."""
    return [find_place(index, hit, question, 1).title for hit in hits]


def as_examples(asking: Asking) -> list[dict[str, str]]:
    """Accepted answers in the form prompts take."""
    return [{"question": question, "answer": answer} for question, answer in asking.examples]


def _source(index: Index, asking: Asking) -> Source:
    return Source(index, asking.config.privacy.never_send if asking.session.model.remote else ())
