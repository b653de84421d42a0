"""The code of many functions as arrays of numbers, one number for each distinct token."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt

from codeassist.evidence.clones import DEFINES, WORDS
from codeassist.tasks.duplicates.reading import TokenBatch

Numbers = npt.NDArray[np.int64]
Tokens = npt.NDArray[np.int32]

CHARACTERS = 0x10FFFF
"""Tokens are written as characters for the comparison of strings. More distinct tokens than characters share some of them."""


@dataclass(frozen=True, slots=True)
class NumberedCode:
    """The tokens of functions, one function after the other.

    `tokens` and `shapes` (the tokens with names and literals normalised) have the shape (sum of `lengths`,).
    """

    tokens: Tokens
    shapes: Tokens
    lengths: Numbers

    def __len__(self) -> int:
        return len(self.lengths)

    def texts(self, numbers: Tokens, functions: Iterable[int]) -> dict[int, str]:
        """These functions of `tokens` or `shapes` as strings with one character for each token."""
        ends = np.cumsum(self.lengths)
        found = {}
        for function in functions:
            own = numbers[ends[function] - self.lengths[function] : ends[function]] % CHARACTERS
            found[function] = own.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
        return found


def numbered(batches: Iterable[TokenBatch]) -> NumberedCode:
    """The tokens of all batches as numbers, and their normalised form, which is that of `clones.normalised`."""
    vocabulary: defaultdict[str, int] = defaultdict(count().__next__)  # in the order of their first use
    parts, sizes = [np.empty(0, dtype=np.int32)], list[int]()
    for batch in batches:
        numbers = np.fromiter(map(vocabulary.__getitem__, batch.vocabulary), dtype=np.int32, count=len(batch.vocabulary))
        parts.append(numbers[np.frombuffer(batch.tokens, dtype=np.intc)])
        sizes += batch.lengths
    tokens, lengths = np.concatenate(parts), np.array(sizes, dtype=np.int64)
    return NumberedCode(tokens, _normalised(tokens, lengths, vocabulary), lengths)


def _normalised(tokens: Tokens, lengths: Numbers, vocabulary: defaultdict[str, int]) -> Tokens:
    end, dot, name, value = (vocabulary[token] for token in ("", ".", "n", "v"))
    firsts = np.frombuffer("".join([token[:1] or " " for token in vocabulary]).encode("utf-32-le", "surrogatepass"), "<u4")
    stands = np.arange(len(firsts), dtype=np.int32)
    stands[_is_one_of(firsts, str.isalpha, "_$")] = name
    stands[_is_one_of(firsts, str.isdigit, "\"'`")] = value
    words = [vocabulary[word] for word in WORDS if word in vocabulary]
    stands[words] = words
    before, after = np.full_like(tokens, end), np.full_like(tokens, end)
    before[1:], after[:-1] = tokens[:-1], tokens[1:]
    ends = np.cumsum(lengths[lengths > 0])
    after[ends - 1] = end
    before[ends[:-1]] = end
    defined = np.isin(before, [vocabulary[word] for word in DEFINES])
    called = (firsts == ord("("))[after] & ~defined
    shapes = stands[tokens]
    return np.where((shapes == name) & ((before == dot) | called), tokens, shapes)


def _is_one_of(characters: npt.NDArray[np.uint32], test: Callable[[str], bool], others: str) -> npt.NDArray[np.bool_]:
    distinct, number = np.unique(characters, return_inverse=True)
    return np.array([test(chr(c)) or chr(c) in others for c in distinct.tolist()], dtype=np.bool_)[number]
