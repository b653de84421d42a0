"""Chooses the entries of the table, and converts texts to its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from indexers.encoders.static import Speller
from indexers.syntax.words import identifiers, split_identifier

MIN_COUNT = 25
"""An identifier part must occur in this many texts to get its own row."""

MIN_FOREIGN_COUNT = 8
MAX_WORDS = 14_000
MAX_FOREIGN = 14_000


def choose(pieces: Sequence[str], counts: Counter[str], foreign: Counter[str]) -> list[str]:
    """The entries: the teacher's ASCII word pieces, frequent identifier parts, frequent words of other languages.

    `counts` and `foreign` give the number of texts that contain a word, in code pairs and in translated messages.
    """
    kept = [piece for piece in pieces if piece.removeprefix("##").isalnum() and piece.isascii()]
    known = set(kept)

    def add(candidates: Counter[str], least: int, limit: int, plain: bool) -> None:
        added = 0
        for word, n in sorted(candidates.items(), key=lambda item: (-item[1], item[0])):
            if added >= limit or n < least:
                return
            if word not in known and len(word) > 1 and (word.isascii() or not plain):
                known.add(word)
                kept.append(word)
                added += 1

    add(counts, MIN_COUNT, MAX_WORDS, plain=True)
    add(foreign, MIN_FOREIGN_COUNT, MAX_FOREIGN, plain=False)
    return kept


class Texts:
    """Many texts as rows of a table in one flat array: text i has the distinct `rows[starts[i]:starts[i + 1]]`, with `tf`."""

    def __init__(self, vocabulary: Sequence[str], texts: Iterable[str], limit: int = 400) -> None:
        """Split every text into entries of the vocabulary; only the first `limit` identifiers of each text are used."""
        speller = Speller({entry: row for row, entry in enumerate(vocabulary)})
        starts, rows, factors = [0], [], []
        for text in texts:
            spelled = Counter(chain.from_iterable(map(speller.__getitem__, identifiers(text)[:limit])))
            rows.append(np.fromiter(spelled, dtype=np.int32, count=len(spelled)))
            factors.append(1 + np.log(np.fromiter(spelled.values(), dtype=np.float32, count=len(spelled))))
            starts.append(starts[-1] + len(spelled))
        self.starts: NDArray[np.int64] = np.array(starts, dtype=np.int64)
        self.rows: NDArray[np.int32] = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int32)
        self.tf: NDArray[np.float32] = np.concatenate(factors) if factors else np.zeros(0, dtype=np.float32)

    def __len__(self) -> int:
        """The number of texts."""
        return len(self.starts) - 1

    def take(self, which: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """(offsets, rows, tf) of the texts `which`, in the format of `torch.nn.functional.embedding_bag`."""
        lengths = self.starts[which + 1] - self.starts[which]
        offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        places = np.repeat(self.starts[which] - offsets, lengths) + np.arange(int(lengths.sum()))
        return offsets, self.rows[places].astype(np.int64), self.tf[places]


def count_words(texts: Iterable[str]) -> Counter[str]:
    """The number of texts that contain each lower-case identifier part."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(chain.from_iterable(map(split_identifier, set(identifiers(text))))))
    return counts
