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


def confidence(index: Index, question: str, hits: Sequence[Hit]) -> float:
    """The probability, between 0 and 1, that the hits answer the question; 0 without hits."""
    query = understand(question)
    if not hits or not query.terms:
        return 0.0
    named = bool(query.symbols) and _any_name(index, query.symbols)
    features = astuple(_observe(index, question, query.symbols, named, hits))
    value = 1 / (1 + math.exp(-INTERCEPT - sum(c * x for c, x in zip(COEFFICIENTS, features, strict=True))))
    if _all_defined(index, question):
        value = max(value, ALL_DEFINED)
    spelled = {part for name in query.symbols for part in (*name_terms(name), name.lower())}
    content_terms = [term for term in query.terms if term not in SCAFFOLD] or list(query.terms)
    only_names = bool(query.symbols) and spelled.issuperset(content_terms)
    return UNKNOWN_NAME * value if only_names and not named else value


def _observe(index: Index, question: str, symbols: Sequence[str], named: bool, hits: Sequence[Hit]) -> Observations:
    expansion = index.expansion(question)
    rarities = expansion.rarities(max(1, index.chunk_count))
    full_names = {name.lower() for name in symbols}
    weights = {g: w for g, w in rarities.items() if g not in SCAFFOLD} or rarities
    weights = {g: w for g, w in weights.items() if g not in full_names} or weights
    total = sum(weights.values()) or 1.0
    term_sets = [_terms_of(hit) for hit in hits[:LOOKED_AT]]
    joint = set[str]().union(*term_sets)
    return Observations(
        max(sum(w for g, w in weights.items() if not present.isdisjoint(expansion.groups[g])) for present in term_sets) / total,
        sum(w for g, w in weights.items() if not joint.isdisjoint(expansion.groups[g])) / total,
        max(hit.similarity for hit in hits),
        float(named),
        max(hit.reasons.get("stem_precision", 0.0) for hit in hits[:3]) / WEIGHTS["stem_precision"],
    )


def _all_defined(index: Index, question: str) -> bool:
    """Whether every identifier of the question, except those in `SCAFFOLD`, is defined in the repository."""
    names = [i for i in identifiers(question) if i.lower() not in STOP_WORDS and stem(i.lower()) not in SCAFFOLD]
    if not names or len(names) > 8:
        return False
    return all(index.defines(name) for name in names)


def _terms_of(hit: Hit) -> set[str]:
    return set(terms(f"{hit.path} {hit.qualified_name} {hit.documentation} {hit.text}"))


def _any_name(index: Index, names: Sequence[str]) -> bool:
    """Whether any of the names is defined or used anywhere."""
    return any(index.knows_name(name) for name in names)
