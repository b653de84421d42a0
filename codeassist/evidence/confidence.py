"""How sure one can be that hits answer a question at all: a number between 0 and 1, compared with a threshold.

A logistic regression over five observations. Its weights were fitted on the open retrieval benchmark (questions about
things that are there) and on questions about things that are in none of those repositories; `benchmarks/confidence.py`
reads it on the half it was not fitted on, and benchmarks/README.md says how well it separates the two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from codeassist.evidence.places import SCAFFOLD
from indexers import Hit, Index
from indexers.search.fusion import WEIGHTS
from indexers.search.query import name_terms, understand
from indexers.syntax.words import STOP_WORDS, identifiers, stem, terms

LOOKED_AT = 5
"""Hits whose words count: an answer may be spread over a few."""

COEFFICIENTS = (3.94, 2.41, 5.84, 2.39, 2.84)
INTERCEPT = -6.94

ALL_DEFINED = 0.8
"""The least confidence when every word that matters is the name of a definition: 'who calls authenticate'."""

UNKNOWN_NAME = 0.4
"""What is left of the confidence when the question is only a name that the repository neither defines nor uses."""


@dataclass(frozen=True, slots=True)
class Observations:
    """What the confidence is made of, each between 0 and 1.

    best_coverage and joint_coverage: the rarity-weighted share of the question's terms in the best hit and in the first
    few together; similarity: the largest cosine; named: whether a name the question spells out exists; file_name:
    whether the words of one of the first files' names are all asked for.
    """

    best_coverage: float
    joint_coverage: float
    similarity: float
    named: float
    file_name: float


def confidence(index: Index, question: str, hits: Sequence[Hit]) -> float:
    """The probability, between 0 and 1, that the hits answer the question; 0 without hits."""
    query = understand(question)
    if not hits or not query.terms:
        return 0.0
    named = bool(query.symbols) and _any_name(index, query.symbols)
    seen = astuple(_observe(index, question, query.symbols, named, hits))
    value = 1 / (1 + math.exp(-INTERCEPT - sum(c * x for c, x in zip(COEFFICIENTS, seen, strict=True))))
    if _all_defined(index, question):
        value = max(value, ALL_DEFINED)
    spelled = {part for name in query.symbols for part in (*name_terms(name), name.lower())}
    asked = [term for term in query.terms if term not in SCAFFOLD] or list(query.terms)
    only_names = bool(query.symbols) and spelled.issuperset(asked)
    return UNKNOWN_NAME * value if only_names and not named else value


def _observe(index: Index, question: str, symbols: Sequence[str], named: bool, hits: Sequence[Hit]) -> Observations:
    meant = index.expansion(question)
    rarities = meant.rarities(max(1, index.chunk_count))
    whole = {name.lower() for name in symbols}
    weights = {g: w for g, w in rarities.items() if g not in SCAFFOLD} or rarities
    weights = {g: w for g, w in weights.items() if g not in whole} or weights
    every = sum(weights.values()) or 1.0
    found = [_terms_of(hit) for hit in hits[:LOOKED_AT]]
    together = set[str]().union(*found)
    return Observations(
        max(sum(w for g, w in weights.items() if not present.isdisjoint(meant.groups[g])) for present in found) / every,
        sum(w for g, w in weights.items() if not together.isdisjoint(meant.groups[g])) / every,
        max(hit.similarity for hit in hits),
        float(named),
        max(hit.reasons.get("stem_precision", 0.0) for hit in hits[:3]) / WEIGHTS["stem_precision"],
    )


def _all_defined(index: Index, question: str) -> bool:
    """Whether every identifier of the question, but for its scaffold, is defined in the repository."""
    names = [i for i in identifiers(question) if i.lower() not in STOP_WORDS and stem(i.lower()) not in SCAFFOLD]
    if not names or len(names) > 8:
        return False
    return all(index.defines(name) for name in names)


def _terms_of(hit: Hit) -> set[str]:
    return set(terms(f"{hit.path} {hit.qualified_name} {hit.documentation} {hit.text}"))


def _any_name(index: Index, names: Sequence[str]) -> bool:
    """Whether any of the names is defined or used anywhere."""
    return any(index.knows_name(name) for name in names)
