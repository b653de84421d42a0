"""Ask a model some of the questions, and count what the check of its answers says and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from codeassist.deadline import SILENT, Cancel, Events
from codeassist.errors import ModelError
from codeassist.models.ledger import Ledger
from codeassist.models.session import Session
from codeassist.tasks.evaluate.questions import Question


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What the check says about one answer: the cited files, its sentences, those that are not supported, any mark."""

    found: bool
    cited: frozenset[str]
    sentences: int
    unsupported: int
    clean: bool


@dataclass(slots=True)
class ModelAnswers:
    """The answers of a model, counted, with its calls. `right_file`: answers that cite a file that answers the question."""

    model: str
    ledger: Ledger
    questions: int = 0
    answered: int = 0
    right_file: int = 0
    clean: int = 0
    sentences: int = 0
    unsupported: int = 0

    @property
    def supported(self) -> float | None:
        """The share of the sentences that is supported by what they cite; None without sentences."""
        return 1 - self.unsupported / self.sentences if self.sentences else None

    def add(self, question: Question, answer: ModelAnswer) -> None:
        """Count one answer."""
        self.questions += 1
        self.answered += answer.found
        self.right_file += bool(answer.cited & question.answers)
        self.clean += answer.clean
        self.sentences += answer.sentences
        self.unsupported += answer.unsupported

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        supported = self.supported
        return {
            "model": self.model,
            "questions": self.questions,
            "answered": self.answered,
            "right_file": self.right_file,
            "clean": self.clean,
            "sentences": self.sentences,
            "unsupported": self.unsupported,
            "supported": None if supported is None else round(supported, 4),
            "usage": self.ledger.as_json(),
        }


def ask_the_model(
    session: Session,
    questions: Sequence[Question],
    limit: int,
    ask: Callable[[str], ModelAnswer],
    events: Events = SILENT,
    cancel: Cancel | None = None,
) -> tuple[ModelAnswers, ModelError | None]:
    """Ask up to `limit` questions, of each kind in turn; a failure of the model ends it and is returned."""
    stop = cancel or Cancel()
    answers = ModelAnswers(session.model.name, session.ledger)
    chosen = in_turn(questions)[:limit]
    for number, question in enumerate(chosen):
        stop.check()
        try:
            answers.add(question, ask(question.text))
        except ModelError as error:
            return answers, error
        events.progress(number + 1, len(chosen))
    return answers, None


def in_turn(questions: Sequence[Question]) -> list[Question]:
    """The questions with their kinds in turn, each kind in its order."""
    seen: dict[str, int] = {}
    places = []
    for question in questions:
        seen[question.kind] = seen.get(question.kind, 0) + 1
        places.append(seen[question.kind])
    return [questions[i] for i in sorted(range(len(questions)), key=lambda i: places[i])]
