"""What a question means besides what it says: translations, abbreviations, and words that were misspelled.

All three are looked up in the repository's own vocabulary, so that only words which stand somewhere are ever added.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from indexers.search.lexical import document_frequencies
from indexers.search.query import Query
from indexers.search.translation import translate
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


class Vocabulary:
    """The plain words among a repository's terms, by first letter; read once for each letter that is asked for."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        """Read from the lexical index behind this connection, as it is now."""
        self._sql = sql
        self._letters: dict[str, tuple[list[str], frozenset[str], list[str]]] = {}

    def _of(self, letter: str) -> tuple[list[str], frozenset[str], list[str]]:
        """All words, the short ones, and those of the short ones that have no vowel after their first letter."""
        if letter not in self._letters:
            sql = "SELECT term FROM vocabulary WHERE term >= ? AND term < ?"
            rows = self._sql.execute(sql, (letter, chr(ord(letter) + 1)))
            every = [term for (term,) in rows if term.isascii() and term.isalpha()]
            short = [term for term in every if MIN_ABBREVIATION <= len(term) <= MAX_ABBREVIATION]
            self._letters[letter] = every, frozenset(short), [term for term in short if not _VOWELS.intersection(term[1:])]
        return self._letters[letter]

    def near_in_length(self, word: str, difference: int = 2) -> list[str]:
        """The words with the same first letter whose length differs by no more than this."""
        return [term for term in self._of(word[0])[0] if abs(len(term) - len(word)) <= difference]

    def abbreviations(self, word: str) -> list[str]:
        """The short words that may abbreviate a long one."""
        _, short, consonants = self._of(word[0])
        beginnings = (word[:length] for length in range(MIN_BEGINNING, MAX_ABBREVIATION + 1))
        found = [beginning for beginning in beginnings if beginning in short and abbreviates(beginning, word)]
        return found + [term for term in consonants if term not in found and abbreviates(term, word)]

    def abbreviated_by(self, short: str) -> list[str]:
        """The long words that a short one may abbreviate."""
        return [term for term in self._of(short[0])[0] if len(term) >= MIN_ABBREVIATED and abbreviates(short, term)]


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
    query: Query, sql: sqlite3.Connection, vocabulary: Vocabulary, similarity: Similarity, knows: Callable[[str], bool]
) -> Expansion:
    """Everything that the query's words may stand for in this repository.

    `knows` tells words that are spelled right, whether they stand in this repository or not.
    """
    found = Expansion({term: (term,) for term in query.terms}, document_frequencies(sql, query.terms), query.text)
    _add_translations(query, sql, knows, found)
    _add_corrections(query.text, sql, vocabulary, knows, found)
    _add_abbreviations(query, sql, vocabulary, found, similarity)
    return found


def _replace(found: Expansion, sql: sqlite3.Connection, word: str, terms: Sequence[str]) -> None:
    """Let `terms` stand for `word`."""
    fresh = [term for term in terms if term not in found.frequencies]
    found.frequencies.update(document_frequencies(sql, fresh))
    found.groups[word] = tuple(dict.fromkeys(terms))


def _forget(found: Expansion, term: str) -> None:
    """Take out a term that stands nowhere and means nothing."""
    if found.frequencies.get(term) == 0 and found.groups.get(term) == (term,):
        del found.groups[term]


def _add_translations(query: Query, sql: sqlite3.Connection, knows: Callable[[str], bool], found: Expansion) -> None:
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
        _forget(found, stem(word))
        terms = [stem(w) for w in meaning[:MOST_TRANSLATIONS] if w not in STOP_WORDS]
        if terms:
            english.extend(meaning[:MOST_TRANSLATIONS])
            _replace(found, sql, word, terms)
    if english:
        found.text = f"{query.text} {' '.join(english)}"
        for term in [t for t in found.frequencies if not t.isascii()]:
            _forget(found, term)


def _add_corrections(
    text: str, sql: sqlite3.Connection, vocabulary: Vocabulary, knows: Callable[[str], bool], found: Expansion
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
            _replace(found, sql, term, [best])
            found.text = f"{found.text} {best}"


def _add_abbreviations(
    query: Query, sql: sqlite3.Connection, vocabulary: Vocabulary, found: Expansion, similarity: Similarity
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
                _replace(found, sql, term, [term, alike[1]])


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
