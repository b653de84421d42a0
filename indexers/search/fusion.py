"""Ranking: pure functions from evidence to scores. Every constant stands here with its reason.

The score of a chunk is a weighted sum of features between 0 and 1, times the demotions of its file. The score of a
file is its best chunk plus a share of the next ones (the sum of several good passages is the strongest signal that a
file is about something; Callan, "Passage-level evidence in document retrieval", SIGIR 1994), plus what its path says.
The measured effect of each constant is in benchmarks/README.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

WEIGHTS: dict[str, float] = {
    "lexical": 0.99,  # BM25 as a share of the best chunk's
    "dense": 1.37,  # cosine, scaled from the weakest to the best candidate: other words, same meaning
    "phrase": 2.5,  # the share of the query's rows of three words that the chunk says, squared: error messages
    "exact_symbol": 1.0,  # the chunk defines a name that the query spells out
    "symbol": 0.31,  # the chunk's own name is made of the query's words, and they of it
    "symbol_precision": 0.2,  # every part of the chunk's name is asked for: `parse_date` for "how are dates parsed"
    "signature": 0.1,  # the query's words are in the signature: parameters and types tell what code is for
    "exact_path": 1.5,  # the query spells out the file's path
    "stem": 0.39,  # the query's words are in the file's name
    "stem_precision": 0.8,  # the share of the file's name that is asked for, squared: a name half asked for is another's
    "stem_meaning": 0.58,  # the file's name means what the query says, in other words
    "folder": 0.1,  # the query's words are in the file's folders
    "graph": 0.1,  # definitions that much code uses are slightly more likely meant
}
"""Learned from questions that were made out of open packages (`python -m training ... rank`), near a start by hand; what
each is worth is in benchmarks/README.md."""

AGGREGATE_SHARE = 0.15
"""What each of the next good chunks of a file adds to its best one."""

AGGREGATE_CHUNKS = 3

DEMOTIONS: dict[str, float] = {
    "test": 0.5,  # tests repeat the vocabulary of what they test
    "example": 0.7,
    "vendored": 0.5,
    "document": 0.75,  # prose about code, when the question is not for documentation
    "data": 0.6,
    "platform": 0.8,  # code for another operating system than the one at hand
    "declaration": 0.9,  # prototypes and stubs: the definition is meant
}

LEXICAL_WEIGHTS = (2.0, 3.0, 1.5, 1.0)
"""BM25 weights of path, names, documentation and body terms."""


@dataclass(slots=True)
class Candidate:
    """A chunk under consideration, with its evidence by feature name (each between 0 and 1)."""

    chunk: int
    file: int
    features: dict[str, float] = field(default_factory=dict)
    demotion: float = 1.0
    similarity: float = 0.0

    def score(self, weights: Mapping[str, float]) -> float:
        """The weighted sum of the features, demoted."""
        get = weights.get
        return self.demotion * sum([get(name, 0.0) * value for name, value in self.features.items()])


def scale_by_best(values: Mapping[int, float]) -> dict[int, float]:
    """Each value as a share of the largest; empty in, empty out."""
    best = max(values.values(), default=0.0)
    return {key: max(0.0, value) / best for key, value in values.items()} if best > 0 else dict.fromkeys(values, 0.0)


def scale_by_range(values: Mapping[int, float]) -> dict[int, float]:
    """Each value's place between the smallest (0) and the largest (1); one value alone is 1."""
    if not values:
        return {}
    low, high = min(values.values()), max(values.values())
    if high <= low:
        return dict.fromkeys(values, 1.0)
    return {key: (value - low) / (high - low) for key, value in values.items()}


def overlap(wanted: Mapping[str, float], present: Iterable[str]) -> float:
    """The share of the query's weight that these distinct terms carry, at most 1; `wanted` are shares of the query."""
    return min(1.0, sum([wanted[term] for term in present if term in wanted]))


def precision(wanted: Mapping[str, float], name: Sequence[str]) -> float:
    """The share of a name's terms that the query asks for; 0 for no name."""
    return len([term for term in name if term in wanted]) / len(name) if name else 0.0


def harmonic(a: float, b: float) -> float:
    """The harmonic mean: high only when both are."""
    return 2 * a * b / (a + b) if a > 0.0 and b > 0.0 else 0.0


def demotion(kinds: Iterable[str], wanted: Iterable[str] = ()) -> float:
    """The product of the demotions of `kinds` that the query does not ask for."""
    factor = 1.0
    excused = set(wanted)
    for kind in kinds:
        if kind not in excused:
            factor *= DEMOTIONS.get(kind, 1.0)
    return factor


def aggregate(scores: Sequence[float], share: float = AGGREGATE_SHARE, chunks: int = AGGREGATE_CHUNKS) -> float:
    """A file's score from its chunks' scores: the best plus a share of the next few."""
    ordered = sorted(scores, reverse=True)
    return ordered[0] + share * sum(ordered[1 : 1 + chunks]) if ordered else 0.0
