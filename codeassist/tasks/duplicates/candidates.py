"""Pairs of functions that may be duplicates, found in time that grows almost linearly with the number of functions.

Functions are linked when they share one of their rarest sequences of normalised tokens. Each such sequence links a function to
at most `WINDOW` others of nearly the same length, so that a thousand copies give thousands of pairs and not a million. Two
bounds on the similarity then remove most pairs: from counts of tokens alone, and from the longest common subsequences.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from codeassist.evidence.clones import LEAST_TOKENS, SLACK
from codeassist.tasks.duplicates.numbered import NumberedCode, Numbers, Tokens
from indexers.build.processors import processors

LENGTH = 4
"""Tokens of a sequence."""

RAREST = 16
"""The fewest sequences of a function that link it to others."""

RAREST_SHARE = 0.3
"""The share of the sequences of a longer function that link it to others."""

WINDOW = 24
"""The most functions that one sequence links a function to, in the order of their lengths."""

BUCKETS = 256
"""Counts of tokens are kept by their hash in so many buckets; a collision makes the bound higher, never lower."""

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""An odd number with bits like random ones: 2**64 by the golden ratio (Knuth, The Art of Computer Programming 3, 6.4)."""

ROW_BITS = 63
"""The most bits of a row that is sorted as one number."""

COARSE = 4
"""So many neighbouring buckets are counted together for a first bound, higher and in a fraction of the time."""

BLOCK = 4_000

THREADS = min(processors(), 8)
"""Threads that compare pairs; the result does not depend on their number."""


def candidates(code: NumberedCode, least: float) -> Numbers:
    """Pairs (i, j), i < j, of functions that may be similar by `least`, of shape (n, 2), those that may be most similar first.

    No function may have less than `LEAST_TOKENS` tokens.
    """
    if len(code) < 2:
        return np.empty((0, 2), dtype=np.int64)
    if code.lengths.min() < LEAST_TOKENS:
        raise ValueError(f"a function has less than {LEAST_TOKENS} tokens")
    pairs = _linked(code.shapes, code.lengths)
    pairs = pairs[_possible(pairs, code, least)]
    bounds = _bounds(pairs, code, least)
    kept = np.flatnonzero(bounds >= 2 * least - 1e-6)
    kept = kept[np.lexsort((*pairs[kept].T[::-1], -bounds[kept]))]
    return pairs[kept]


def _linked(shapes: Tokens, lengths: Numbers) -> Numbers:
    """Pairs of functions that share a rare sequence, each once; the longer one has at most twice the tokens of the other."""
    function, sequence = _rarest(*_sequences(shapes, lengths), lengths)
    placed = np.lexsort((_sums(shapes, lengths), lengths))  # of the same length: equal functions beside each other
    place = np.empty(len(lengths), dtype=np.int64)
    place[placed] = np.arange(len(lengths))
    sequence, places = _in_rows(sequence, place[function])
    sizes = lengths[placed][places]
    found = [np.empty(0, dtype=np.int64)]
    for distance in range(1, WINDOW + 1):
        same = sequence[distance:] == sequence[:-distance]
        if not same.any():
            break
        same &= 2 * sizes[:-distance] >= sizes[distance:]
        found.append(places[:-distance][same] * np.int64(len(lengths)) + places[distance:][same])
    linked = np.concatenate(found)
    del found
    first, second = np.divmod(_distinct(linked), len(lengths))
    first, second = placed[first], placed[second]
    return np.stack((np.minimum(first, second), np.maximum(first, second)), axis=1)


def _sequences(shapes: Tokens, lengths: Numbers) -> tuple[Numbers, Numbers]:
    """(function, number of a sequence) of the sequences that several functions have, each once for a function.

    Sequences are distinguished by the bits of their hash that fit into one number beside the function: sorting such numbers
    takes a fraction of the time of `np.argsort`. Sequences that share a hash may link functions in vain.
    """
    total, bits = len(shapes), len(lengths).bit_length()
    owner = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    hashes = shapes[: total - LENGTH + 1].astype(np.uint64)
    for offset in range(1, LENGTH):
        hashes = hashes * MULTIPLIER + shapes[offset : total - LENGTH + 1 + offset].astype(np.uint64)
    hashes *= MULTIPLIER
    hashes ^= hashes >> np.uint64(32)
    hashes *= MULTIPLIER  # the high bits depend on every token
    rows = (hashes >> np.uint64(bits + 1)).astype(np.int64) << bits
    rows |= owner[: len(rows)]
    rows = _distinct(rows[owner[: len(rows)] == owner[LENGTH - 1 :]])
    hashed = rows >> bits
    sequence = np.cumsum(np.diff(hashed, prepend=hashed[:1]) != 0)
    shared = np.bincount(sequence)[sequence] > 1
    return rows[shared] & ((1 << bits) - 1), sequence[shared]


def _rarest(function: Numbers, sequence: Numbers, lengths: Numbers) -> tuple[Numbers, Numbers]:
    """Of the given (function, sequence), those that link a function to others: its rarest ones."""
    function, _, sequence = _in_rows(function, np.bincount(sequence)[sequence], sequence)
    own = np.bincount(function, minlength=len(lengths))
    rank = np.arange(len(function)) - np.repeat(np.cumsum(own) - own, own)
    linking = rank < np.repeat(np.maximum(RAREST, RAREST_SHARE * lengths), own)
    return function[linking], sequence[linking]


def _sums(numbers: Tokens, lengths: Numbers) -> Numbers:
    """A number for each function that is the same for the same tokens in the same order."""
    starts = np.cumsum(lengths) - lengths
    position = np.arange(len(numbers)) - np.repeat(starts, lengths)
    return np.asarray(np.add.reduceat(numbers * (2 * position + 1), starts), dtype=np.int64)


def _in_rows(*columns: Numbers) -> tuple[Numbers, ...]:
    """Columns of numbers from 0 with their rows in order, the first column first.

    Where a row fits into one number, rows are sorted as numbers, which takes a fraction of the time of `np.lexsort`.
    """
    bits = [int(column.max(initial=0)).bit_length() for column in columns]
    if sum(bits) > ROW_BITS:
        order = np.lexsort(columns[::-1])
        return tuple(column[order] for column in columns)
    rows = np.zeros(len(columns[0]), dtype=np.int64)
    for column, size in zip(columns, bits, strict=True):
        rows = (rows << size) | column
    rows.sort()
    found = []
    for size in reversed(bits):
        found.append(rows & ((1 << size) - 1))
        rows = rows >> size
    return tuple(reversed(found))


def _distinct(numbers: Numbers) -> Numbers:
    """The distinct numbers, sorted; for numbers like these several times faster than `np.unique`, which hashes them.

    The given array is sorted, too.
    """
    numbers.sort()
    return np.asarray(numbers[np.append(numbers[:-1] != numbers[1:], numbers[-1:] == numbers[-1:])])


def _possible(pairs: Numbers, code: NumberedCode, least: float) -> npt.NDArray[np.bool_]:
    """Which pairs the numbers of their tokens, in any order, do not exclude."""
    lengths = code.lengths
    tokens, shapes = (_counts(numbers, lengths) for numbers in (code.tokens, code.shapes))
    together = np.concatenate(
        [counts.reshape(-1, BUCKETS // COARSE, COARSE).sum(axis=2, dtype=np.uint16) for counts in (tokens, shapes)], 1
    )
    full = together.max(axis=1, initial=0) >= 255
    coarse = together.astype(np.uint8)
    possible = np.asarray(full[pairs].any(axis=1), dtype=np.bool_)
    unknown = np.flatnonzero(~possible)

    def judge(start: int) -> None:
        block = unknown[start : start + BLOCK]
        total = lengths[pairs[block]].sum(axis=1)
        above = _shared(coarse, pairs[block]) >= least * total
        block, total = block[above], total[above]
        of_shapes = _shared(shapes, pairs[block])
        above = 2 * of_shapes >= (least - SLACK) * total
        block, total, of_shapes = block[above], total[above], of_shapes[above]
        possible[block] = _shared(tokens, pairs[block]) + of_shapes >= least * total

    with ThreadPoolExecutor(THREADS) as pool:  # NumPy computes outside of the interpreter's lock
        list(pool.map(judge, range(0, len(unknown), BLOCK)))
    return possible


def _shared(counts: npt.NDArray[np.uint8], pairs: Numbers) -> Numbers:
    """How many tokens the functions of each pair have in common, by their counts."""
    one, other = pairs.T
    return np.asarray(np.minimum(counts[one], counts[other]).sum(axis=1, dtype=np.uint16), dtype=np.int64)


def _bounds(pairs: Numbers, code: NumberedCode, least: float) -> npt.NDArray[np.float64]:
    """Twice the highest similarity that the longest common subsequences allow: matching blocks are a common subsequence.

    It is lower, but below twice `least`, where one of the two subsequences excludes the pair.
    """
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cpdist

    kept = np.arange(len(pairs))
    total = np.zeros(len(pairs))
    for numbers in (code.shapes, code.tokens):
        one, other = pairs[kept].T
        texts = np.empty(len(code), dtype=object)
        for function, text in code.texts(numbers, np.unique(pairs[kept]).tolist()).items():
            texts[function] = text
        # Twice the length of the subsequence by both lengths. Neither can be lower than this, since the other is at most 1.
        found = cpdist(
            texts[one],
            texts[other],
            scorer=Indel.normalized_similarity,
            score_cutoff=max(0.0, 2 * least - 1 - 1e-6),
            workers=THREADS,
        )
        total[kept] += found
        kept = kept[found > 0]
    return total


def _counts(numbers: Tokens, lengths: Numbers) -> npt.NDArray[np.uint8]:
    """How often each function has the tokens of each bucket, at most 255."""
    counts = np.empty((len(lengths), BUCKETS), dtype=np.uint8)
    ends = np.cumsum(lengths)
    for start in range(0, len(lengths), BLOCK):
        block = lengths[start : start + BLOCK]
        own = numbers[ends[start] - lengths[start] : ends[start + len(block) - 1]]
        cells = np.repeat(np.arange(len(block)), block) * BUCKETS + own % BUCKETS
        numbered = np.bincount(cells, minlength=len(block) * BUCKETS)
        counts[start : start + BLOCK] = np.minimum(numbered, 255).reshape(-1, BUCKETS)
    return counts
