"""The places of an answer from the hits of a question: copies left out, neighbouring parts of one file as one place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from codeassist.evidence.examples import DOCUMENTS
from codeassist.evidence.line_score import DISTANT
from codeassist.evidence.places import SCAFFOLD, place_of
from indexers import Hit, Index
from indexers.files.decoding import read_lines
from indexers.search.message_match import accounted, covered
from indexers.search.name_features import is_collection
from indexers.search.passages import Passage, tells_history
from indexers.search.query import understand
from indexers.search.reexports import only_passes_on
from indexers.search.word_match import WordMatch
from indexers.syntax.languages import is_test_path
from indexers.syntax.words import identifiers
from indexers.types import Definition

GAP = 2
"""Parts with at most this many lines between them are one place."""

LONGEST_PLACE = 80
"""Lines of a place that is made of several parts."""

ALIKE = 0.5
"""Two places are of one family if they share this much of their identifiers, and have at least `LEAST_IDENTIFIERS`."""

LEAST_IDENTIFIERS = 4

LEAST_OF_BEST = 0.5
"""A place without a word of the question, nor one of the same meaning, is shown only with this share of the best score."""

MOST_PARTS = 2
"""Separate places of one long definition or section, or of the parts of a file that have no name."""

SHORTEST_QUOTED = 4
"""A text in quotes with at least this many words repeats the question; a shorter one may be a name or a message."""

GUIDES = 5
"""How many of the best documents may have the section which a question asks for."""

_ASKS_HOW = re.compile(r"\bhow (?:(?:do|can|could|should|would) (?:i|you|we|one)|to)\b", re.IGNORECASE)

CLOSE_BEHIND = 5
"""How many of the best hits may come before a changelog or a test that is the best."""

_ASKS_OF_CHANGES = re.compile(
    r"\b(?:versions?|releases?|since|chang(?:ed?|es|elog)|remov(?:ed?|al)|deprecat\w+|upgrad\w+|migrat\w+|renam\w+|introduced|added|new|"
    r"breaking|dropped|still|any ?more|no longer|history|was|were|did)\b|\d\.\d",
    re.IGNORECASE,
)

_QUESTION = re.compile(
    r"^\W*(?:where|which|what|how|why|who|when|find|explain|show|tell|describe|"
    r"(?:can|could|does|do|is|are|may|should|will|has|have)(?!['\u2019]t\b| not\b))\b|\?\W*$",
    re.IGNORECASE,
)

LANGUAGES_WITH_INLINE_TESTS = frozenset({"rust", "zig"})

FEW_TERMS = 2
MOST_DEFINITIONS = 3
"""A name with more definitions does not say which one is meant."""


def distinct(hits: Sequence[Hit]) -> list[Hit]:
    """Hits without those that repeat the text of a better one, as versions of one document do."""
    by_text: dict[str, Hit] = {}
    for hit in hits:
        by_text.setdefault(" ".join(hit.text.split()), hit)
    return list(by_text.values())


def borne_out(hits: Sequence[Hit], words: WordMatch) -> list[Hit]:
    """Hits without those that no word of the question is near to and that score less than `LEAST_OF_BEST` of the best."""
    texts = [[*identifiers(hit.text), *identifiers(f"{hit.qualified_name} {hit.path}")] for hit in hits]
    near = words.of(texts).max(axis=1, initial=0.0) >= DISTANT
    best = max((hit.score for hit, is_near in zip(hits, near, strict=True) if is_near), default=0.0)
    return [hit for hit, is_near in zip(hits, near, strict=True) if is_near or hit.score >= LEAST_OF_BEST * best]


def varied(hits: Sequence[Hit]) -> list[Hit]:
    """Hits with those last that are much like a better one (locales, dialects, overloads), or that only pass names on."""
    kept, others = list[tuple[Hit, set[str]]](), list[Hit]()
    for hit in hits:
        own = set(identifiers(hit.text))
        passes_on = not hit.name and is_collection(hit.path) and only_passes_on(hit.text)
        if passes_on or (len(own) >= LEAST_IDENTIFIERS and any(_share(own, known) >= ALIKE for _, known in kept)):
            others.append(hit)
        else:
            kept.append((hit, own))
    return [*(hit for hit, _ in kept), *others]


def inline_tests_last(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Hits with the tests inside of source files last, as Rust has them, unless the question asks for tests."""
    if understand(question).wants_tests:
        return list(hits)
    return sorted(hits, key=_is_inline_test)


def tests_first(hits: Sequence[Hit]) -> list[Hit]:
    """Hits with those in tests first, for a question that asks which tests there are."""
    return sorted(hits, key=lambda hit: not (is_test_path(hit.path) or _is_inline_test(hit)))


def present_first(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Hits with a place of the program before a changelog or a test that is the best, unless the question is about such.

    A place that is not among the first `CLOSE_BEHIND` is too much worse.
    """
    about_changes, about_tests = _ASKS_OF_CHANGES.search(question) is not None, understand(question).wants_tests

    def is_aside(hit: Hit) -> bool:
        is_history = hit.language in DOCUMENTS and tells_history(hit.path)
        return (is_history and not about_changes) or (is_test_path(hit.path) and not about_tests)

    first = next((i for i, hit in enumerate(hits[:CLOSE_BEHIND]) if not is_aside(hit)), 0)
    return [*hits[first : first + 1], *hits[:first], *hits[first + 1 :]]


def _is_inline_test(hit: Hit) -> bool:
    if hit.language not in LANGUAGES_WITH_INLINE_TESTS or is_test_path(hit.path):
        return False
    return hit.name.startswith("test_") or re.search(r"(?:^|\.)tests?(?:\.|$)", hit.qualified_name) is not None


def _share(a: set[str], b: set[str]) -> float:
    """The share of the identifiers of two texts that both have (Jaccard)."""
    return len(a & b) / len(a | b)


def answering(hits: Sequence[Hit], question: str) -> list[Hit]:
    """Hits without those that only quote the question, as tests, examples and build files do.

    A message that a program prints is no question: what quotes it is what prints it.
    """
    words = re.findall(r"\w+", question)
    if len(words) < SHORTEST_QUOTED or not _QUESTION.search(question):
        return list(hits)
    spelled = r"\W+".join(map(re.escape, words))
    quoted = re.compile(rf"[\"'`“]{spelled}\W?[\"'`”]", re.IGNORECASE)
    return [hit for hit in hits if not quoted.search(hit.text)]


def together(root: Path, hits: Sequence[Hit], most: int, apart: Sequence[Hit] = ()) -> list[Hit]:
    """At most `most` places from hits, best first: each hit is added to a better one that it touches, or a place of its own.

    The hits that are to stay `apart` are left out where they touch a better one.
    """
    alone = {(hit.path, hit.start_line) for hit in apart}
    places: list[Hit] = []
    parts = Counter[tuple[str, str]]()
    for hit in hits:
        position = next((i for i, place in enumerate(places) if _touch(place, hit)), None)
        if position is not None:
            place = places[position]
            if (hit.path, hit.start_line) in alone:
                continue
            places[position] = replace(
                place, start_line=min(place.start_line, hit.start_line), end_line=max(place.end_line, hit.end_line)
            )
        elif len(places) < most and parts[hit.path, hit.qualified_name] < MOST_PARTS:
            parts[hit.path, hit.qualified_name] += 1
            places.append(hit)
    return [replace(place, text=read_lines(root, place.path, place.start_line, place.end_line)) for place in places]


def _touch(place: Hit, hit: Hit) -> bool:
    near = hit.start_line <= place.end_line + GAP and place.start_line <= hit.end_line + GAP
    length = max(place.end_line, hit.end_line) - min(place.start_line, hit.start_line) + 1
    return place.path == hit.path and near and length <= LONGEST_PLACE


def subject_first(index: Index, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Hits with those inside the named subject first, if the question spells exactly one defined name as code, or is a name."""
    query = understand(question)
    alone = question.split() if len(question.split()) == 1 else []
    named = [found for name in (query.qualified or query.symbols or alone or query.proper) if (found := _exact(index, name))]
    if len(named) != 1:
        return list(hits)
    if not any(_inside(hit, definition) for hit in hits for definition in named[0]):
        places = (replace(place_of(index, d, 1).hit, end_line=min(d.end_line, d.line + LONGEST_PLACE - 1)) for d in named[0])
        return [*places, *hits]
    return sorted(hits, key=lambda hit: not any(_inside(hit, definition) for definition in named[0]))


def raisers_first(question: str, hits: Sequence[Hit], least: float) -> list[Hit]:
    """Hits with those first whose string literals account for `least` of an error message, tests that expect it behind them.

    One word is a name and no message: lists of exported names contain it.
    """
    if len(question.split()) == 1:
        return list(hits)
    shares = [0.0 if is_test_path(hit.path) else accounted(question, hit.text) for hit in hits]
    raising = sorted(
        (i for i, share in enumerate(shares) if share >= least),
        key=lambda i: (-round(shares[i], 1), -round(covered(question, hits[i].text), 1)),
    )
    return [*(hits[i] for i in raising), *(hit for hit, share in zip(hits, shares, strict=True) if share < least)]


def guide_first(index: Index, question: str, hits: Sequence[Hit], passages: Sequence[Passage]) -> list[Hit]:
    """Hits with the section of a document first whose title says what a short "how do I" question asks.

    The documents are those of the best `passages`.

    The title has no word that the question lacks, and at least half of the question's own; or all of them, and no more others.
    """
    asked = {term for term in understand(question).terms if term not in SCAFFOLD}
    if not _ASKS_HOW.search(question) or not 0 < len(asked) <= 2 * FEW_TERMS:
        return list(hits)
    documents = dict.fromkeys(passage.row.path for passage in passages if passage.row.kind == "section")
    sections = [
        replace(place_of(index, d, 1).hit, end_line=min(d.end_line, d.line + LONGEST_PLACE - 1))
        for path in list(documents)[:GUIDES]
        for d in index.outline(path)
        if d.kind == "section" and _says(d.name, asked)
    ]
    return [*sections, *(hit for hit in hits if not any(_touch(section, hit) for section in sections))]


def _says(title: str, asked: set[str]) -> bool:
    said = set(understand(title).terms)
    if asked <= said:
        return len(said) <= 2 * len(asked)
    return bool(said) and said <= asked and 2 * len(said) >= len(asked)


def _exact(index: Index, name: str) -> list[Definition]:
    found = index.definitions(name, MOST_DEFINITIONS + 1)
    exact = [d for d in found if name in (d.name, d.qualified_name) and not d.is_test]
    return exact if len(exact) <= MOST_DEFINITIONS else []


def _inside(hit: Hit, definition: Definition) -> bool:
    return hit.path == definition.path and hit.start_line <= definition.end_line and definition.line <= hit.end_line


def asks_for_a_name(question: str) -> bool:
    """Whether a question says hardly more than a name: "what is the gateway", "what does `Retry.delay` do"."""
    query = understand(question)
    return bool(query.symbols) or len([term for term in query.terms if term not in SCAFFOLD]) <= FEW_TERMS
