"""Translate foreign words of a query into the English words that code uses.

The table is a text file in the package with one entry per line: a term, a tab, English words, best first; an entry without
English words is a question word or other stop word (`在哪里`, `wie`). Part of it was written for this project, the rest was
learned from translated messages of open-source software (`training/translations.py`). It is loaded on first use.

Chinese, Japanese and Korean words are not separated by spaces or have suffixes attached, so runs of these scripts are
split into the longest terms in the table. In other languages a word is looked up whole, then without its last letters;
the latter only when the text has non-ASCII letters or another word that is in the table unchanged, because `configuration`
alone is not a form of the Italian `configurati`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

from indexers.syntax.words import CJK, fold_accents

TABLE = "translations.tsv"
MAX_TERM = 8
MAX_ENDING = 3
"""The most letters that are removed as the ending of a word."""

MIN_STEM = 4
_HAN = re.compile(r"[\u4e00-\u9fff]+")
FUNCTION_WORDS = frozenset(
    (
        "der die das den dem des ein eine einen einem einer eines was wie wo wer wird werden wurde wurden ist sind war "
        "hat haben kann im in an am auf aus bei von vom zu zum zur mit und oder aber nur auch noch nicht wenn dass als um "
        "es er sie ich man mein dieser diese dieses alle so dann da hier passiert geschieht tut sollte soll muss darf bis nach "
        "vor seit ohne gegen durch uber unter zwischen wahrend wegen sich kein keine welche welcher welches wann warum le "
        "la les un une du de au aux et ou il elle on je est sont ce cette ces que qui dans sur sous par pour avec sans "
        "comment se el los las una unos unas del al son en con sin para por y o como cuando este esta estos estas si no "
        "lo os uma uns umas do dos na nos nas em e ao com sem quando isso"
    ).split()
)
"""Words of German, French, Spanish and Portuguese that say nothing by themselves. Many are also English words or names, so they
count as foreign only in a question in such a language."""

_WORD = re.compile(r"[^\W\d_]+")


@cache
def table() -> dict[str, tuple[str, ...]]:
    """The table: term, in lower case and without accents, -> English words."""
    text = Path(__file__).with_name(TABLE).read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if line)
    return {term: tuple(english.split()) for term, english in pairs}


@cache
def stems() -> dict[str, str]:
    """Alphabetic terms without their last 1 to `MAX_ENDING` letters -> the shortest such term."""
    shortest: dict[str, str] = {}
    for term in sorted(table(), key=len, reverse=True):
        if not CJK.search(term):
            for cut in range(1, MAX_ENDING + 1):
                if len(term) - cut >= MIN_STEM:
                    shortest[term[:-cut]] = term
    return shortest


def translate(text: str, is_word: Callable[[str], bool] = lambda _: False) -> dict[str, tuple[str, ...]]:
    """Each term of `text` in the table -> its English words (none for stop words), in order.

    A word for which `is_word` is true is not treated as an inflected form of another word.
    """
    translations: dict[str, tuple[str, ...]] = {}
    folded = fold_accents(unicodedata.normalize("NFC", text)).lower()
    all_words = _WORD.findall(folded)
    match_forms = not folded.isascii() or not table().keys().isdisjoint(all_words)
    for word in all_words:
        if not word.isascii() and CJK.search(word):
            for run in CJK.findall(word):
                translations.update(_cut(run))
        elif word in table():
            translations[word] = table()[word]
        elif match_forms and not is_word(word) and (term := _form_of(word)) is not None:
            translations[word] = table()[term]
    return translations


def into_han(word: str) -> str:
    """A term in Chinese characters whose best translation is an English word; empty when the table has none."""
    return _han().get(word.lower(), "")


@cache
def _han() -> dict[str, str]:
    """English word -> the term that means it most precisely: with the fewest other meanings, then the shortest."""
    best: dict[str, tuple[int, int, str]] = {}
    for term, english in table().items():
        if english and _HAN.fullmatch(term):
            key = (len(english), len(term), term)
            best[english[0]] = min(best.get(english[0], key), key)
    return {word: term for word, (_, _, term) in best.items()}


def function_words(text: str) -> set[str]:
    """The words of a foreign text that say nothing by themselves, without accents."""
    return set(_WORD.findall(fold_accents(unicodedata.normalize("NFC", text)).lower())) & FUNCTION_WORDS


def _cut(run: str) -> dict[str, tuple[str, ...]]:
    """Split a run without spaces greedily into the longest terms of the table; other characters are skipped."""
    entries, translations, start = table(), dict[str, tuple[str, ...]](), 0
    while start < len(run):
        for length in range(min(MAX_TERM, len(run) - start), 0, -1):
            if (term := run[start : start + length]) in entries:
                translations[term] = entries[term]
                start += length
                break
        else:
            start += 1
    return translations


def _form_of(word: str) -> str | None:
    """The term of which an alphabetic word is an inflected form, or None."""
    for cut in range(MAX_ENDING + 1):
        prefix = word[: len(word) - cut]
        if len(prefix) < MIN_STEM:
            return None
        if cut and prefix in table():
            return prefix
        if prefix in stems():
            return stems()[prefix]
    return None
