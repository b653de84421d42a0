"""Ask the model about each sentence of an answer that the rules accept, with only the blocks that the sentence cites."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from codeassist.deadline import Events
from codeassist.errors import ModelError
from codeassist.evidence.blocks import render
from codeassist.evidence.claims.sentences import split, without_citations
from codeassist.models.answers import ask_for_record
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.prompts import render as messages_of
from codeassist.tasks.ask.answer import Answer


class Verdict(msgspec.Struct, frozen=True):
    """The prompt `judge`: whether the blocks show what a sentence says, and why."""

    reason: str
    holds: bool


def judge(answer: Answer, session: Session, library: Library, events: Events) -> None:
    """Add the sentences that the model does not find shown by their blocks to the unsupported ones of `answer.checks`.

    A failure of the model leaves the remaining sentences unjudged, with a note.
    """
    checks = answer.checks
    if checks is None:
        return
    prompt = library.find("judge")
    by_number = {block.n: block for block in answer.blocks}
    rejected: list[str] = []
    for sentence in split(answer.text):
        blocks = [by_number[n] for n in sentence.cited if n in by_number]
        if not sentence.claims or not blocks or sentence.text in checks.unsupported:
            continue
        criterion = f"this code shows that the following is true: {without_citations(sentence.text)}"
        messages = messages_of(prompt, {"criterion": criterion, "answer": render(blocks)})
        try:
            verdict = ask_for_record(session, messages, prompt.needed_schema, Verdict, asking=prompt.asking)
        except ModelError as error:
            events.note(f"Not every sentence was judged: {error}")
            break
        if not verdict.holds:
            rejected.append(sentence.text)
    answer.checks = replace(checks, unsupported=(*checks.unsupported, *rejected))
