"""Analyse a query's text: terms, identifiers, paths and intent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from indexers.syntax.words import STOP_WORDS, identifiers, query_terms, split_identifier, stem

MAX_QUERY_CHARS = 4_000
MAX_TERMS = 48
"""A longer query (a pasted file, a stack trace) is cut to this many distinct terms."""

_SYMBOL_LIKE = re.compile(r"[a-z\d][A-Z]|[A-Z]{2}[a-z]|\w_\w|::|\w\.\w|->|\(\)|^[@$#]\w")
_TOKEN = re.compile(r"[^\s`'\"()\[\]{},;:!?]+(?:::[^\s`'\"()\[\]{},;:!?]+)*(?:\(\))?")
_PATH_LIKE = re.compile(r"[\w.-]+/[\w./-]+|[\w-]+\.[a-z]{1,4}\b")
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

    @property
    def is_symbol(self) -> bool:
        """Whether the query is a single name written as in code: `max_size`, `TLSConfig`, `Session`."""
        single = len(self.text.split()) == 1 and (len(self.symbols) == 1 or len(self.qualified) == 1)
        return single and (self.text[:1].isupper() or _SYMBOL_LIKE.search(self.text) is not None)


def understand(text: str) -> Query:
    """Analyse a query; accepts any text."""
    text = unicodedata.normalize("NFC", text[:MAX_QUERY_CHARS]).strip()
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
    return Query(
        text,
        tuple(dict.fromkeys((*query_terms(text)[:MAX_TERMS], *_whole(symbols)))),
        tuple(symbols)[:16],
        tuple(name for name in proper if name not in symbols)[:8],
        tuple(qualified)[:8],
        tuple(_PATH_LIKE.findall(text))[:8],
        bool(_TEST_INTENT.search(text)),
        bool(_DOC_INTENT.search(text)),
        bool(_EXAMPLE_INTENT.search(text)),
    )


def _whole(symbols: Iterable[str]) -> Iterator[str]:
    """Names of several parts as the single lower-case term that the lexical index stores for definitions."""
    return (name.lower() for name in symbols if name.isidentifier() and len(split_identifier(name)) > 1)


@lru_cache(maxsize=50_000)
def name_terms(name: str) -> tuple[str, ...]:
    """The distinct stems of one name, in order."""
    return tuple(dict.fromkeys(stem(part) for run in identifiers(name) for part in split_identifier(run)))
