"""The confidence that passages answer a question: a number between 0 and 1, compared with a threshold.

The words of the question must be borne out by the evidence: each word weighs its rarity in the repository and how much it says
(`indexers.search.word_match`), the project's own name counts for nothing. A logistic regression over six such observations; its
weights were fitted on questions about repositories and on things that are not in them, with repositories left out in turn
(`benchmarks/confidence.py`; benchmarks/figures/answers.md states how well it separates the two).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Literal

import numpy as np

from codeassist.evidence.absent_subjects import absent_subjects, capabilities_among, is_common
from codeassist.evidence.places import SCAFFOLD
from indexers import Hit, Index
from indexers.search.message_match import IS_THE_MESSAGE, covered
from indexers.search.passages import Ranked
from indexers.search.query import name_terms, understand
from indexers.search.shapes import shape_of
from indexers.syntax.words import STOP_WORDS, identifiers, split_identifier, stem

LOOKED_AT = 5
"""Number of passages that count: an answer may be spread over several."""

COEFFICIENTS = (1.51, 0.91, 0.12, -0.67, 8.44, 19.83)
INTERCEPT = -4.32
"""At a threshold of 0.5 one in thirteen questions that have an answer is refused, together with `UNKNOWN_NAME`."""

PROBABLY = 0.3
"""An answer whose confidence is above the threshold by less than this is only probable, and says so: of the questions that have
an answer one in ten is then answered wrongly without a doubt (`python -m training.confidence`)."""

ALL_DEFINED = 0.8
"""Minimum confidence when every significant word names a definition: 'who calls authenticate'."""

NONE, WEAK = 1.0, 1.2
"""Search hits whose share of the query's words plus twice their cosine is below these are not a match, or a weak one. Of search
phrases for code that is there about one in fifty is below `WEAK`; of phrases for other things most are below `NONE`."""

NOT_BORNE_OUT = 0.5
"""A word whose best match is smaller is not borne out; only words with at least `HEAVY` of the weight are named."""

HEAVY = 0.08
MOST_NAMED = 3
LEAST_NAMED = 3

UNKNOWN_NAME = 0.4
"""Factor applied to the confidence when the question names what the repository neither defines, uses nor mentions, or asks for
something that programs have or do ("session", "encrypt") and nothing found is about it."""


_NUMBERED = re.compile(r"(?<![\w./-])(?:([A-Za-z]{2,})(\d{1,4})|([A-Z]{2,})/(\d))(?![\w./-])")
"""A name with a number, such as http2, oauth2 or HTTP/2: "http" in one place and "2" in another do not bear it out."""


@dataclass(frozen=True, slots=True)
class Observations:
    """What the confidence is made of.

    best, joint: the share of the question's weight that the best passage bears out, and the first few together; exact: the
    share that occurs literally in the first few; missing: the share of words that the index does not contain in any form;
    window: the largest cosine between the question and some lines; phrase: whether a passage has phrases of the question.
    """

    best: float
    joint: float
    exact: float
    missing: float
    window: float
    phrase: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """The probability, between 0 and 1, that passages answer a question, and the subjects of it that the repository lacks."""

    value: float
    absent: tuple[str, ...] = ()


def confidence(index: Index, question: str, ranked: Ranked) -> float:
    """The probability, between 0 and 1, that the passages answer the question; 0 without passages."""
    return judged(index, question, ranked).value


def judged(index: Index, question: str, ranked: Ranked) -> Judgement:
    """How well the passages answer the question, and what it names that is nowhere."""
    if not ranked.passages or not ranked.words.words:
        return Judgement(0.0)
    absent = (
        () if _is_message(question, ranked) else (*missing_numbered(index, question, ranked), *absent_subjects(index, question))
    )
    value = _borne_out(index, question, ranked)
    missed = absent or capabilities_among(question, not_borne_out(ranked))
    return Judgement(UNKNOWN_NAME * value if missed else value, tuple(dict.fromkeys(absent)))


def _is_message(question: str, ranked: Ranked) -> bool:
    """Whether a question is an error message: what it names are the values of that run."""
    if shape_of(question) == "error":
        return True
    return any(covered(question, "\n".join(passage.lines)) >= IS_THE_MESSAGE for passage in ranked.passages[:LOOKED_AT])


def _borne_out(index: Index, question: str, ranked: Ranked) -> float:
    """The probability from the observations, and from whether what the question names is defined or written anywhere."""
    query = understand(question)
    features = astuple(observe(index, question, ranked))
    value = 1 / (1 + math.exp(-INTERCEPT - sum(c * x for c, x in zip(COEFFICIENTS, features, strict=True))))
    if _all_defined(index, question):
        value = max(value, ALL_DEFINED)
    symbols = [name for name in query.symbols if name.isascii()]  # in other scripts a whole question looks like a name
    spelled = {part for name in symbols for part in (*name_terms(name), name.lower())}
    content_terms = [term for term in query.terms if term not in SCAFFOLD] or list(query.terms)
    if not (symbols and spelled.issuperset(content_terms)):
        return value
    if _all_written(index, symbols):
        value = max(value, ALL_DEFINED)
    return value if _any_name(index, symbols) else UNKNOWN_NAME * value


def observe(index: Index, question: str, ranked: Ranked) -> Observations:
    """The observations for a question and its passages."""
    words, first = ranked.words, ranked.passages[:LOOKED_AT]
    own = set(split_identifier(index.root.name))
    counts = np.array([word not in own and s not in SCAFFOLD for word, s in zip(words.words, words.stems, strict=True)])
    weights = words.weights * counts if (words.weights * counts).any() else words.weights
    weights = weights / max(float(weights.sum()), 1e-9)
    matches = np.stack([passage.matches for passage in first])
    joint = matches.max(axis=0)
    expansion = index.expansion(question)
    seen = np.array([any(expansion.frequencies.get(t) for t in expansion.groups.get(s, (s,))) for s in words.stems])
    return Observations(
        float((matches @ weights).max()),
        float(joint @ weights),
        float((joint > 0.999) @ weights),
        float(weights[~seen].sum()),
        max(passage.features["window"] for passage in first),
        max(passage.features["phrase"] for passage in first),
    )


def quality(index: Index, query: str, hits: Sequence[Hit]) -> Literal["good", "weak", "none"]:
    """How well search hits match a query: `weak` when they have little of its words and meaning.

    `none` when they have neither, or when the query says nothing ("what is this").
    """
    best = hits[:LOOKED_AT]
    if not best:
        return "none"
    words = index.words(query)
    if any(hit.name == query.strip() for hit in best):
        return "good"
    if any(hit.reasons.get(name) for hit in best for name in ("exact_symbol", "exact_path", "phrase")):
        return "good"
    if all(root in SCAFFOLD for root in words.stems):
        return "none"
    texts = [f"{hit.path} {hit.text}" for hit in best]
    share = float((words.of([identifiers(text) for text in texts]) @ words.weights).max())
    cosine = float(words.similarity(texts).max())
    value = share + 2 * cosine
    return "none" if value < NONE else "weak" if value < WEAK else "good"


def missing_numbered(index: Index, question: str, ranked: Ranked) -> list[str]:
    """The names with a number (http2) that no passage has, however spelled (HTTP/2), nor the repository as they are asked."""
    texts = [hit.text for hit in ranked.hits]
    if not texts:
        return []
    asked = [(m[0], m[1] or m[3], m[2] or m[4]) for m in _NUMBERED.finditer(question)]
    return [
        spelled
        for spelled, name, number in dict.fromkeys(asked)
        if not any(re.search(rf"(?i)(?<![a-z]){name}[\W_]{{0,2}}v?{number}(?!\d)", text) for text in texts)
        and not index.contains_word(spelled)
    ]


def not_borne_out(ranked: Ranked) -> list[str]:
    """The weightiest words of the question that none of the first passages bears out; no words of everyday English."""
    if not ranked.passages or not ranked.words.words:
        return []
    first = ranked.passages[:LOOKED_AT]
    joint = np.stack([passage.matches for passage in first]).max(axis=0)
    titles = {  # of sections in several parts, of files and folders
        stem(part.lower())
        for passage in first
        for name in identifiers(f"{passage.row.name or ''} {passage.row.path}")
        for part in (name, *split_identifier(name))
    }
    every = zip(ranked.words.words, ranked.words.stems, ranked.words.weights.tolist(), joint.tolist(), strict=True)
    heavy = [
        (weight, word)
        for word, root, weight, match in every
        if match < NOT_BORNE_OUT
        and weight >= HEAVY
        and root not in SCAFFOLD | titles
        and len(word) >= LEAST_NAMED
        and not is_common(word)
    ]
    return [word for _, word in sorted(heavy, reverse=True)[:MOST_NAMED]]


def _all_defined(index: Index, question: str) -> bool:
    """Whether every identifier of the question, except those in `SCAFFOLD`, is defined in the repository."""
    names = [i for i in identifiers(question) if i.lower() not in STOP_WORDS and stem(i.lower()) not in SCAFFOLD]
    if not names or len(names) > 8:
        return False
    return all(index.defines(name) for name in names)


def _any_name(index: Index, names: Sequence[str]) -> bool:
    """Whether any of the names is defined or used anywhere, or written in a file whose language has no grammar."""
    return any(index.knows_name(name) or index.contains_word(name) for name in names)


def _all_written(index: Index, names: Sequence[str]) -> bool:
    """Whether every name is written in the repository, exactly as in the question."""
    return bool(names) and all(index.contains_word(name) for name in names)
