"""Tokenise text into words and lexical terms: identifiers split on case, digits and underscores, then lightly stemmed.

Index and query share this module, so both are tokenised alike: `words` are lower-case parts of identifiers, for encoders;
`terms` are their stems, for the lexical index. Chinese, Japanese and Korean runs, which have no spaces, become overlapping
pairs of characters; Latin letters lose their accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import chain

IDENTIFIER = re.compile(r"\w+")
"""A run of letters, digits and underscores, as in an identifier."""

_NO_IDENTIFIER = str.maketrans(dict.fromkeys((char for char in map(chr, range(128)) if not IDENTIFIER.match(char)), " "))
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_ASCII_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_MAX_PART = 40
_MAX_IDENTIFIER = 200
_CACHE_LIMIT = 400_000
_VOWELS = frozenset("aeiouy")

STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "get",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "should",
        "so",
        "some",
        "such",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "us",
        "use",
        "used",
        "uses",
        "using",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "all",
        "also",
        "code",
        "file",
        "function",
        "method",
        "class",
        "implemented",
        "implementation",
        "defined",
        "definition",
    ]
)
"""Words that do not identify code; a query that contains nothing else keeps them all."""


_ENDINGS = {
    "e": ("ize", "ate"),
    "n": ("ization", "ation", "ion"),
    "g": ("izing", "ating", "ing"),
    "d": ("ized", "ated", "ed"),
    "r": ("izer", "ator", "er", "or"),
    "s": ("ers",),
    "t": ("ment",),
}
"""Endings that a stem loses, by their last letter: of several the first that leaves four letters."""


def stem(word: str) -> str:
    """Strip plural and verb endings of a lower-case word.

    A light stemmer based on Harman's S-stemmer ("How effective is suffixing?", JASIS 42, 1991), extended by endings such
    as -ing, -ed, -er and -ion; the stem has at least three letters, unless the word is shorter.
    """
    n = len(word)
    if n < 4 or not word.isascii():
        return word
    if word.endswith(("ies", "ied")) and n > 4:
        word = word[:-3] + "y"
    elif word.endswith("sses") or (word.endswith("es") and word[-3] in "sxzh" and n > 4):
        word = word[:-2]
    elif word.endswith("s") and word[-2] not in "sui":
        word = word[:-1]
    for suffix in _ENDINGS.get(word[-1], ()):
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            word = word[: -len(suffix)]
            break
    else:
        short = (len(word) == 6 and word.endswith("ing")) or (len(word) == 5 and word.endswith(("ed", "er")))
        if short and not _VOWELS.isdisjoint(word[:3]):
            word = word[:3]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    return word


_LATIN = re.compile(r"[\u00aa-\u024f\u1e00-\u1eff]")
_NO_DECOMPOSITION = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
    }
)


def fold_accents(text: str) -> str:
    """Remove accents from Latin letters (`Überprüfung` -> `Uberprufung`); other scripts are unchanged."""
    if text.isascii():
        return text
    return _LATIN.sub(lambda letter: unicodedata.normalize("NFD", letter[0])[0], text.translate(_NO_DECOMPOSITION))


def split_identifier(identifier: str) -> tuple[str, ...]:
    """`getHTTPResponse2` -> `("get", "http", "response", "2")`; parts over 40 characters are dropped."""
    if identifier.isascii() and len(identifier) <= _MAX_PART:
        if identifier.islower() and identifier.isalpha():
            return (identifier,)
        return tuple(" ".join(_ASCII_PART.findall(identifier)).lower().split())
    parts: list[str] = []
    for part in _PART.findall(fold_accents(identifier[:_MAX_IDENTIFIER])):
        lowered = part.lower()
        if lowered.isascii():
            if len(lowered) <= _MAX_PART:
                parts.append(lowered)
        else:
            parts.extend(_split_unicode(lowered))
    return tuple(parts)


def _split_unicode(part: str) -> Iterable[str]:
    position = 0
    for run in CJK.finditer(part):
        if run.start() > position:
            yield part[position : run.start()][:_MAX_PART]
        text = run[0]
        yield from (text[i : i + 2] for i in range(len(text) - 1)) if len(text) > 1 else (text,)
        position = run.end()
    if position < len(part):
        yield part[position:][:_MAX_PART]


class _StemCache(dict[str, str]):
    """A cache from a word to its stem, emptied when it grows too large."""

    def __missing__(self, word: str) -> str:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        result = self[word] = stem(word)
        return result


class _TermCache(dict[str, str]):
    """A cache from an identifier to its stems, joined by spaces; emptied when it grows too large."""

    def __missing__(self, identifier: str) -> str:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        joined = self[identifier] = " ".join(map(_STEMS.__getitem__, split_identifier(identifier)))
        return joined


_STEMS = _StemCache()
_TERMS = _TermCache()


def identifiers(text: str) -> list[str]:
    """Every identifier-like run of `text` after NFC normalisation, in order, including repeats."""
    if text.isascii():
        return text.translate(_NO_IDENTIFIER).split()  # half the time of the expression
    return IDENTIFIER.findall(unicodedata.normalize("NFC", text))


def join_terms(found: Iterable[str]) -> str:
    """The terms of the identifiers `found`, joined by spaces as the lexical index stores them."""
    return " ".join(map(_TERMS.__getitem__, found))


def terms(text: str) -> list[str]:
    """The lexical terms of `text`, in order, including repeats."""
    return join_terms(identifiers(text)).split()


def words(text: str) -> list[str]:
    """The lower-case parts of the identifiers in `text`, not stemmed, in order, including repeats."""
    return list(chain.from_iterable(map(split_identifier, identifiers(text))))


def query_terms(text: str) -> list[str]:
    """The distinct terms of a query without stop words, in order; with them if the query contains only stop words.

    A stop word inside a longer identifier (`FromRequest`, `is_safe`) is part of a name and is kept.
    """
    selected: dict[str, None] = {}
    stop_terms: dict[str, None] = {}
    for identifier in identifiers(text):
        parts = split_identifier(identifier)
        for word in parts:
            (stop_terms if len(parts) == 1 and word in STOP_WORDS else selected)[stem(word)] = None
    return list(selected or stop_terms)
