"""Answer a question: `extractive` from the index alone, `generative` with a model, `ask_question` with either of them.

Pass a question and an `AskContext` to `ask_question`; use a `Chat` for a dialogue with follow-ups.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from codeassist.tasks.ask.answer import Answer, Citation, Shape
from codeassist.tasks.ask.ask_question import AskContext, AskResult, ask_question, earlier_exchanges, plan_question
from codeassist.tasks.ask.extractive import ask
from indexers.search.shapes import shape_of

if TYPE_CHECKING:
    from codeassist.tasks.ask.answer_in_progress import AskOptions
    from codeassist.tasks.ask.generative import PlannedAsk, ask_model, plan_model_answer
    from codeassist.tasks.ask.several import SeveralAnswers, answering

__all__ = [
    "Answer",
    "AskContext",
    "AskOptions",
    "AskResult",
    "Citation",
    "PlannedAsk",
    "SeveralAnswers",
    "Shape",
    "answering",
    "ask",
    "ask_model",
    "ask_question",
    "earlier_exchanges",
    "plan_model_answer",
    "plan_question",
    "shape_of",
]

_RARE = {
    "AskOptions": "answer_in_progress",
    "PlannedAsk": "generative",
    "ask_model": "generative",
    "plan_model_answer": "generative",
    "SeveralAnswers": "several",
    "answering": "several",
}


def __getattr__(name: str) -> Any:
    """Import what only an answer of a model or of several repositories needs on first use."""
    if name not in _RARE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"codeassist.tasks.ask.{_RARE[name]}"), name)
    return value
