"""How well texts bear out the words of a question: each word's best match in a text, by stem or by static word vectors.

This is late interaction (Khattab and Zaharia, "ColBERT", SIGIR 2020) with static vectors: a text is compared word by word,
so that a short passage in a long text counts fully, and `wipe` finds `clear`. Words weigh their rarity in the repository times
the length of their vector, which the encoder learned to be small for words that say little (`happen`, `somebody`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

import numpy as np

from indexers.encoders.static import StaticEncoder
from indexers.syntax.words import STOP_WORDS, fold_accents, split_identifier, stem, words
from indexers.types import Vectors


class WordMatch:
    """Compares texts with the words of one question."""

    def __init__(
        self,
        encoder: StaticEncoder,
        text: str,
        rarities: Mapping[str, float],
        unseen: float,
        groups: Mapping[str, Sequence[str]] | None = None,
        foreign: Collection[str] = (),
    ) -> None:
        """`rarities` are those of the repository's terms, `unseen` is that of a term that it does not contain.

        `groups` maps the stem of a word to the terms that count as the same word; `foreign` words are left out, because the
        text contains their translations.
        """
        self._groups = groups or {}
        self._encoder = encoder
        self.text = text
        own = [w for w in dict.fromkeys(words(text)) if w not in STOP_WORDS and fold_accents(w) not in foreign]
        self.words = _translated(own, rarities)
        self.stems = [stem(word) for word in self.words]
        vectors, lengths = encoder.word_vectors(self.words)
        self._vectors = vectors
        rarity = np.array([rarities.get(s, unseen) for s in self.stems], dtype=np.float32)
        self.meaning = _shares(lengths)
        self.weights = _shares(lengths * rarity)
        self._similarities: dict[str, int] = {}
        self._columns = np.zeros((len(self.words), 0), dtype=np.float32)

    def similarity(self, texts: Sequence[str]) -> Vectors:
        """The cosine between the whole question and each text, shape (texts,)."""
        vectors = self._encoder.encode([self.text, *texts])
        cosines: Vectors = vectors[1:] @ vectors[0]
        return cosines

    def of(self, texts: Sequence[Iterable[str]]) -> Vectors:
        """The best match of each word in each text, shape (texts, words), 0 to 1; a text is given by its identifiers."""
        parts = [[p for i in set(text) for p in split_identifier(i)] for text in texts]
        self._learn(set(chain.from_iterable(parts)))
        out = np.zeros((len(texts), len(self.words)), dtype=np.float32)
        lengths = np.array([len(p) for p in parts])
        if not len(self.words) or not lengths.sum():
            return out
        flat = np.fromiter(
            (self._similarities[p] for p in chain.from_iterable(parts)), dtype=np.int64, count=int(lengths.sum())
        )
        filled = np.flatnonzero(lengths)
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])[filled]
        out[filled] = np.maximum.reduceat(self._columns[:, flat], starts, axis=1).T
        return out

    def _learn(self, parts: set[str]) -> None:
        """Compute the similarities of words that no earlier text contained."""
        new = [part for part in parts if part not in self._similarities]
        if not new or not self.words:
            return
        vectors, _ = self._encoder.word_vectors(new)
        similarities = np.maximum(self._vectors @ vectors.T, 0.0)
        position: dict[str, list[int]] = {}
        for row, s in enumerate(self.stems):
            for term in self._groups.get(s, (s,)):
                position.setdefault(term, []).append(row)
        for column, part in enumerate(new):
            for row in position.get(stem(part), ()):
                similarities[row, column] = 1.0
        first = self._columns.shape[1]
        self._similarities.update((part, first + number) for number, part in enumerate(new))
        self._columns = np.concatenate([self._columns, similarities], axis=1)


def _translated(found: list[str], rarities: Mapping[str, float]) -> list[str]:
    """Words without those of another script that the repository does not contain, if there are others: their translations."""
    kept = [word for word in found if word.isascii() or word.islower() or stem(word) in rarities]
    return kept or found


def _shares(values: Vectors) -> Vectors:
    total = float(values.sum())
    return values / total if total > 0 else values
