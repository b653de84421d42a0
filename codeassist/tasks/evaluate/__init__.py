"""Measure the quality of retrieval on a repository, and of a model's answers."""

from __future__ import annotations

from codeassist.tasks.evaluate.answering import ModelAnswer, ModelAnswers, ask_the_model
from codeassist.tasks.evaluate.measure import Evaluation, Scores, compare_configurations
from codeassist.tasks.evaluate.questions import Question, make_questions

__all__ = [
    "Evaluation",
    "ModelAnswer",
    "ModelAnswers",
    "Question",
    "Scores",
    "ask_the_model",
    "compare_configurations",
    "make_questions",
]
