"""Questions that are part of a talk: follow-ups that lean on the last one, and vague ones that are worth asking back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from codeassist.errors import CancelledError, ModelError
from codeassist.models.answers import ask_for_json
from codeassist.models.messages import Message
from codeassist.models.session import Session
from codeassist.prompts import Library, render
from indexers import Hit, Index
from indexers.syntax.words import STOP_WORDS, words

KEPT_BACK = "(This answer was made from files that are not sent.)"

MOST_QUESTIONS = 3
FEW_WORDS = 4
"""A follow-up with fewer telling words than this cannot be searched for by itself."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, with the files the answer was made from."""

    question: str
    answer: str
    paths: tuple[str, ...] = ()


def as_messages(exchanges: Sequence[Exchange], is_private: Callable[[str], bool]) -> list[Message]:
    """Exchanges as a model is told them: answers made from private files are kept back."""
    messages = []
    for exchange in exchanges:
        answer = KEPT_BACK if any(map(is_private, exchange.paths)) else exchange.answer
        messages += [Message("user", exchange.question), Message("assistant", answer)]
    return messages


def standalone(question: str, history: Sequence[Message], session: Session | None, library: Library) -> str:
    """A follow-up as words that can be searched for: rewritten by the model, or joined with the question before it."""
    asked = [m.content for m in history if m.role == "user"]
    if not asked:
        return question
    if session is not None:
        try:
            reply = session.ask(condensing(question, history, library), prompt=library.find("ask-condense").id)
            if reply.finish == "interrupted":
                raise CancelledError
            found = reply.text
            line = found.strip().split("\n")[0].strip().strip('"')
            if line and len(line) < 400:
                return line
        except ModelError:
            pass  # the words themselves still lead somewhere; the answer's own call will say what is wrong
    telling = [w for w in words(question) if w not in STOP_WORDS and len(w) > 2]
    return question if len(telling) >= FEW_WORDS else f"{question} {asked[-1]}"


def condensing(question: str, history: Sequence[Message], library: Library) -> list[Message]:
    """The messages that ask a model to rewrite a follow-up."""
    told = [{"question": a.content, "answer": b.content[:600]} for a, b in zip(history[::2], history[1::2], strict=False)]
    return render(library.find("ask-condense"), {"question": question, "history": told})


def clarifying(question: str, session: Session, library: Library, hits: Sequence[Hit]) -> list[str]:
    """Up to three questions worth asking back before answering; none when the question is clear."""
    prompt = library.find("ask-clarify")
    places = [f"{h.path}: {h.qualified_name or h.name}" for h in hits[:8]]
    answer = ask_for_json(
        session, render(prompt, {"question": question, "places": places}), prompt.needed_schema, prompt=prompt.id
    )
    return [q.strip() for q in answer["questions"] if q.strip()][:MOST_QUESTIONS]


def clarified(question: str, told: Sequence[tuple[str, str]]) -> str:
    """The question with what the person said when asked back."""
    said = " ".join(f"({q} {a})" for q, a in told if a.strip())
    return f"{question} {said}".strip()


def similar_examples(index: Index, question: str, accepted: Sequence[tuple[str, str]], limit: int) -> list[tuple[str, str]]:
    """Of accepted (question, answer) pairs those whose question means most the same, best last, where models look most."""
    if not accepted or limit <= 0:
        return []
    rows = index.encoder.encode([question, *(q for q, _ in accepted)], query=True)
    order = sorted(range(len(accepted)), key=lambda i: -float(rows[0] @ rows[i + 1]))[:limit]
    return [accepted[i] for i in reversed(order)]
