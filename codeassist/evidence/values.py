"""Values that lines state: `max_size = 10`, `"port": 80`, `limit or 40`, `age > 68`: what a question about a default asks for.

They are read from the text, because these forms are the same in most languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codeassist.evidence.declared_options import declared_options
from indexers import Hit, Index
from indexers.files.decoding import file_lines
from indexers.search.word_match import WordMatch
from indexers.syntax.languages import DOCUMENT, detect
from indexers.syntax.words import split_identifier, stem
from indexers.types import Vectors

MOST_VALUES = 4
"""Values that are named of one place."""

LONGEST = 60

LONGEST_LINE = 2_000
"""Characters of a line that are read; a longer one is data or was written by a program."""

LEAST_SHARE = 0.15
"""A name stands for the setting that is asked for if it bears out at least this share of the question's weight."""

DISTANT = 0.5
"""Words with a smaller cosine do not count as the same."""

MOST_OF_IT = 0.4
"""The setting that is asked for has a name with this share of the question's weight."""

SAYS_DEFAULT = 0.3
"""The same for a name that says that it is a default or a setting."""

ASKING = frozenset("long many much big large often deep wide far soon".split())
"""Words of a question that say what is asked and not of what."""

NEUTRAL = frozenset({"default", "defaults", "config", "setting", "settings", "option", "options", "value"})
"""Words in the name of a setting that say that it is one."""

LEAST_PARTS = 2
LOOKED_UP = 6
"""Names whose value is looked for elsewhere, of which at most `MOST_SET` are shown."""

DEFAULT_PREFIXES = ("DEFAULT_", "_DEFAULT_", "default_", "Default", "kDefault", "default")
MOST_DEFAULTS = 100

MOST_SET = 2
MOST_COMPARED = 8
"""Lines that set the same name, of which the one is taken that the question names more of."""

MENTIONS = 120

_HOLDERS = frozenset({"function", "method", "constructor", "class", "struct", "interface", "impl", "trait", "enum"})

OF_ITS_KIND = 0.1
"""The share of the question that a name bears out further when it names the kind of quantity that is asked for."""

_QUANTITIES = (
    (
        (
            r"\b(?:how (?:many|big|large|deep|much|far|wide)|at most|at least|limit|maximum|minimum|longest|largest|most|"
            r"number of)\b"
        ),
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

_ASKS_A_TIME = re.compile(r"\bhow (?:long|often|soon)\b", re.IGNORECASE)
_TIMES = frozenset(_QUANTITIES[1][1].split()) - {"max"}
_COUNTS = frozenset("max maximum min minimum count num number size limit capacity".split())

_NUMBER = r"-?(?<![\w.])\d(?:[\w.]*\w)?(?:\s*\*\s*\w[\w.]*)*"
_STRING = r"\"[^\"\n]{0,50}\"|'[^'\n]{0,50}'"
_WORD = r"[Tt]rue|[Ff]alse|None|null|nil|undefined"
_BUILT = rf"[A-Z]\w*(?:(?:\.|::)\w+)*\((?:\w+\s*[=:]\s*)?{_NUMBER}(?:,\s*(?:\w+\s*[=:]\s*)?{_NUMBER})*\)"
"""`TimeSpan.FromSeconds(5)`, `String(32)`, `Timeout(read=5.0, write=5.0)`."""

_PLAIN = rf"(?:{_BUILT}|{_NUMBER}|(?:{_WORD})\b)"
_TYPE = r"(?:(?:\s{0,8}:\s{0,8}[\w\[\]<>|., ?]{1,40}?|\s(?:u?int\d*|float\d\d|string|bool|byte|time\.Duration))(?=\s*=))?"
_STATED = re.compile(
    rf"[\"']?(?<![\w.])(?P<name>[A-Za-z_$@][\w$.-]{{0,80}})[\"'?!]?{_TYPE}\)?\s*"
    rf"(?:(?:=>|:=|\|\|=?|\?\??=?|\?:|[<>=!]=+|=|:(?!:)|<|>|\bor\b)\s*(?:[\w.]+\s*\?\s*)?(?:{_PLAIN}|{_STRING})|"
    rf"(?<=[\"']),\s*{_PLAIN})|"
    rf"#\s*define\s+\w+\s+\(?(?:{_PLAIN}|{_STRING})|"
    rf"(?<![\w.])@\w+\s+(?:{_PLAIN}|{_STRING})|"
    r"\$\{\w+:?[-=][^{}\s]{1,50}\}"
)
"""A name, an operator that binds, replaces or compares (a comma after a quoted name), and a literal; a macro of C, an attribute
of Elixir, the default of a variable of a shell."""

_SAYS_NOTHING = re.compile(r"[!=]==?\s*(?:[\"'].*|[a-zN]\w+)$|^(?:cref|class|className|style|src|alt|id|href|name)=")
"""A comparison with a string, an attribute of markup."""

_NOTHING = re.compile(r"(?:None|null|nil|undefined|[\"']{2})$")
"""Nothing as a value, which counts only for the setting that is asked for."""

_ENDS_IN_NUMBER = re.compile(r"\d\W*$|\d[\w.]*$|\*\s*\w[\w.]*$")
_ASKS_A_NUMBER = re.compile(
    r"\b(?:how (?:many|big|large|deep|much|far|wide|long|often)|(?:after|below|above|at|from|of) (?:how|what|which)|bytes|"
    r"seconds?|limit|length|size|port|number of)\b",
    re.IGNORECASE,
)


def values_in(line: str, *, numbers: bool = False, nothing: bool = False) -> list[str]:
    """The values that a line states, each with its name as it is written, in order; with `numbers` only numbers.

    With `nothing` only those that are nothing (`None`, `null`, an empty text).
    """
    found = (" ".join(match[0].split()) for match in _STATED.finditer(line[:LONGEST_LINE]))
    said = (text[:LONGEST] for text in found if not _SAYS_NOTHING.search(text))
    if nothing:
        return [text for text in said if _NOTHING.search(text)]
    return [text for text in said if not _NOTHING.search(text) and (not numbers or _ENDS_IN_NUMBER.search(text))]


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


@dataclass(frozen=True, slots=True)
class Setting:
    """A line that gives a value to a setting; `asked_for` if the question has every word of the setting's name.

    `holder` is the qualified name of the function or class that the line is in, empty at the top of a file.
    """

    path: str
    line: int
    text: str
    asked_for: bool = False
    holder: str = ""


def where_set(index: Index, hits: Sequence[Hit], words: WordMatch) -> list[Setting]:
    """The lines that set what `hits` use and the question names, the one that it asks for first.

    A line that is inside `hits` is among them only if it is the one that is asked for.
    """
    if declared := _declared(index, hits, words):
        return [declared]
    found: list[Setting] = []
    numbers = _ASKS_A_NUMBER.search(words.text) is not None
    for name in dict.fromkeys((*_settings(hits, words), *_named_as_default(index, words))):
        if len(found) < MOST_SET and (setting := _line_that_sets(index, hits, name, words, numbers=numbers)) is not None:
            found.append(setting)
    return sorted(found, key=lambda setting: not setting.asked_for)


def _declared(index: Index, hits: Sequence[Hit], words: WordMatch) -> Setting | None:
    """The option of a command line that is asked for, where a hit declares it with its default: with most of its words."""
    found = [
        (hit, option)
        for hit in hits
        for option in declared_options(hit.text.split("\n"), lambda name: _is_asked_for(name, words))
    ]
    if not found:
        return None
    stems = set(words.stems)
    hit, option = max(found, key=lambda pair: len(stems & set(map(stem, split_identifier(pair[1].name.replace("-", "_"))))))
    line = hit.start_line + option.line
    return Setting(hit.path, line, option.text, asked_for=True, holder=_holder(index, hit.path, line, option.name))


def _sets(value: str, name: str) -> bool:
    """Whether a value as it is written is bound to this name."""
    spelled = re.escape(name)
    bound = rf"[\"'@$]?(?:[\w.]+\.)?{spelled}\b[\"'?!]?\s*(?:=(?!=)|:|[\w.]+\s*=(?!=))"
    return re.match(rf"{bound}|(?:#\s*define\s+|@){spelled}\s|\$\{{{spelled}:?[-=]", value) is not None


def _line_that_sets(index: Index, hits: Sequence[Hit], name: str, words: WordMatch, *, numbers: bool) -> Setting | None:
    asked_for = _is_asked_for(name, words)
    defined = [(d.path, d.line) for d in index.definitions(name, 5) if d.name == name and not d.is_test]
    mentioned = [(use.path, use.line) for use in index.mentions(name, MENTIONS) if not use.is_test]
    mentioned.sort(key=lambda place: detect(place[0]).role == DOCUMENT)
    for nothing in (False, True) if asked_for else (False,):
        found: list[Setting] = []
        for path, number in (*defined, *mentioned):
            lines = file_lines(index.root, path)
            line = lines[number - 1] if number <= len(lines) else ""
            if detect(path).role == DOCUMENT and "default" not in line.lower():
                continue  # an example of a call
            if any(_sets(value, name) for value in values_in(line, numbers=numbers, nothing=nothing)):
                shown = any(hit.path == path and hit.start_line <= number <= hit.end_line for hit in hits)
                if shown and not asked_for and not found:
                    return None
                found.append(Setting(path, number, line.strip(), asked_for, _holder(index, path, number, name)))
                if len(found) == MOST_COMPARED:
                    break
        if found:
            return max(found, key=lambda setting: _named_around(setting, name, words))
    return None


def _named_around(setting: Setting, name: str, words: WordMatch) -> int:
    """How many other words of the question the names around a setting have: of its function or class, and of its file."""
    around = split_identifier(f"{setting.holder.replace('.', '_')}_{Path(setting.path).stem}")
    return len(set(map(stem, around)) & set(words.stems) - set(map(stem, split_identifier(name))))


def _holder(index: Index, path: str, line: int, name: str) -> str:
    """The function or class that a line belongs to, which is not the setting itself."""
    definition = index.definition_at(path, line)
    return (
        definition.qualified_name if definition is not None and definition.name != name and definition.kind in _HOLDERS else ""
    )


def _is_asked_for(name: str, words: WordMatch) -> bool:
    """Whether the question has every word of a name, but for `default` and the kind of quantity, and these are most of it."""
    kinds = quantity(words.text)
    parts = [part for part in split_identifier(name) if part not in NEUTRAL]
    if _ASKS_A_TIME.search(words.text) and _COUNTS & {*parts} and not _TIMES & {*parts}:
        return False  # `max_cached_keys` says how many, not how long
    stems = {stem(part) for part in parts if part not in kinds} or set(map(stem, parts))  # "how long is the timeout"
    every = zip(words.words, words.stems, _weights(words).tolist(), strict=True)
    weighed = [(weight, root in stems) for word, root, weight in every if root in stems or word not in kinds | ASKING]
    share = sum(weight for weight, is_named in weighed if is_named)
    least = MOST_OF_IT if len(parts) == len(split_identifier(name)) else SAYS_DEFAULT
    return bool(stems) and stems <= set(words.stems) and share >= least * sum(weight for weight, _ in weighed)


def _settings(hits: Sequence[Hit], words: WordMatch) -> list[str]:
    """The names of several parts in the text of some hits that bear out most of a question."""
    names = list({n: None for hit in hits for n in re.findall(r"(?<!\w)[A-Za-z]\w+(?![\w(])", hit.text) if _compound(n)})
    if not names:
        return []
    matches = words.of([[name] for name in names])
    shares = np.where(matches >= DISTANT, matches, 0.0) @ _weights(words)
    kinds = quantity(words.text)
    value = shares + np.array([OF_ITS_KIND * (not kinds.isdisjoint(split_identifier(name))) for name in names])
    best = np.argsort(-value, kind="stable").tolist()
    return [names[i] for i in best if shares[i] >= LEAST_SHARE][:LOOKED_UP]


def _named_as_default(index: Index, words: WordMatch) -> list[str]:
    """The names of defaults (`DEFAULT_TIMEOUT`) that have the words of a question, wherever they are defined."""
    names = [name for prefix in DEFAULT_PREFIXES for name, _ in index.names(prefix, MOST_DEFAULTS)]
    return [name for name in names if _is_asked_for(name, words)][:LOOKED_UP]


def _weights(words: WordMatch) -> Vectors:
    """The weights of the question's words without that of "default", which says what is asked and not of what."""
    weights: Vectors = words.weights * np.array([word not in ("default", "defaults") for word in words.words])
    return weights / max(float(weights.sum()), 1e-9)


def quantity(question: str) -> set[str]:
    """The words that a setting is named with whose value a question asks for."""
    asked = (named for pattern, named in _QUANTITIES if re.search(pattern, question, re.IGNORECASE))
    return {word for named in asked for word in named.split()}


def _compound(name: str) -> bool:
    return len(split_identifier(name)) >= LEAST_PARTS
