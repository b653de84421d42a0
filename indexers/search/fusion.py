"""Ranking: pure functions from features to scores, with all ranking constants and their reasons.

The score of a chunk is a weighted sum of features between 0 and 1, times its demotions. The score of a file is its best
chunk plus a share of the next ones (the sum of several good passages is the strongest signal that a file is about a
topic; Callan, "Passage-level evidence in document retrieval", SIGIR 1994). The measured effect of each constant is in
benchmarks/figures/retrieval.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

WEIGHTS: dict[str, float] = {
    "lexical": 0.99,  # BM25 relative to the best chunk
    "dense": 1.37,  # cosine, scaled from the lowest to the highest candidate: same meaning in other words
    "phrase": 2.5,  # the share of the query's three-word phrases in the chunk, squared: error messages
    "exact_symbol": 1.0,  # the chunk defines a name in the query
    "symbol": 0.31,  # harmonic mean of the query's overlap with the chunk's name and `symbol_precision`
    "symbol_precision": 0.2,  # the share of the chunk's name in the query: `parse_date` for "how are dates parsed"
    "signature": 0.1,  # the query's words are in the signature: parameters and types show the purpose
    "exact_path": 1.5,  # the query contains the file's path
    "frame": 1.5,  # a stack frame of the query is in the chunk, less for outer frames
    "stem": 0.39,  # the query's words are in the file's name
    "stem_precision": 0.8,  # the share of the file's name in the query, squared: a half match is often another file
    "stem_meaning": 0.58,  # the cosine between the query and the file's name
    "folder": 0.1,  # the query's words are in the file's folders
    "graph": 0.1,  # definitions with many uses are slightly more likely
}
"""Learned from questions generated from open-source packages (`python -m training ... rank`), starting near hand-set values;
the effect of each weight is in benchmarks/figures/retrieval.md."""

PASTED_WEIGHTS: dict[str, float] = WEIGHTS | {
    "dense": 3.0,
    "exact_path": 0.75,  # examples name files of their own
    "frame": 2.0,
    "stem_precision": 0.1,  # a long text contains the words of many file names
    "stem_meaning": 0.4,
}
"""The weights for a pasted text. Chosen on issues of seven repositories; figures of others: benchmarks/figures/retrieval.md."""

AGGREGATE_SHARE = 0.15
"""The share of its score that each of a file's next best chunks adds to the file's score."""

AGGREGATE_CHUNKS = 3

PASTED_SHARE, PASTED_CHUNKS = 0.3, 6
"""The same for a pasted text, which has more to say about a file."""

REPETITION, REPETITION_CHUNKS = 0.1, 60
"""Where several chunks of a file may be shown, each further one loses this share of the range of the best so many scores.
More shows more files and fewer of the right lines (benchmarks/figures/retrieval.md)."""

DEMOTIONS: dict[str, float] = {
    "test": 0.5,  # tests repeat the vocabulary of the code under test
    "example": 0.7,
    "vendored": 0.5,
    "document": 0.75,  # prose about code, when the query does not ask for documentation
    "data": 0.6,
    "configuration": 0.5,  # settings of tools and data that have hardly a word of the query
    "platform": 0.8,  # code for an operating system other than the host's
    "declaration": 0.9,  # prototypes and stubs: the definition is more useful
}

LEXICAL_WEIGHTS = (2.0, 3.0, 1.5, 1.0)
"""BM25 weights of path, names, documentation and body terms."""


@dataclass(slots=True)
class Candidate:
    """A candidate chunk with its features by name (each between 0 and 1)."""

    chunk: int
    file: int
    features: dict[str, float] = field(default_factory=dict)
    demotion: float = 1.0
    similarity: float = 0.0

    def score(self, weights: Mapping[str, float]) -> float:
        """The weighted sum of the features, times the demotion."""
        get = weights.get
        return self.demotion * sum([get(name, 0.0) * value for name, value in self.features.items()])


def scale_by_best(values: Mapping[int, float]) -> dict[int, float]:
    """Each value divided by the largest; negative values become 0."""
    best = max(values.values(), default=0.0)
    return {key: max(0.0, value) / best for key, value in values.items()} if best > 0 else dict.fromkeys(values, 0.0)


def scale_by_range(values: Mapping[int, float]) -> dict[int, float]:
    """Min-max scaling: the smallest value becomes 0, the largest 1; equal values all become 1."""
    if not values:
        return {}
    low, high = min(values.values()), max(values.values())
    if high <= low:
        return dict.fromkeys(values, 1.0)
    return {key: (value - low) / (high - low) for key, value in values.items()}


def overlap(wanted: Mapping[str, float], present: Iterable[str]) -> float:
    """The share of the query covered by the distinct terms `present`, at most 1; `wanted` maps terms to query shares."""
    return min(1.0, sum([wanted[term] for term in present if term in wanted]))


def precision(wanted: Mapping[str, float], name: Sequence[str]) -> float:
    """The share of a name's terms that are in the query; 0 for an empty name."""
    return len([term for term in name if term in wanted]) / len(name) if name else 0.0


def harmonic(a: float, b: float) -> float:
    """The harmonic mean, high only when both values are; 0 when either is."""
    return 2 * a * b / (a + b) if a > 0.0 and b > 0.0 else 0.0


def demotion(kinds: Iterable[str], wanted: Iterable[str] = ()) -> float:
    """The product of the demotions of `kinds`, except the kinds that the query asks for (`wanted`)."""
    factor = 1.0
    excused = set(wanted)
    for kind in kinds:
        if kind not in excused:
            factor *= DEMOTIONS.get(kind, 1.0)
    return factor


def diverse(scored: Sequence[tuple[float, str]], count: int) -> list[int]:
    """The positions of `count` of some chunks, given as (score, file), best first, each file's next chunk at a cost.

    Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998) with files for similarity; `scored` is in descending order.
    """
    if not scored:
        return []
    step = REPETITION * (scored[0][0] - scored[min(len(scored), REPETITION_CHUNKS) - 1][0])
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for position, (_, file) in enumerate(scored):
        waiting[file].append(position)
    heap = [(-scored[positions[0]][0], positions[0]) for positions in waiting.values()]
    heapify(heap)
    shown, chosen = Counter[str](), list[int]()
    while heap and len(chosen) < count:
        _, position = heappop(heap)
        file = scored[position][1]
        chosen.append(position)
        shown[file] += 1
        waiting[file].popleft()
        if waiting[file]:
            following = waiting[file][0]
            heappush(heap, (step * shown[file] - scored[following][0], following))
    return chosen


def aggregate(scores: Sequence[float], share: float = AGGREGATE_SHARE, chunks: int = AGGREGATE_CHUNKS) -> float:
    """A file's score from its chunks' scores: the best plus a share of each of the next few."""
    ordered = sorted(scores, reverse=True)
    return ordered[0] + share * sum(ordered[1 : 1 + chunks]) if ordered else 0.0
