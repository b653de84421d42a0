"""Which name follows which tokens: counted in a repository and in a buffer, for completion without a model.

The estimate is a nested cache model of n-grams: the counts of the buffer and those of the other files, each of three orders,
are mixed, and an order counts the more, the more often its tokens were seen (Witten-Bell smoothing; for code: Tu, Su and
Devanbu, "On the localness of software", 2014; Hellendoorn and Devanbu, "Are deep neural networks the best choice for
modeling source code?", 2017).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

ORDERS = (3, 2, 1)
"""How many tokens before a name are looked at, the longest first."""

WHOLE_LINE = "<line>"
"""Marks the context of the first token of a line with the last one, which tells an import from a call."""

KEYWORDS = frozenset(
    "and as assert async await break case catch class const continue def default defer del do elif else enum except export "
    "extends false finally fn for from func function global go if implements import in interface is lambda let match mut new "
    "nil none not null or package pass private protected pub public raise range return self static struct super switch this "
    "throw true try type typeof undefined use var void while with yield".split()
)
_TOKEN = re.compile(r"[^\W\d]\w*|\d[\w.]*|\n|[^\w\s]")
_COMMENT = re.compile(r"^[^\S\n]*(?:#(?![^\S\n]*(?:include|define|if|endif|else))|//|\*(?!\w)|/\*).*$", re.MULTILINE)
_NAME = re.compile(r"[^\W\d]\w+")

Counts = dict[tuple[str, ...], dict[str, int]]
"""The tokens before, and how often each name stood after them."""

Seen = Mapping[tuple[str, ...], Mapping[str, int]]


def tokens_of(text: str) -> list[str]:
    """The tokens of a text in any language: words, numbers, single other characters, ends of lines; no lines of comments."""
    found = _TOKEN.findall(_COMMENT.sub("", text))
    return [word for at, word in enumerate(found) if word != "\n" or at == 0 or found[at - 1] != "\n"]


def contexts(tokens: Sequence[str], at: int, first: str) -> list[tuple[str, ...]]:
    """The contexts of the place before token `at`, the most exact first; `first` is the first token of its line."""
    found = [tuple(tokens[max(0, at - order) : at]) for order in ORDERS]
    return [*found[:2], (WHOLE_LINE, first, tokens[at - 1] if at else "\n"), found[2]]


def is_name(token: str, before: str) -> bool:
    """Whether a token is a name that is worth completing; after a dot a keyword is a name too (`promise.catch`)."""
    return _NAME.fullmatch(token) is not None and (before == "." or token not in KEYWORDS)


def count(tokens: Sequence[str], into: Counts | None = None) -> Counts:
    """Add the names of a text to the counts."""
    counts: Counts = defaultdict(dict) if into is None else into
    first, started = "\n", True
    for at, word in enumerate(tokens):
        if is_name(word, tokens[at - 1] if at else ""):
            for context in contexts(tokens, at, first):
                names = counts.setdefault(context, {})
                names[word] = names.get(word, 0) + 1
        if word == "\n":
            first, started = "\n", True
        elif started:
            first, started = word, False
    return counts


class Idioms:
    """The counts of the files of a repository."""

    def __init__(self) -> None:
        """Nothing is counted yet."""
        self._counts: Counts = {}
        self._texts: dict[str, str] = {}
        self._latest: tuple[str, Counts] = ("", {})

    def add(self, path: str, text: str) -> None:
        """Count the text of a file, which is kept: what a file contributed is taken from the text that was counted."""
        self._texts[path] = text
        count(tokens_of(text), self._counts)

    def of_file(self, path: str) -> Seen:
        """What a file contributed; empty for one that was not counted."""
        latest = self._latest
        if latest[0] != path:
            latest = self._latest = (path, count(tokens_of(self._texts.get(path, ""))))
        return latest[1]

    def after(self, context: tuple[str, ...], without: Seen) -> Mapping[str, int]:
        """How often each name stands after the tokens, without what a file contributed that is open in a buffer."""
        found, own = self._counts.get(context, {}), without.get(context)
        return {name: n - own.get(name, 0) for name, n in found.items() if n > own.get(name, 0)} if own else found


def likely(before: str, around: Seen, idioms: Idioms, without: Seen) -> dict[str, float]:
    """The probability of each name at the end of `before` (a text without the letters that were typed of the name).

    `around` are the counts of the buffer, `without` those of the same file on disk, which `idioms` contains.
    """
    tokens = tokens_of(before[-2000:])
    line = before.rpartition("\n")[2]
    opening = _TOKEN.search(line)
    first = opening[0] if opening else "\n"
    if tokens and not line.strip() and tokens[-1] != "\n":
        tokens.append("\n")
    found: dict[str, float] = defaultdict(float)
    left = 1.0
    for context in contexts(tokens, len(tokens), first):
        for counts in (around.get(context, {}), idioms.after(context, without)):
            total = sum(counts.values())
            if not total:
                continue
            share = left * total / (total + len(counts))
            for name, number in counts.items():
                found[name] += share * number / total
            left -= share
    return found
