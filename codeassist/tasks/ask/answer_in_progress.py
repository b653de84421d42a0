"""A question that a model is answering: its options, and the context gathered so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from codeassist.config import Config
from codeassist.deadline import SILENT, Cancel, Events
from codeassist.evidence.blocks import Block, LeftOut, Packed
from codeassist.evidence.packing import Source
from codeassist.models.answers import Record, ask_for_record
from codeassist.models.messages import Finish, Message, Reply
from codeassist.models.session import Session
from codeassist.prompts import Library, Prompt, render
from codeassist.tasks.ask.retrieval import context_for
from codeassist.tasks.ask.streaming import Splitter
from indexers import Index

LEAST_CONTEXT = 200
"""If fewer tokens than this are left for context, earlier exchanges are dropped."""


@dataclass(slots=True)
class AskOptions:
    """How a question is put to a model. `events` receive the streamed answer and a line for each step."""

    session: Session
    library: Library
    config: Config
    strategy: str = "auto"
    prompt: str = ""
    paths: Sequence[str] = ()
    history: Sequence[Message] = ()
    examples: Sequence[tuple[str, str]] = ()
    search_as: str = ""
    events: Events = SILENT
    cancel: Cancel = field(default_factory=Cancel)


@dataclass(slots=True)
class AnswerInProgress:
    """One question in progress, with the context blocks gathered so far; their numbers do not change."""

    index: Index
    question: str
    options: AskOptions
    source: Source
    blocks: list[Block] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    prompt: Prompt | None = None
    agreement: float | None = None
    finish: Finish = "stop"

    def step(self, words: str) -> None:
        """Record and report a step."""
        self.steps.append(words)
        self.options.events.step(words)

    def load(self, name: str, *, main: bool = False) -> Prompt:
        """Load a prompt; the user may select another `main` prompt, which is recorded."""
        prompt = self.options.library.find(self.options.prompt if main and self.options.prompt else name)
        if main:
            self.prompt = prompt
        return prompt

    def gather(self, query: str, budget: int) -> Packed:
        """Gather the context of a query in `budget` tokens; numbering continues after the existing blocks."""
        count = self.options.session.model.count_tokens
        first = len(self.blocks) + 1
        return self.add(context_for(self.index, self.source, query, budget, count, paths=self.options.paths, first=first))

    def add(self, packed: Packed) -> Packed:
        """Record packed blocks and return them."""
        self.blocks.extend(packed.blocks)
        self.left_out.extend(packed.left_out)
        return packed

    def budget(self, prompt: Prompt, inputs: Mapping[str, Any]) -> int:
        """The token budget for context in this prompt; drops the oldest exchanges if they leave less than `LEAST_CONTEXT`."""
        session, config = self.options.session, self.options.config
        while True:
            messages = self.messages(prompt, {**inputs, "context": ""})
            room = session.room() - session.estimate(messages)
            if room >= LEAST_CONTEXT or not self.options.history:
                return max(0, min(config.ask.context_tokens, room))
            self.options.history = self.options.history[2:]

    def messages(self, prompt: Prompt, inputs: Mapping[str, Any]) -> list[Message]:
        """The messages of a prompt, with the history inserted before the last message."""
        rendered = render(prompt, {k: v for k, v in inputs.items() if k in {i.name for i in prompt.inputs}})
        return [*rendered[:-1], *self.options.history, rendered[-1]]

    def ask(self, prompt: Prompt, inputs: Mapping[str, Any], *, aloud: bool = True, **how: Any) -> str:
        """Send a prompt to the model and return the answer without the reasoning, which is recorded; streams it if `aloud`."""
        splitter = Splitter(self.options.events.text if aloud else None)
        self.options.cancel.check()
        reply: Reply = self.options.session.ask(
            self.messages(prompt, inputs), on_text=splitter.feed, asking=prompt.asking, **how
        )
        splitter.close()
        self.finish = reply.finish
        answer, reasoning = splitter.split()
        if reasoning := reasoning or reply.reasoning:
            self.reasoning.append(reasoning)
        return answer

    def decide(self, prompt: Prompt, inputs: Mapping[str, Any], record: type[Record]) -> Record:
        """Send a prompt with a schema to the model and return its answer as a record."""
        messages = self.messages(prompt, inputs)
        return ask_for_record(self.options.session, messages, prompt.needed_schema, record, asking=prompt.asking)


def as_examples(options: AskOptions) -> list[dict[str, str]]:
    """Accepted answers in the form that prompts expect."""
    return [{"question": question, "answer": answer} for question, answer in options.examples]
