"""Values that lines state: `max_size = 10`, `"port": 80`, `limit or 40`, `age > 68`: what a question about a default asks for.

They are read from the text, because these forms are the same in most languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from indexers import Hit, Index
from indexers.files.decoding import file_lines
from indexers.search.word_match import WordMatch
from indexers.syntax.words import split_identifier
from indexers.types import Vectors

MOST_VALUES = 4
"""Values that are named of one place."""

LONGEST = 60

LEAST_SHARE = 0.15
"""A name stands for the setting that is asked for if it bears out at least this share of the question's weight."""

DISTANT = 0.5
"""Words with a smaller cosine do not count as the same."""

LEAST_PARTS = 2
LOOKED_UP = 6
"""Names whose value is looked for elsewhere, of which at most `MOST_SET` are shown."""

MOST_SET = 2
MENTIONS = 40

OF_ITS_KIND = 0.1
"""The share of the question that a name bears out further when it names the kind of quantity that is asked for."""

_QUANTITIES = (
    (
        r"\b(?:how (?:many|big|large|deep|much|far|wide)|at most|at least|limit|maximum|minimum|longest|largest|most)\b",
        "max maximum min minimum limit count size cap capacity depth length num number total width bytes threshold",
    ),
    (
        r"\b(?:how (?:long|often|soon)|after how|seconds?|minutes?|hours?|wait\w*)\b",
        "timeout interval seconds secs millis delay ttl duration period age wait expiry deadline backoff length max",
    ),
    (r"\b(?:name|called|prefix|suffix|file|folder|path|format)\b", "name prefix suffix file path folder dir format template"),
    (r"\bport|address|host\b", "port host address url"),
)
"""What a question about a value asks for, and the words that a setting of that kind is named with."""

_NUMBER = r"-?(?<![\w.])\d(?:[\w.]*\w)?(?:\s*\*\s*\w[\w.]*)*"
_STRING = r"\"[^\"\n]{0,50}\"|'[^'\n]{0,50}'"
_WORD = r"[Tt]rue|[Ff]alse|None|null|nil|undefined"
_BUILT = rf"[A-Z]\w*(?:(?:\.|::)\w+)*\({_NUMBER}\)"
"""`TimeSpan.FromSeconds(5)`, `String(32)`."""

_PLAIN = rf"(?:{_BUILT}|{_NUMBER}|(?:{_WORD})\b)"
_TYPE = r"(?:\s*:\s*[\w\[\]<>|., ?]{1,40}?(?=\s*=))?"
_STATED = re.compile(
    rf"[\"']?(?<![\w.])(?P<name>[A-Za-z_$@][\w$.-]*)[\"'?!]?{_TYPE}\)?\s*"
    rf"(?:(?:=>|:=|\|\|=?|\?\??=?|\?:|[<>=!]=+|=|:(?!:)|<|>|\bor\b)\s*(?:[\w.]+\s*\?\s*)?(?:{_PLAIN}|{_STRING})|"
    rf"(?<=[\"']),\s*{_PLAIN})"
)
"""A name, an operator that binds, replaces or compares (a comma after a quoted name), and a literal."""

_SAYS_NOTHING = re.compile(
    r"(?:[!=]==?\s*(?:[\"'].*|[a-zN]\w+)|(?:None|null|nil|undefined|[\"']{2}))$|^(?:cref|class|id|href|name)="
)
"""A comparison with a string, nothing as a value, an attribute of markup."""

_ENDS_IN_NUMBER = re.compile(r"\d\W*$|\d[\w.]*$|\*\s*\w[\w.]*$")
_ASKS_A_NUMBER = re.compile(
    r"\b(?:how (?:many|big|large|deep|much|far|wide|long|often)|(?:after|below|above|at|from|of) (?:how|what|which)|bytes|"
    r"seconds?|limit|length|size|port|number of)\b",
    re.IGNORECASE,
)


def values_in(line: str, *, numbers: bool = False) -> list[str]:
    """The values that a line states, each with its name as it is written, in order; with `numbers` only numbers."""
    found = (" ".join(match[0].split()) for match in _STATED.finditer(line))
    return [
        text[:LONGEST] for text in found if not _SAYS_NOTHING.search(text) and (not numbers or _ENDS_IN_NUMBER.search(text))
    ]


def decisive_values(lines: Sequence[str], scores: Vectors, question: str, shown: str, length: int) -> list[str]:
    """The values of the most decisive lines that `shown` does not contain, together at most `length` characters."""
    chosen, left = list[str](), length
    numbers = _ASKS_A_NUMBER.search(question) is not None
    for position in np.argsort(-scores, kind="stable").tolist():
        for value in values_in(lines[position], numbers=numbers):
            if len(chosen) < MOST_VALUES and len(value) + 2 <= left and value not in shown and value not in chosen:
                chosen.append(value)
                left -= len(value) + 2
    return chosen


def where_set(index: Index, hits: Sequence[Hit], words: WordMatch) -> list[tuple[str, int, str]]:
    """(path, line, text) of the lines outside `hits` that give a value to a setting which `hits` use and the question names."""
    found: list[tuple[str, int, str]] = []
    numbers = _ASKS_A_NUMBER.search(words.text) is not None
    for name in _settings(hits, words):
        if len(found) < MOST_SET and (line := _line_that_sets(index, hits, name, numbers=numbers)) is not None:
            found.append(line)
    return found


def _sets(value: str, name: str) -> bool:
    """Whether a value as it is written is bound to this name."""
    return re.match(rf"[\"']?(?:[\w.]+\.)?{re.escape(name)}\b[\"'?!]?\s*(?:=(?!=)|:)", value) is not None


def _line_that_sets(index: Index, hits: Sequence[Hit], name: str, *, numbers: bool) -> tuple[str, int, str] | None:
    defined = [(d.path, d.line) for d in index.definitions(name, 5) if d.name == name and not d.is_test]
    mentioned = [(use.path, use.line) for use in index.mentions(name, MENTIONS) if not use.is_test]
    for path, number in (*defined, *mentioned):
        lines = file_lines(index.root, path)
        line = lines[number - 1] if number <= len(lines) else ""
        if any(_sets(value, name) for value in values_in(line, numbers=numbers)):
            shown = any(hit.path == path and hit.start_line <= number <= hit.end_line for hit in hits)
            return None if shown else (path, number, line.strip())
    return None


def _settings(hits: Sequence[Hit], words: WordMatch) -> list[str]:
    """The names of several parts in the text of some hits that bear out most of a question."""
    names = list({n: None for hit in hits for n in re.findall(r"(?<!\w)[A-Za-z]\w+(?![\w(])", hit.text) if _compound(n)})
    if not names:
        return []
    matches = words.of([[name] for name in names])
    shares = np.where(matches >= DISTANT, matches, 0.0) @ words.weights
    kinds = quantity(words.text)
    value = shares + np.array([OF_ITS_KIND * (not kinds.isdisjoint(split_identifier(name))) for name in names])
    best = np.argsort(-value, kind="stable").tolist()
    return [names[i] for i in best if shares[i] >= LEAST_SHARE][:LOOKED_UP]


def quantity(question: str) -> set[str]:
    """The words that a setting is named with whose value a question asks for."""
    asked = (named for pattern, named in _QUANTITIES if re.search(pattern, question, re.IGNORECASE))
    return {word for named in asked for word in named.split()}


def _compound(name: str) -> bool:
    return len(split_identifier(name)) >= LEAST_PARTS
