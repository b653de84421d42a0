"""Words of other languages -> the English words that code would use for them.

The table is a text file in the package, one entry a line: a term, a tab, English words, best first; an entry without
English words is one that only asks (`在哪里`, `wie`). Part of it was written for this project, the rest was learned from
the translated messages of open software (`training/translations.py`). It is read on the first question that needs it.

Chinese, Japanese and Korean have no spaces between words, or endings glued to them: their runs are cut into the longest
terms that the table has. In other languages a word is looked up whole, then, when the text has at least one word that is
in the table as it stands, without its last letters: `configuration` alone is not a form of the Italian `configurati`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from indexers.syntax.words import CJK, fold_accents

TABLE = "translations.tsv"
MAX_TERM = 8
MAX_ENDING = 3
"""At most this many last letters of a word are taken for its ending."""

MIN_STEM = 4
_WORD = re.compile(r"[^\W\d_]+")


@cache
def table() -> dict[str, tuple[str, ...]]:
    """Term -> English words; accents folded, lower case."""
    text = files(__package__).joinpath(TABLE).read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if line)
    return {term: tuple(english.split()) for term, english in pairs}


@cache
def stems() -> dict[str, str]:
    """The beginnings of terms in alphabets, cut by up to `MAX_ENDING` letters -> the shortest such term."""
    found: dict[str, str] = {}
    for term in sorted(table(), key=len, reverse=True):
        if not CJK.search(term):
            for cut in range(1, MAX_ENDING + 1):
                if len(term) - cut >= MIN_STEM:
                    found[term[:-cut]] = term
    return found


def translate(text: str, is_word: Callable[[str], bool] = lambda _: False) -> dict[str, tuple[str, ...]]:
    """Each term of `text` that the table knows -> its English words (none for words that only ask), in order.

    A word that `is_word` says is one already, in whatever language, is not taken for a form of another.
    """
    found: dict[str, tuple[str, ...]] = {}
    folded = fold_accents(unicodedata.normalize("NFC", text)).lower()
    every = _WORD.findall(folded)
    forms = not folded.isascii() or not table().keys().isdisjoint(every)
    for word in every:
        if not word.isascii() and CJK.search(word):
            for run in CJK.findall(word):
                found.update(_cut(run))
        elif word in table():
            found[word] = table()[word]
        elif forms and not is_word(word) and (term := _form_of(word)) is not None:
            found[word] = table()[term]
    return found


def _cut(run: str) -> dict[str, tuple[str, ...]]:
    """The longest terms of a run without spaces, from its beginning on; characters of none are passed over."""
    known, found, start = table(), dict[str, tuple[str, ...]](), 0
    while start < len(run):
        for length in range(min(MAX_TERM, len(run) - start), 0, -1):
            if (term := run[start : start + length]) in known:
                found[term] = known[term]
                start += length
                break
        else:
            start += 1
    return found


def _form_of(word: str) -> str | None:
    """The term that a word of an alphabet is a form of."""
    for cut in range(MAX_ENDING + 1):
        beginning = word[: len(word) - cut]
        if len(beginning) < MIN_STEM:
            return None
        if cut and beginning in table():
            return beginning
        if beginning in stems():
            return stems()[beginning]
    return None
