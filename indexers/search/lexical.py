"""Lexical retrieval: select the terms and phrases of a query, and score the chunks that contain them with BM25."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexers.search.fusion import LEXICAL_WEIGHTS
from indexers.stores.catalog import Catalog
from indexers.stores.lexicon import best_chunks, document_frequencies
from indexers.types import Ids

COMMON_SHARE = 0.06
"""A term in more than this share of all chunks is dropped: it discriminates too little for the cost of its posting list."""

ALWAYS_KEPT = 3
"""This many of the rarest terms are kept anyway, unless they are in more than TOO_COMMON_SHARE of all chunks."""

TOO_COMMON_SHARE = 0.25


PHRASE = 3
"""The number of consecutive terms in a phrase."""

MOST_PHRASES = 10
"""The most phrases searched for a query; those with the rarest terms are chosen."""


def lexical_scores(
    catalog: Catalog, frequencies: Mapping[str, int], total: int, limit: int, allowed: Ids | None = None
) -> dict[int, float]:
    """BM25 scores (positive, larger is better) of the best `limit` chunks for the terms, by chunk id.

    Terms are joined by OR. `allowed` restricts the chunks before the limit is applied.
    """
    indexed = sorted((n, term) for term, n in frequencies.items() if n)
    selected = [
        term
        for rank, (n, term) in enumerate(indexed)
        if n <= COMMON_SHARE * total or (rank < ALWAYS_KEPT and n <= TOO_COMMON_SHARE * total) or rank == 0
    ]
    if not selected:
        return {}
    return best_chunks(catalog, " OR ".join(f'"{term}"' for term in selected), LEXICAL_WEIGHTS, limit, allowed)


def phrases(terms: Sequence[str]) -> list[str]:
    """Every sequence of `PHRASE` consecutive terms, joined by spaces."""
    return list(dict.fromkeys(" ".join(terms[i : i + PHRASE]) for i in range(len(terms) - PHRASE + 1)))


def chunks_with_phrases(
    catalog: Catalog, wanted: Sequence[str], total: int, limit: int, allowed: Ids | None = None
) -> list[int]:
    """The best chunks for the phrases `wanted`, best first.

    Phrases of only common terms are not searched: reading their posting lists costs more than they contribute.
    """
    frequencies = document_frequencies(catalog, tuple({term for phrase in wanted for term in phrase.split()}))
    rarest = {phrase: min(frequencies[term] for term in phrase.split()) for phrase in wanted}
    selective = [phrase for phrase in wanted if 0 < rarest[phrase] <= COMMON_SHARE * total]
    if not selective:
        return []
    selective.sort(key=rarest.__getitem__)
    match = " OR ".join(f'"{phrase}"' for phrase in selective[:MOST_PHRASES])
    return list(best_chunks(catalog, match, (0.0, 0.0, 1.0, 1.0), limit, allowed))


def share_of_phrases(wanted: Sequence[str], terms: Sequence[str]) -> float:
    """The share of the phrases `wanted` that a text contains; `terms` are the terms of the text in order."""
    text = f" {' '.join(terms)} "
    return sum(f" {phrase} " in text for phrase in wanted) / len(wanted) if wanted else 0.0
