"""Query expansion: translations, abbreviations and spelling corrections.

Abbreviations and corrections come from the repository's own vocabulary, so they only add words that it contains.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from indexers.search.query import MAX_TERMS, Query
from indexers.search.spelling import Similarity, is_misspelling, most_frequent, nearest_spellings
from indexers.search.translation import function_words, translate
from indexers.search.vocabulary import MIN_ABBREVIATED, MIN_ABBREVIATION, Vocabulary
from indexers.stores.catalog import Catalog
from indexers.stores.lexicon import document_frequencies
from indexers.syntax.words import STOP_WORDS, fold_accents, identifiers, split_identifier, stem, words

MOST_TRANSLATIONS = 3
"""The most English words used for one foreign term."""


ALIKE = 0.28
"""The minimum cosine between the static vectors of a word and its abbreviation."""

LITTLE = 2
ALIKE_WHEN_LITTLE = 0.5
"""The minimum cosine when at most `LITTLE` letters are cut off: `err` is `error` (0.51), `log` is not `login` (0.47)."""

MOST_CORRECTED = 5

MOST_CANDIDATES = 40
IRREGULAR_FILE = "irregular_forms.txt"


@dataclass(slots=True)
class Expansion:
    """An expanded query.

    `groups` maps each term or word of the query to the terms searched for it; `frequencies` maps those terms to the
    number of chunks that contain them; `text` is the query with the added words, for an encoder.
    """

    groups: dict[str, tuple[str, ...]]
    frequencies: dict[str, int]
    text: str
    forms: set[str] = field(default_factory=set)
    """The groups whose terms are all forms of one word, which count together."""

    importance: dict[str, float] = field(default_factory=dict)
    """The importance of groups relative to their rarity, where it is not 1."""

    foreign: set[str] = field(default_factory=set)
    """Words of the query in another language that the repository does not contain: their translations stand for them."""

    def rarities(self, total: int) -> dict[str, float]:
        """The rarity of each group among `total` chunks: the largest BM25 inverse document frequency of its terms."""

        def rarity(count: int) -> float:
            return math.log(1 + max(0, total - count + 0.5) / (count + 0.5))

        counts = self.frequencies
        return {
            name: rarity(sum(counts.get(t, 0) for t in terms))
            if name in self.forms
            else max(rarity(counts[t]) if t in counts else 0.0 for t in terms)
            for name, terms in self.groups.items()
        }

    def weights(self, total: int) -> dict[str, float]:
        """The weight of each term as a share of the query; the shares of the groups sum to 1."""
        rarities = {name: self.importance.get(name, 1.0) * rarity for name, rarity in self.rarities(total).items()}
        total_rarity = sum(rarities.values()) or 1.0
        shares: dict[str, float] = {}
        for name, terms in self.groups.items():
            for term in terms:
                shares[term] = max(shares.get(term, 0.0), rarities[name] / total_rarity)
        return shares


def expand(
    query: Query, catalog: Catalog, vocabulary: Vocabulary, similarity: Similarity, knows: Callable[[str], bool]
) -> Expansion:
    """Expand a query for this repository.

    `knows` returns whether a word is spelled correctly, independent of the repository.
    """
    frequencies = document_frequencies(catalog, query.terms)
    if query.is_pasted:
        return _decisive(query, frequencies, catalog)
    expansion = Expansion({term: (term,) for term in query.terms}, frequencies, query.text)
    _add_translations(query, catalog, knows, expansion)
    _add_corrections(query.text, catalog, vocabulary, knows, similarity, expansion)
    _add_abbreviations(query, catalog, vocabulary, expansion, similarity)
    _add_forms(query.text, catalog, expansion)
    return expansion


def _decisive(query: Query, frequencies: dict[str, int], catalog: Catalog) -> Expansion:
    """The terms of a pasted text that say most in this repository, by importance and rarity; unknown ones say nothing."""
    total = max(1, catalog.chunk_count())
    worth = {
        term: query.importance.get(term, 1.0) * math.log(1 + (total - count + 0.5) / (count + 0.5))
        for term, count in frequencies.items()
        if count
    }
    best = sorted(worth, key=lambda term: -worth[term])[:MAX_TERMS]
    kept = set(best)
    body = [word for word in plain_words(query.text) if stem(word) in kept]
    text = f"{query.subject} {' '.join(dict.fromkeys(body))}"
    groups: dict[str, tuple[str, ...]] = {term: (term,) for term in best or query.terms[:MAX_TERMS]}
    return Expansion(groups, {term: frequencies[term] for term in groups}, text, importance=query.importance)


def _replace(expansion: Expansion, catalog: Catalog, word: str, terms: Sequence[str]) -> None:
    """Search for `terms` in place of `word`."""
    new_terms = [term for term in terms if term not in expansion.frequencies]
    expansion.frequencies.update(document_frequencies(catalog, new_terms))
    expansion.groups[word] = tuple(dict.fromkeys(terms))


def _drop(expansion: Expansion, term: str) -> None:
    """Remove a term that no chunk contains and that was not expanded."""
    if expansion.frequencies.get(term) == 0 and expansion.groups.get(term) == (term,):
        del expansion.groups[term]


def _add_translations(query: Query, catalog: Catalog, knows: Callable[[str], bool], expansion: Expansion) -> None:
    """Translate foreign words when the query has non-Latin letters, or when half of its words are foreign and not indexed."""
    non_latin = any(letter.isalpha() and not letter.isascii() for letter in fold_accents(query.text))
    if not non_latin and all(expansion.frequencies.values()):
        return
    translated = translate(query.text, knows)
    if non_latin:  # words in Latin letters are then English, or names
        translated = {word: meaning for word, meaning in translated.items() if not word.isascii()}
    else:  # an English question may contain a word that is also in the table
        unknown = [w for w in translated if not expansion.frequencies.get(stem(w), 0)]
        if 2 * len(unknown) < len(words(query.text)):
            return
        expansion.foreign |= function_words(query.text)
    english: list[str] = []
    for word, meaning in translated.items():
        if word in STOP_WORDS or (word.isascii() and expansion.frequencies.get(stem(word), 0)):
            continue  # also an English word, or indexed as it is spelled
        _drop(expansion, stem(word))
        expansion.foreign.add(word)
        terms = [stem(w) for w in meaning[:MOST_TRANSLATIONS] if w not in STOP_WORDS]
        if terms:
            english.extend(meaning[:MOST_TRANSLATIONS])
            _replace(expansion, catalog, word, terms)
    if english:
        expansion.text = f"{query.text} {' '.join(english)}"
        for term in [t for t in expansion.frequencies if not t.isascii()]:
            _drop(expansion, term)


def _add_corrections(
    text: str,
    catalog: Catalog,
    vocabulary: Vocabulary,
    knows: Callable[[str], bool],
    similarity: Similarity,
    expansion: Expansion,
) -> None:
    """Replace a word that is not indexed by the indexed word with the same first letter that it is a misspelling of."""
    unknown = [t for t, n in expansion.frequencies.items() if n == 0 and expansion.groups.get(t) == (t,)]
    words_by_stem = {stem(word): word for word in plain_words(text)}
    misspelled = [term for term in unknown if term in words_by_stem and term.isascii() and term.isalpha()]
    for term in misspelled[:MOST_CORRECTED]:
        near = nearest_spellings(term, vocabulary.near_in_length(term))
        best = most_frequent(near, document_frequencies(catalog, near))
        if best and is_misspelling(words_by_stem[term], best, knows, similarity):
            _replace(expansion, catalog, term, [best])
            expansion.text = f"{expansion.text} {best}"


def _add_abbreviations(
    query: Query, catalog: Catalog, vocabulary: Vocabulary, expansion: Expansion, similarity: Similarity
) -> None:
    """Add indexed abbreviations (`auth` for authentication, `cfg` for configuration), and the long forms of short words."""
    for word in dict.fromkeys(plain_words(query.text)):
        term = stem(word)
        if expansion.groups.get(term) != (term,) or not (word.isascii() and word.isalpha()):
            continue
        if len(word) >= MIN_ABBREVIATED:
            candidates = vocabulary.abbreviations(word)
        elif len(word) >= MIN_ABBREVIATION and not expansion.frequencies[term]:
            candidates = vocabulary.abbreviated_by(word)
        else:
            continue
        candidates = [t for t in candidates if t not in expansion.frequencies][:MOST_CANDIDATES]
        if candidates:
            cosine, best = max(zip(similarity(word, candidates), candidates, strict=True))
            if cosine >= (ALIKE if abs(len(word) - len(best)) > LITTLE else ALIKE_WHEN_LITTLE):
                _replace(expansion, catalog, term, [term, best])


def _add_forms(text: str, catalog: Catalog, expansion: Expansion) -> None:
    """Add the forms of words that have different stems: alias and aliases, id and ids, written and write."""
    others: dict[str, set[str]] = {}
    for word in dict.fromkeys(plain_words(text)):
        term = stem(word)
        if word.isascii() and word.isalpha() and expansion.groups.get(term) == (term,):
            others[term] = {stem(form) for form in (*number_forms(word), *base_form(word))} - {term}
    counts = document_frequencies(catalog, sorted(set[str]().union(*others.values())))
    for term, forms in others.items():
        if indexed := [form for form in sorted(forms) if counts[form]]:
            expansion.frequencies.update((form, counts[form]) for form in indexed)
            expansion.groups[term] = (term, *indexed)
            expansion.forms.add(term)


def number_forms(word: str) -> list[str]:
    """The possible singular and plural forms of a lower-case word, without the word itself."""
    if len(word) > 4 and word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return [word[:-1], word[:-2]]
    if word.endswith(("ss", "us", "is", "as", "x", "z", "ch", "sh")):
        return [word + "es"]
    return [word[:-1]] if len(word) >= 3 and word.endswith("s") else [word + "s"]


def base_form(word: str) -> tuple[str, ...]:
    """The word that an irregular form belongs to: `send` for `sent`; none for most words. Code has names in their base form."""
    return _irregular().get(word, ())


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    lines = Path(__file__).with_name(IRREGULAR_FILE).read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {form: (row[0],) for row in rows for form in row[1:]}


def plain_words(text: str) -> list[str]:
    """The words of a text in lower case, without stop words and without parts of longer names."""
    split_runs = (split_identifier(run) for run in identifiers(text))
    return [parts[0] for parts in split_runs if len(parts) == 1 and parts[0] not in STOP_WORDS]
