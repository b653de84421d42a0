"""The lexical side: which terms and phrases of a question are looked for, and BM25 scores of the chunks that hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexers.search.fusion import LEXICAL_WEIGHTS
from indexers.stores.catalog import Catalog
from indexers.stores.lexicon import best_chunks, document_frequencies
from indexers.types import Ids

COMMON_SHARE = 0.06
"""A term in more than this share of all chunks tells them apart too little to pay for reading its list ..."""

ALWAYS_KEPT = 3
"""... but this many of the rarest terms are kept, unless they are in more than TOO_COMMON_SHARE of all chunks."""

TOO_COMMON_SHARE = 0.25


PHRASE = 3
"""Terms in a row that count as a phrase."""

MOST_PHRASES = 10
"""Of a question; those with the rarest words."""


def lexical_scores(
    catalog: Catalog, frequencies: Mapping[str, int], total: int, limit: int, allowed: Ids | None = None
) -> dict[int, float]:
    """BM25 scores (positive, larger is better) of the best `limit` chunks for the terms, by chunk id.

    Terms are joined by OR. `allowed` restricts the chunks before the limit is taken.
    """
    present = sorted((n, term) for term, n in frequencies.items() if n)
    kept = [
        term
        for rank, (n, term) in enumerate(present)
        if n <= COMMON_SHARE * total or (rank < ALWAYS_KEPT and n <= TOO_COMMON_SHARE * total) or rank == 0
    ]
    if not kept:
        return {}
    return best_chunks(catalog, " OR ".join(f'"{term}"' for term in kept), LEXICAL_WEIGHTS, limit, allowed)


def phrases(terms: Sequence[str]) -> list[str]:
    """Every row of `PHRASE` terms, joined by spaces."""
    return list(dict.fromkeys(" ".join(terms[i : i + PHRASE]) for i in range(len(terms) - PHRASE + 1)))


def chunks_with_phrases(
    catalog: Catalog, wanted: Sequence[str], total: int, limit: int, allowed: Ids | None = None
) -> list[int]:
    """The chunks that hold most of some phrases, best first.

    Phrases of words that are all common are not looked for: reading their lists would cost more than they tell.
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
    """The share of the phrases that stand in a text, given by its terms in order."""
    text = f" {' '.join(terms)} "
    return sum(f" {phrase} " in text for phrase in wanted) / len(wanted) if wanted else 0.0
