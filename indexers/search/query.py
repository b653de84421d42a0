"""Analyse a query's text: terms, identifiers, paths and intent; of a pasted issue also its title, frames and messages."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from indexers.search.pasted import Frame, error_messages, frames, is_pasted, split_title, without_boilerplate
from indexers.syntax.words import STOP_WORDS, identifiers, query_terms, split_identifier, stem, terms

MAX_QUERY_CHARS = 20_000
MAX_TERMS = 48
"""A longer query (a pasted file, a stack trace) is reduced to this many distinct terms."""

MOST_TERMS = 400
"""The terms of a pasted text from which those are chosen that say most in the repository."""

MOST_SYMBOLS, MOST_PASTED_SYMBOLS = 16, 40

BODY = 0.3
"""The importance of a term of a pasted text that is not in its title, relative to one that is."""

_SYMBOL_LIKE = re.compile(r"[a-z\d][A-Z]|[A-Z]{2}[a-z]|\w_\w|::|\w\.\w|->|\(\)|^[@$#]\w|\w#\w")
_TOKEN = re.compile(r"[^\s`'\"()\[\]{},;:!?]+(?:::[^\s`'\"()\[\]{},;:!?]+)*(?:\(\))?")
_PATH_LIKE = re.compile(
    r"(?<![\w.-])[\w.-]++/[\w./-]+|(?<![\w-])[\w-]++\.[a-z]{1,4}\b"
)  # from the begin of a word: linear time
_TEST_INTENT = re.compile(
    r"\b(?:unit |integration )?(?:tests?|tested|testing|specs?|test cases?|pytest|unittest)\b", re.IGNORECASE
)
_DOC_INTENT = re.compile(
    r"\b(?:docs?|documentation|readme|guide|tutorial|changelog|release notes?|install(?:ation)?|getting started|licen[cs]e|"
    r"contribut\w+)\b",
    re.IGNORECASE,
)
_EXAMPLE_INTENT = re.compile(r"\b(?:examples?|samples?|demos?|benchmarks?|fixtures?|mocks?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """An analysed query.

    `terms` are distinct stems; `symbols` are names written as code, without qualifiers; `proper` are capitalised words
    inside a sentence, which may be names; `qualified` are dotted names; `paths` are words that look like file paths.
    `subject` is the title of a pasted text, else the whole text. Only a pasted text has the rest: `importance` of its terms (1
    for one in the title), stack `frames`, innermost first, and error `messages`.
    """

    text: str
    terms: tuple[str, ...]
    symbols: tuple[str, ...]
    proper: tuple[str, ...]
    qualified: tuple[str, ...]
    paths: tuple[str, ...]
    wants_tests: bool
    wants_docs: bool
    wants_examples: bool
    subject: str = ""
    importance: dict[str, float] = field(default_factory=dict)
    frames: tuple[Frame, ...] = ()
    messages: tuple[str, ...] = ()

    @property
    def is_pasted(self) -> bool:
        """Whether the text is an issue, a traceback or a log."""
        return bool(self.importance)

    @property
    def is_symbol(self) -> bool:
        """Whether the query is a single name written as in code: `max_size`, `TLSConfig`, `Session`."""
        single = len(self.text.split()) == 1 and (len(self.symbols) == 1 or len(self.qualified) == 1)
        return single and (self.text[:1].isupper() or _SYMBOL_LIKE.search(self.text) is not None)


def understand(text: str) -> Query:
    """Analyse a query; accepts any text."""
    text = unicodedata.normalize("NFC", text[:MAX_QUERY_CHARS]).strip()
    return _pasted(text) if is_pasted(text) else _question(text)


def _question(text: str) -> Query:
    symbols, qualified, proper = _names(text)
    return Query(
        text,
        tuple(dict.fromkeys((*query_terms(text)[:MAX_TERMS], *_whole(symbols)))),
        tuple(symbols)[:MOST_SYMBOLS],
        tuple(name for name in proper if name not in symbols)[:8],
        tuple(qualified)[:8],
        tuple(_PATH_LIKE.findall(text))[:8],
        bool(_TEST_INTENT.search(text)),
        bool(_DOC_INTENT.search(text)),
        bool(_EXAMPLE_INTENT.search(text)),
        subject=text,
        messages=tuple(error_messages(text)),
    )


def _pasted(text: str) -> Query:
    title, body = split_title(text)
    body = without_boilerplate(body)
    titled, (symbols, qualified, _) = _question(title), _names(body)
    counts = Counter(terms(body))
    found = dict.fromkeys((*titled.terms, *query_terms(body), *_whole(symbols)))
    importance = {term: 1.0 if term in titled.terms else BODY * math.log2(1 + counts.get(term, 1)) for term in found}
    return Query(
        text,
        tuple(found)[:MOST_TERMS],
        tuple(dict.fromkeys((*titled.symbols, *symbols)))[:MOST_PASTED_SYMBOLS],
        titled.proper,
        tuple(dict.fromkeys((*titled.qualified, *qualified)))[:MOST_PASTED_SYMBOLS],
        tuple(dict.fromkeys((*titled.paths, *_PATH_LIKE.findall(body))))[:MOST_PASTED_SYMBOLS],
        titled.wants_tests,
        titled.wants_docs,
        titled.wants_examples,
        subject=title,
        importance=importance,
        frames=tuple(frames(text)),
        messages=tuple(dict.fromkeys((title, *error_messages(text)))),
    )


def _names(text: str) -> tuple[dict[str, None], dict[str, None], dict[str, None]]:
    """The names written as code, the qualified ones among them, and the capitalised words inside a sentence."""
    symbols: dict[str, None] = {}
    qualified: dict[str, None] = {}
    proper: dict[str, None] = {}
    tokens = _TOKEN.findall(text)
    for position, token in enumerate(tokens):
        bare = token.removesuffix("()").strip(".@$#")
        if not _SYMBOL_LIKE.search(token) and len(tokens) > 1:
            if position and bare[:1].isupper() and bare.isalnum() and bare.lower() not in STOP_WORDS:
                proper[bare] = None
            continue
        parts = [part for part in re.split(r"::|\.|->|#|/", bare) if part]
        if not parts or not re.fullmatch(r"[\w$~?!=-]+", parts[-1]):
            continue
        if len(parts) == 1 and parts[0].lower() in STOP_WORDS:
            continue
        symbols[parts[-1]] = None
        if len(parts) > 1:
            qualified[".".join(parts)] = None
            symbols.update(dict.fromkeys(part for part in parts[:-1] if part[:1].isupper()))
    return symbols, qualified, proper


def _whole(symbols: Iterable[str]) -> Iterator[str]:
    """Names of several parts as the single lower-case term that the lexical index stores for definitions."""
    return (name.lower() for name in symbols if name.isidentifier() and len(split_identifier(name)) > 1)


@lru_cache(maxsize=50_000)
def name_terms(name: str) -> tuple[str, ...]:
    """The distinct stems of one name, in order."""
    return tuple(dict.fromkeys(stem(part) for run in identifiers(name) for part in split_identifier(run)))
