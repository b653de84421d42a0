"""What a question means besides what it says: translations, abbreviations, and words that were misspelled.

All three are looked up in the repository's own vocabulary, so that only words which stand somewhere are ever added.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from indexers.search.query import Query
from indexers.search.translation import translate
from indexers.stores.catalog import Catalog
from indexers.stores.lexicon import document_frequencies, terms_of_letter
from indexers.syntax.words import STOP_WORDS, fold_accents, identifiers, split_identifier, stem, words

MOST_TRANSLATIONS = 3
"""English words taken for one foreign term."""

MIN_ABBREVIATED = 5
"""Shorter words are not abbreviated by anyone; shorter forms than `MIN_ABBREVIATION` letters stand for too much."""

MIN_ABBREVIATION = 2
MAX_ABBREVIATION = 5
MIN_BEGINNING = 3
ALIKE = 0.28
"""An abbreviation must mean the same: the least cosine between the static vectors of both words."""

LITTLE = 2
ALIKE_WHEN_LITTLE = 0.5
"""`err` is `error` (0.51), but `log` is not `login` (0.47): where little is cut off, more likeness is asked for."""

MIN_MISSPELLED = 4
MOST_CORRECTED = 5
NEAR = 0.84
"""How alike (2 x matching letters / all letters) a known word must be to stand for one that is nowhere."""

MOST_CANDIDATES = 40
_VOWELS = frozenset("aeiou")

Similarity = Callable[[str, Sequence[str]], Sequence[float]]
"""A word and others -> the cosine between it and each of them."""


@dataclass(frozen=True, slots=True)
class Words:
    """The plain words of one letter: all, the short ones, and of these the ones without a vowel after the first letter."""

    every: list[str]
    short: frozenset[str]
    consonants: list[str]


class Vocabulary:
    """The plain words among a repository's terms, read once for each letter that is asked for."""

    def __init__(self, catalog: Catalog, known: dict[str, Words] | None = None) -> None:
        """Read from a catalog; `known` keeps what was read for other calls on the same generation."""
        self._catalog = catalog
        self._letters: dict[str, Words] = {} if known is None else known

    def _of(self, letter: str) -> Words:
        if letter not in self._letters:
            every = [term for term in terms_of_letter(self._catalog, letter) if term.isascii() and term.isalpha()]
            short = [term for term in every if MIN_ABBREVIATION <= len(term) <= MAX_ABBREVIATION]
            bare = [term for term in short if not _VOWELS.intersection(term[1:])]
            self._letters[letter] = Words(every, frozenset(short), bare)
        return self._letters[letter]

    def near_in_length(self, word: str, difference: int = 2) -> list[str]:
        """The words with the same first letter whose length differs by no more than this."""
        return [term for term in self._of(word[0]).every if abs(len(term) - len(word)) <= difference]

    def abbreviations(self, word: str) -> list[str]:
        """The short words that may abbreviate a long one."""
        words = self._of(word[0])
        beginnings = (word[:length] for length in range(MIN_BEGINNING, MAX_ABBREVIATION + 1))
        found = [beginning for beginning in beginnings if beginning in words.short and abbreviates(beginning, word)]
        return found + [term for term in words.consonants if term not in found and abbreviates(term, word)]

    def abbreviated_by(self, short: str) -> list[str]:
        """The long words that a short one may abbreviate."""
        return [term for term in self._of(short[0]).every if len(term) >= MIN_ABBREVIATED and abbreviates(short, term)]


@dataclass(slots=True)
class Expansion:
    """What to look for.

    `groups` maps what the question says to the terms that may stand for it, its own first; `frequencies` says in how
    many chunks each of those occurs; `text` is the question with what was added, for an encoder.
    """

    groups: dict[str, tuple[str, ...]]
    frequencies: dict[str, int]
    text: str

    def rarities(self, total: int) -> dict[str, float]:
        """Group -> how rare it is among `total` chunks (the inverse document frequency of BM25), as its rarest term is."""
        rarity = {t: math.log(1 + (total - n + 0.5) / (n + 0.5)) for t, n in self.frequencies.items()}
        return {name: max(rarity.get(t, 0.0) for t in terms) for name, terms in self.groups.items()}

    def weights(self, total: int) -> dict[str, float]:
        """Term -> its share of the question; a group counts once."""
        of_group = self.rarities(total)
        every = sum(of_group.values()) or 1.0
        shares: dict[str, float] = {}
        for name, terms in self.groups.items():
            for term in terms:
                shares[term] = max(shares.get(term, 0.0), of_group[name] / every)
        return shares


def expand(
    query: Query, catalog: Catalog, vocabulary: Vocabulary, similarity: Similarity, knows: Callable[[str], bool]
) -> Expansion:
    """Everything that the query's words may stand for in this repository.

    `knows` tells words that are spelled right, whether they stand in this repository or not.
    """
    found = Expansion({term: (term,) for term in query.terms}, document_frequencies(catalog, query.terms), query.text)
    _add_translations(query, catalog, knows, found)
    _add_corrections(query.text, catalog, vocabulary, knows, found)
    _add_abbreviations(query, catalog, vocabulary, found, similarity)
    return found


def _replace(found: Expansion, catalog: Catalog, word: str, terms: Sequence[str]) -> None:
    """Let `terms` stand for `word`."""
    fresh = [term for term in terms if term not in found.frequencies]
    found.frequencies.update(document_frequencies(catalog, fresh))
    found.groups[word] = tuple(dict.fromkeys(terms))


def _drop(found: Expansion, term: str) -> None:
    """Remove a term that occurs nowhere and has no translation."""
    if found.frequencies.get(term) == 0 and found.groups.get(term) == (term,):
        del found.groups[term]


def _add_translations(query: Query, catalog: Catalog, knows: Callable[[str], bool], found: Expansion) -> None:
    """English words for the foreign ones: when the text has other letters than Latin ones, or half of it stands nowhere."""
    other_letters = any(letter.isalpha() and not letter.isascii() for letter in fold_accents(query.text))
    if not other_letters and all(found.frequencies.values()):
        return
    translated = translate(query.text, knows)
    if other_letters:  # Latin words among them are English, or names
        translated = {word: meaning for word, meaning in translated.items() if not word.isascii()}
    else:  # an English question may hold one word that means something elsewhere
        unknown = [w for w in translated if not found.frequencies.get(stem(w), 0)]
        if 2 * len(unknown) < len(words(query.text)):
            return
    english: list[str] = []
    for word, meaning in translated.items():
        if word in STOP_WORDS or (word.isascii() and found.frequencies.get(stem(word), 0)):
            continue  # spelled as in English, and it is there
        _drop(found, stem(word))
        terms = [stem(w) for w in meaning[:MOST_TRANSLATIONS] if w not in STOP_WORDS]
        if terms:
            english.extend(meaning[:MOST_TRANSLATIONS])
            _replace(found, catalog, word, terms)
    if english:
        found.text = f"{query.text} {' '.join(english)}"
        for term in [t for t in found.frequencies if not t.isascii()]:
            _drop(found, term)


def _add_corrections(
    text: str, catalog: Catalog, vocabulary: Vocabulary, knows: Callable[[str], bool], found: Expansion
) -> None:
    """For a word that stands nowhere and that nobody knows, the nearest one of the same first letter that does."""
    unknown = [t for t, n in found.frequencies.items() if n == 0 and found.groups.get(t) == (t,)]
    spelled = {stem(word): word for word in plain_words(text)}
    for term in [t for t in unknown if t in spelled and not knows(spelled[t])][:MOST_CORRECTED]:
        if len(term) < MIN_MISSPELLED or not (term.isascii() and term.isalpha()):
            continue
        best, near = "", NEAR
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(term)
        for other in vocabulary.near_in_length(term):
            matcher.set_seq1(other)
            if matcher.real_quick_ratio() > near and matcher.quick_ratio() > near and (ratio := matcher.ratio()) > near:
                best, near = other, ratio
        if best:
            _replace(found, catalog, term, [best])
            found.text = f"{found.text} {best}"


def _add_abbreviations(
    query: Query, catalog: Catalog, vocabulary: Vocabulary, found: Expansion, similarity: Similarity
) -> None:
    """`auth` for authentication, `cfg` for configuration, and the other way round, where the repository has them."""
    for word in dict.fromkeys(plain_words(query.text)):
        term = stem(word)
        if found.groups.get(term) != (term,) or not (word.isascii() and word.isalpha()):
            continue
        if len(word) >= MIN_ABBREVIATED:
            candidates = vocabulary.abbreviations(word)
        elif len(word) >= MIN_ABBREVIATION and not found.frequencies[term]:
            candidates = vocabulary.abbreviated_by(word)
        else:
            continue
        candidates = [t for t in candidates if t not in found.frequencies][:MOST_CANDIDATES]
        if candidates:
            alike = max(zip(similarity(word, candidates), candidates, strict=True))
            if alike[0] >= (ALIKE if abs(len(word) - len(alike[1])) > LITTLE else ALIKE_WHEN_LITTLE):
                _replace(found, catalog, term, [term, alike[1]])


def plain_words(text: str) -> list[str]:
    """The lower-case words of a text that are neither stop words nor parts of longer names."""
    found = (split_identifier(run) for run in identifiers(text))
    return [parts[0] for parts in found if len(parts) == 1 and parts[0] not in STOP_WORDS]


def abbreviates(short: str, word: str) -> bool:
    """Whether `short` is a beginning of `word` (auth), or its first letter and some of its consonants in order (cfg)."""
    if len(short) + 2 > len(word) or short[0] != word[0] or short == word:
        return False
    if word.startswith(short):
        return len(short) >= MIN_BEGINNING
    if _VOWELS.intersection(short[1:]):
        return False
    letters = iter(word)
    return all(letter in letters for letter in short)
