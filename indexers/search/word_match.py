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
        self._parts: dict[str, int] = {}
        self._of_parts = np.zeros((len(self.words), 0), dtype=np.float32)
        self._identifiers: dict[str, int] = {}
        self._of_identifiers = np.zeros((len(self.words), 0), dtype=np.float32)

    def similarity(self, texts: Sequence[str]) -> Vectors:
        """The cosine between the whole question and each text, shape (texts,)."""
        vectors = self._encoder.encode([self.text, *texts])
        cosines: Vectors = vectors[1:] @ vectors[0]
        return cosines

    def of(self, texts: Sequence[Iterable[str]]) -> Vectors:
        """The best match of each word in each text, shape (texts, words), 0 to 1; a text is given by its identifiers."""
        out = np.zeros((len(texts), len(self.words)), dtype=np.float32)
        if not self.words:
            return out
        found = [set(text) for text in texts]
        self._learn(set[str]().union(*found))
        known = self._identifiers
        columns = [[known[i] for i in text if i in known] for text in found]
        filled = [number for number, own in enumerate(columns) if own]
        if filled:
            out[filled] = _best(self._of_identifiers, [columns[number] for number in filled]).T
        return out

    def _learn(self, identifiers: set[str]) -> None:
        """Compute the best similarity of each new identifier that has a part."""
        new = [(i, parts) for i in identifiers if i not in self._identifiers and (parts := split_identifier(i))]
        if not new:
            return
        self._learn_parts({part for _, parts in new for part in parts})
        best = _best(self._of_parts, [[self._parts[part] for part in parts] for _, parts in new])
        first = self._of_identifiers.shape[1]
        self._identifiers.update((identifier, first + number) for number, (identifier, _) in enumerate(new))
        self._of_identifiers = np.concatenate([self._of_identifiers, best], axis=1)

    def _learn_parts(self, parts: set[str]) -> None:
        """Compute the similarities of words that no earlier identifier contained."""
        new = [part for part in parts if part not in self._parts]
        if not new:
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
        first = self._of_parts.shape[1]
        self._parts.update((part, first + number) for number, part in enumerate(new))
        self._of_parts = np.concatenate([self._of_parts, similarities], axis=1)


def _best(columns: Vectors, groups: Sequence[Sequence[int]]) -> Vectors:
    """The largest value in each row of each group's columns, shape (rows, groups); no group may be empty."""
    lengths = np.fromiter(map(len, groups), dtype=np.int64, count=len(groups))
    flat = np.fromiter(chain.from_iterable(groups), dtype=np.int64, count=int(lengths.sum()))
    largest: Vectors = np.maximum.reduceat(columns[:, flat], np.cumsum(lengths) - lengths, axis=1)
    return largest


def _translated(found: list[str], rarities: Mapping[str, float]) -> list[str]:
    """Words without those of another script that the repository does not contain, if there are others: their translations."""
    kept = [word for word in found if word.isascii() or word.islower() or stem(word) in rarities]
    return kept or found


def _shares(values: Vectors) -> Vectors:
    total = float(values.sum())
    return values / total if total > 0 else values
