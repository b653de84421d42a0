"""One question to several repositories: those whose index bears the question out answer it, each for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from codeassist.evidence.confidence import LOOKED_AT, judged, not_borne_out
from codeassist.tasks.ask.ask_question import AskResult
from indexers import Index

LEAST_SHARE = 0.1
"""A repository answers beside a better one if it is the one that is meant with at least this chance: its share of the odds."""

MOST_ANSWERS = 3
"""The most repositories that answer one question; a model is asked once for each."""


@dataclass(frozen=True, slots=True)
class SeveralAnswers:
    """(repository, result), the most confident first, and the repositories that were not asked."""

    question: str
    answers: list[tuple[str, AskResult]]
    others: list[str]

    def exit_code(self, *, strict: bool = False) -> int:
        """0 when an answer is good; otherwise that of the first one, see `AskResult.exit_code`."""
        codes = [result.exit_code(strict=strict) for _, result in self.answers]
        return 0 if 0 in codes and not strict else max(codes, default=0)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.ask-several/1`; an answer is `codeassist.ask/1` and its repository."""
        return {
            "schema": "codeassist.ask-several/1",
            "question": self.question,
            "answers": [{"repository": name} | result.as_json() for name, result in self.answers],
            "not_asked": self.others,
        }


def answering(
    indexes: Sequence[tuple[str, Index]], question: str, threshold: float, paths: Sequence[str] = ()
) -> list[tuple[str, Index]]:
    """Of (name, index), those whose confidence reaches the threshold, the most confident first; else the most confident one.

    The confidence is a probability (`evidence.confidence`), so it compares between repositories. One that does not bear out a
    weighty word which the best one does bear out has nothing to add. Raises `QueryError`.
    """
    asked = [_asked(name, index, question, paths) for name, index in indexes]
    asked.sort(key=lambda entry: -entry.confidence)
    best = asked[0]
    odds = [entry.confidence / max(1e-6, 1 - entry.confidence) for entry in asked]
    least = LEAST_SHARE * sum(odds)
    sure = [
        entry
        for entry, chance in zip(asked, odds, strict=True)
        if entry.confidence >= threshold and chance >= least and entry.missing <= best.missing
    ]
    return [(entry.name, entry.index) for entry in (sure or asked[:1])[:MOST_ANSWERS]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A repository with its confidence and the words of the question that it does not bear out."""

    name: str
    index: Index
    confidence: float
    missing: frozenset[str]


def _asked(name: str, index: Index, question: str, paths: Sequence[str]) -> _Asked:
    ranked = index.passages(question, LOOKED_AT, paths=paths)
    judgement = judged(index, question, ranked)
    return _Asked(name, index, judgement.value, frozenset((*not_borne_out(ranked), *judgement.absent)))
