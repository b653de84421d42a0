"""The words that a repository contains, by first letter, and which of them abbreviate others."""

from __future__ import annotations

from dataclasses import dataclass

from indexers.stores.catalog import Catalog
from indexers.stores.lexicon import terms_of_letter

MIN_ABBREVIATED = 5
"""Shorter words are rarely abbreviated; forms with fewer than `MIN_ABBREVIATION` letters are too ambiguous."""

MIN_ABBREVIATION = 2
MAX_ABBREVIATION = 5
MIN_BEGINNING = 3
_VOWELS = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class Words:
    """The words with one first letter: all, the short ones, and the short ones without a vowel after the first letter."""

    every: list[str]
    short: frozenset[str]
    consonants: list[str]


class Vocabulary:
    """The alphabetic terms of a repository, read on demand by first letter."""

    def __init__(self, catalog: Catalog, known: dict[str, Words] | None = None) -> None:
        """Read from a catalog; `known` is a cache shared by calls on the same generation."""
        self._catalog = catalog
        self._letters: dict[str, Words] = {} if known is None else known

    def _of(self, letter: str) -> Words:
        if letter not in self._letters:
            every = [term for term in terms_of_letter(self._catalog, letter) if term.isascii() and term.isalpha()]
            short = [term for term in every if MIN_ABBREVIATION <= len(term) <= MAX_ABBREVIATION]
            consonants = [term for term in short if not _VOWELS.intersection(term[1:])]
            self._letters[letter] = Words(every, frozenset(short), consonants)
        return self._letters[letter]

    def near_in_length(self, word: str, difference: int = 2) -> list[str]:
        """The words with the same first letter whose length differs by at most `difference`."""
        return [term for term in self._of(word[0]).every if abs(len(term) - len(word)) <= difference]

    def abbreviations(self, word: str) -> list[str]:
        """The short words that may be abbreviations of a long one."""
        words = self._of(word[0])
        prefixes = (word[:length] for length in range(MIN_BEGINNING, MAX_ABBREVIATION + 1))
        matches = [prefix for prefix in prefixes if prefix in words.short and abbreviates(prefix, word)]
        return matches + [term for term in words.consonants if term not in matches and abbreviates(term, word)]

    def abbreviated_by(self, short: str) -> list[str]:
        """The long words that a short one may be an abbreviation of."""
        return [term for term in self._of(short[0]).every if len(term) >= MIN_ABBREVIATED and abbreviates(short, term)]


def abbreviates(short: str, word: str) -> bool:
    """Whether `short` is a prefix of `word` (auth), or its first letter and some of its consonants in order (cfg)."""
    if len(short) + 2 > len(word) or short[0] != word[0] or short == word:
        return False
    if word.startswith(short):
        return len(short) >= MIN_BEGINNING
    if _VOWELS.intersection(short[1:]):
        return False
    letters = iter(word)
    return all(letter in letters for letter in short)
