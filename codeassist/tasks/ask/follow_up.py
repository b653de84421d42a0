"""Questions in a dialogue: follow-ups that refer to the last question, and clarifying questions for vague ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codeassist.errors import CancelledError, ModelError
from codeassist.evidence.absent_subjects import is_common
from codeassist.evidence.places import SCAFFOLD
from indexers import Hit, Index
from indexers.search.query import understand
from indexers.syntax.words import STOP_WORDS, identifiers, stem, words

if TYPE_CHECKING:
    from codeassist.models.messages import Message
    from codeassist.models.session import Session
    from codeassist.prompts import Library

KEPT_BACK = "(This answer was made from files that are not sent.)"

MOST_QUESTIONS = 3
FEW_WORDS = 4
"""A question that refers to an earlier one and has fewer words of its own than this cannot be searched for alone."""

LEAST_WORDS = 2
"""The same for a question that refers to nothing."""

REFUSED = "Not found in this repository:"
"""How an answer begins that was not found."""

_PRONOUN = re.compile(
    r"\b(?:it(?! (?:possible|allowed|true)\b)|this one|them|they|(?<=is )that(?= (?!possible|allowed|true|right)\w+\W*$))\b",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"^\s*(?:and|but|so|or|then|also|what about|how about|why(?: not)?\W*$|ok(?:ay)?)\b|"
    r"\b(?:that one|(?<!\bis )(?<!\bare )there(?! (?:is|are)\b)|the same|those)\b",
    re.IGNORECASE,
)
"""Words by which a question goes on from the one before it, besides pronouns."""

_ABOUT = re.compile(r"(?:(?:Yes|No|Probably)\b[^`]{0,120}?)?`([A-Za-z_][\w.:]*)` in `")
"""The first definition of an answer, as `codeassist.tasks.ask.brief` names it."""

_ASIDE = SCAFFOLD | {
    stem(word) for word in ("tested", "tests", "test", "explain", "describe", "find", "show", "about", "break")
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, with the files that the answer is based on; `cited` are the places of its numbers."""

    question: str
    answer: str
    paths: tuple[str, ...] = ()
    cited: Mapping[int, str] = field(default_factory=dict)


def as_messages(exchanges: Sequence[Exchange], is_private: Callable[[str], bool]) -> list[Message]:
    """Exchanges as messages for a model; answers based on private files are replaced by a notice.

    Instead of numbers, which mean other blocks in the next question, earlier answers have the cited places.
    """
    from codeassist.models.messages import Message

    messages = []
    for exchange in exchanges:
        answer = KEPT_BACK if any(map(is_private, exchange.paths)) else with_places(exchange)
        messages += [Message("user", exchange.question), Message("assistant", answer)]
    return messages


def with_places(exchange: Exchange) -> str:
    """An answer with its citations replaced by the places that they mean; those of unknown places are left out."""
    from codeassist.evidence.claims.sentences import cited_numbers, replaced

    def place(numbers: list[int]) -> str:
        places = [f"`{exchange.cited[n]}`" for n in numbers if n in exchange.cited]
        return f"({', '.join(places)})" if places else ""

    if not cited_numbers(exchange.answer):
        return exchange.answer
    return re.sub(r"(?<=\S) +(?=[.,;:!?\n]|$)", "", replaced(exchange.answer, place))


def standalone(question: str, history: Sequence[Message], session: Session | None, library: Library) -> str:
    """A follow-up as a query that can be searched for: rewritten by the model, or joined with the question before it."""
    questions = [m.content for m in history if m.role == "user"]
    if not questions:
        return question
    if session is not None:
        try:
            reply = session.ask(condensing(question, history, library), asking=library.find("ask-condense").asking)
            if reply.finish == "interrupted":
                raise CancelledError
            text = reply.text
            line = text.strip().split("\n")[0].strip().strip('"')
            if line and len(line) < 400:
                return line
        except ModelError:
            pass  # the question itself can still be searched for; the call for the answer will report the error
    if not _goes_on(question):
        return question
    subject = _subject(history)
    if subject and _PRONOUN.search(question):
        return _PRONOUN.sub(lambda _: subject, question, count=1)
    return f"{question} {questions[_base(questions)]}"


def unanswered(question: str, history: Sequence[Message]) -> str:
    """The earlier question that a follow-up without words of its own refers to, if it was refused; else empty.

    What the follow-up asks for then has no subject, and whatever its few words find is about something else.
    """
    turns = list(zip(history[::2], history[1::2], strict=False))
    if not turns or not _goes_on(question) or _own_words(question):
        return ""
    if _PRONOUN.search(question) and _subject(history):
        return ""
    asked, reply = turns[_base([asked.content for asked, _ in turns])]
    return asked.content if reply.content.startswith(REFUSED) else ""


def _goes_on(question: str) -> bool:
    """Whether a question needs the one before it to be understood."""
    if _PRONOUN.search(question) or _REFERS.search(question):
        return len(_own_words(question)) < FEW_WORDS
    return len(_plain_words(question)) < LEAST_WORDS


def _base(questions: Sequence[str]) -> int:
    """The position of the last question that can be understood alone; 0 if there is none."""
    return next((i for i in range(len(questions) - 1, 0, -1) if not _goes_on(questions[i])), 0)


def _plain_words(question: str) -> list[str]:
    """The words of a question besides those of its phrasing."""
    return [word for word in words(question) if word not in STOP_WORDS and len(word) > 2 and stem(word) not in _ASIDE]


def _own_words(question: str) -> list[str]:
    """The words that say what a question is about."""
    return [word for word in _plain_words(question) if not is_common(word)]


def subject_of(question: str) -> str:
    """The name that a question is about: one spelled as code, or its only significant word; empty for other questions."""
    query = understand(question)
    if named := [*query.qualified, *query.symbols] or [*query.proper]:
        return named[-1] if not query.qualified else query.qualified[-1]
    plain = [w for w in identifiers(question) if w.lower() not in STOP_WORDS and stem(w.lower()) not in _ASIDE]
    return plain[0] if len(plain) == 1 else ""


def _subject(history: Sequence[Message]) -> str:
    """What a dialogue is about: the subject of the last question that has one, or the first definition of its answer.

    A later question with a pronoun was itself about what was asked before it.
    """
    turns = list(zip(history[::2], history[1::2], strict=False))
    for number, (asked, reply) in reversed(list(enumerate(turns))):
        refused = reply.content.startswith(REFUSED)
        if (subject := subject_of(asked.content)) and not (refused and _goes_on(asked.content)):
            return subject
        follows = number and _PRONOUN.search(asked.content)
        if not follows and (subject := _answered(reply.content)):
            return subject
    return ""


def _answered(answer: str) -> str:
    """The name of the definition that an answer without a model begins with; empty if it begins with something else."""
    match = _ABOUT.match(answer)
    return match[1] if match else ""


def condensing(question: str, history: Sequence[Message], library: Library) -> list[Message]:
    """The messages that ask a model to rewrite a follow-up as a standalone question."""
    from codeassist.prompts import render

    exchanges = [{"question": a.content, "answer": b.content[:600]} for a, b in zip(history[::2], history[1::2], strict=False)]
    return render(library.find("ask-condense"), {"question": question, "history": exchanges})


def clarifying(question: str, session: Session, library: Library, hits: Sequence[Hit]) -> list[str]:
    """Up to three clarifying questions to ask the user before answering; none if the question is clear."""
    from codeassist.models.answers import ask_for_record
    from codeassist.prompts import render
    from codeassist.prompts.records import Questions

    prompt = library.find("ask-clarify")
    places = [f"{h.path}: {h.qualified_name or h.name}" for h in hits[:8]]
    messages = render(prompt, {"question": question, "places": places})
    answer = ask_for_record(session, messages, prompt.needed_schema, Questions, asking=prompt.asking)
    return [q.strip() for q in answer.questions if q.strip()][:MOST_QUESTIONS]


def clarified(question: str, replies: Sequence[tuple[str, str]]) -> str:
    """The question with the user's answers to clarifying questions, given as (question, answer) pairs."""
    answered = " ".join(f"({q} {a})" for q, a in replies if a.strip())
    return f"{question} {answered}".strip()


def similar_examples(index: Index, question: str, accepted: Sequence[tuple[str, str]], limit: int) -> list[tuple[str, str]]:
    """The accepted (question, answer) pairs with the most similar questions, best last, where models pay most attention."""
    if not accepted or limit <= 0:
        return []
    rows = index.encoder.encode([question, *(q for q, _ in accepted)], query=True)
    order = sorted(range(len(accepted)), key=lambda i: -float(rows[0] @ rows[i + 1]))[:limit]
    return [accepted[i] for i in reversed(order)]
