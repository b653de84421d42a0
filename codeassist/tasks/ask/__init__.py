"""Answer a question: `extractive` from the index alone, `generative` with a model, `ask_question` with either of them.

Pass a question and an `AskContext` to `ask_question`; use a `Chat` for a dialogue with follow-ups.
"""

from __future__ import annotations

from codeassist.tasks.ask.answer import Answer, Citation, Shape
from codeassist.tasks.ask.answer_in_progress import AskOptions
from codeassist.tasks.ask.ask_question import AskContext, AskResult, ask_question, earlier_exchanges, plan_question
from codeassist.tasks.ask.extractive import ask
from codeassist.tasks.ask.generative import PlannedAsk, ask_model, plan_model_answer
from codeassist.tasks.ask.several import SeveralAnswers, answering
from indexers.search.shapes import shape_of

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
