"""Misspelled words and names of a query: the nearest ones that the repository has.

The distance is that of optimal string alignment: inserted, missing, wrong and swapped neighbouring letters (Damerau, "A
technique for computer detection and correction of spelling errors", CACM 1964).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

from indexers.search.exact_match import text_contains
from indexers.search.query import Query, understand
from indexers.search.word_similarity import Meanings
from indexers.stores.catalog import Catalog
from indexers.stores.lexicon import document_frequencies
from indexers.stores.symbols import defined_names_of_length, is_name
from indexers.syntax.words import split_identifier, stem

SHORTEST = 4
"""Shorter words have too many neighbours."""

SUBSTITUTED = 6
"""In a shorter word one wrong letter makes another word (`load`, `road`); a missing, doubled or swapped one does not."""

TWICE = 9
"""Words of at least this length may have two mistakes."""

VARIANT = 0.45
"""A known word that the repository does not contain is another spelling (`seperator`) if the cosine is at least this."""

MOST_RESPELLED = 3

Similarity = Callable[[str, Sequence[str]], Sequence[float]]
"""(word, other words) -> the cosine between the word and each of the others."""


def most_mistakes(word: str) -> int:
    """How many mistakes a word of this length may have; 0 for one that is too short."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < TWICE else 2


def nearest_spellings(word: str, candidates: Iterable[str]) -> list[str]:
    """Those of the candidates that `word` most probably means, as they are written; empty if none is near enough."""
    lowered, most = word.lower(), most_mistakes(word)
    near = process.extract(lowered, list(candidates), scorer=OSA.distance, processor=str.lower, score_cutoff=most, limit=None)
    best, found = (most, 2, 1), list[str]()
    for candidate, distance, _ in near if most else ():
        other = candidate.lower()
        kind = 1 if len(other) != len(lowered) else 0 if sorted(other) == sorted(lowered) else 2
        shortest = SUBSTITUTED if kind == 2 else SHORTEST
        if not distance or min(len(other), len(lowered)) < shortest:
            continue
        rank = (distance, kind, int(other[0] != lowered[0]))
        if rank < best or (rank == best and not found):
            best, found = rank, []
        if rank == best:
            found.append(candidate)
    return found


def most_frequent(words: Sequence[str], frequencies: Mapping[str, int]) -> str:
    """The word with the largest frequency, the first in the alphabet among equals; empty without words."""
    return min(words, key=lambda word: (-frequencies.get(word, 0), word), default="")


def is_misspelling(word: str, other: str, knows: Callable[[str], bool], similarity: Similarity) -> bool:
    """Whether a word that the repository lacks can mean `other`: no known word, or another spelling of the same.

    `difference` is no spelling of `different`: words that differ only in their endings are derived from one another.
    """
    if not knows(word):
        return True
    root = stem(word)
    ends_differently = Prefix.similarity(root, other) >= min(len(root), len(other)) - 1
    return not ends_differently and similarity(word, [other])[0] >= VARIANT


def respelled(query: Query, catalog: Catalog, root: Path, meanings: Meanings) -> Query:
    """A query with each name that the repository does not have replaced by the nearest one that it defines."""
    text = query.text
    for symbol in () if query.is_pasted else query.symbols[:MOST_RESPELLED]:
        found = "" if _has(catalog, root, symbol) else _defined_near(symbol, catalog, meanings)
        if found:
            text = re.sub(rf"(?<!\w){re.escape(symbol)}(?!\w)", found.replace("\\", r"\\"), text)
    return query if text == query.text else understand(text)


def _has(catalog: Catalog, root: Path, symbol: str) -> bool:
    """Whether the repository has a name or word, in any case of letters; true for what is no name in plain letters."""
    if not (symbol.isascii() and symbol.isidentifier()) or is_name(catalog, symbol):
        return True
    lowered = symbol.lower()
    return any(document_frequencies(catalog, [stem(lowered), lowered]).values()) or text_contains(catalog, root, symbol)


def _defined_near(symbol: str, catalog: Catalog, meanings: Meanings) -> str:
    """The defined name that a symbol is a misspelling of; empty if none is near."""
    most = most_mistakes(symbol)
    uses = dict(defined_names_of_length(catalog, len(symbol) - most, len(symbol) + most)) if most else {}
    found = most_frequent(nearest_spellings(symbol, uses), uses)
    is_word = len(split_identifier(symbol)) == 1
    return (
        found
        if found and (not is_word or is_misspelling(symbol.lower(), found.lower(), meanings.knows, meanings.between))
        else ""
    )
