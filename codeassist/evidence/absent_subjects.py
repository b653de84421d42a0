"""The subjects that a question names and that a repository does not contain in any form: there is nothing about them to find.

Names written as code (`RetryPolicy`, `max_size`) and names of formats, protocols and programs (`technologies.txt`). Words for
what programs can have or do (`capabilities.txt`) may occur in other places: they are asked for, and missed in what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from indexers import Index
from indexers.search.expansion import base_form
from indexers.search.query import understand
from indexers.search.shapes import Shape, asking_clause, shape_of
from indexers.syntax.words import stem, words

NAMES_FILE = "technologies.txt"
CAPABILITIES_FILE = "capabilities.txt"
COMMON_FILE = "common_words.txt"

_FORMS_OF_NAMES = re.compile(r"^(?:camel|snake|pascal|kebab|title|upper|lower)[_-]?case$", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]{2,}'|“[^“”\n]*”|(?<![^\s\"'“”])[^\s/\"'“”]*+/\S*")
"""Text in quotes, and a path, is often an example of somebody's own; in backticks it is a name."""

_ACRONYM = re.compile(r"(?<![\w./:\\-])[A-Z][A-Z0-9]{2,}(?![\w/:\\(]|\.\w)")
"""A word in capitals (SARIF) that is not a part of a name, a path or an address."""

MOST_CAPITALS = 0.5
"""The largest share of the words of a question that may be in capitals; with more of them they mean nothing."""

_WORD = re.compile(r"(?<![\w./:\\-])[A-Za-z][A-Za-z0-9]+(?![\w/:\\]|\.\w)")
"""A word that is not a part of a path or an address."""


_ASKS_FOR: tuple[Shape, ...] = ("can", "how", "default", "what", "who")
"""Shapes of questions that ask for something; others tell what is there ("what happens when an upload breaks off")."""

_ASKS_WHERE = re.compile(r"\b(?:where|which|find|locate)\b", re.IGNORECASE)


_DEFAULT_OF = re.compile(r"\bdefault(?:s| value)? (?:of|for) (?:the |an? )?(\w+)", re.IGNORECASE)


def absent_subjects(index: Index, question: str) -> list[str]:
    """The names in a question that nothing in the repository is called or says, as they are written."""
    spoken = _QUOTED.sub(" ", question)
    absent = (*_absent_technologies(index, spoken), *_absent_symbols(index, spoken), *_absent_acronyms(index, spoken))
    return list(dict.fromkeys(absent))


def capabilities_among(question: str, some: Iterable[str]) -> tuple[str, ...]:
    """Those of some words of a question, in lower case, that it asks for: what programs have or do, or the default of what."""
    shape = shape_of(question)
    if shape not in _ASKS_FOR and not (shape == "where" and _ASKS_WHERE.search(question)):
        return ()
    set_to = {name.lower() for name in _DEFAULT_OF.findall(question)}
    asking = set(words(asking_clause(question)))
    return tuple(word for word in some if word in set_to or (word in _capabilities() and word in asking))


def _absent_technologies(index: Index, question: str) -> list[str]:
    known = _technologies()
    asked = dict.fromkeys(_WORD.findall(question))
    forms = {
        name: known[key] for name in asked if (key := next((k for k in (name.lower(), stem(name.lower())) if k in known), ""))
    }
    if not forms:
        return []
    frequencies = index.expansion(" ".join(form for some in forms.values() for form in some)).frequencies
    written = {term for term, count in frequencies.items() if count}
    unwritten = [name for name, some in forms.items() if not any(set(map(stem, words(form))) <= written for form in some)]
    return [name for name in unwritten if not index.contains_word(name)]  # "gRPC" is indexed as "g" and "rpc"


def _absent_acronyms(index: Index, question: str) -> list[str]:
    """The words in capitals of which the repository has no form; a form that only begins alike is another word."""
    asked = dict.fromkeys(_ACRONYM.findall(question))
    if not asked or len(asked) > MOST_CAPITALS * len(_WORD.findall(question)):
        return []
    expansion = index.expansion(question)

    def is_known(acronym: str) -> bool:
        root = stem(acronym.lower())
        if root not in expansion.groups:  # a word such as NOT
            return True
        forms = expansion.groups[root]
        same = (form for form in forms if form == root or not form.startswith(root[:2]))
        return index.contains_word(acronym) or any(expansion.frequencies.get(form) for form in same)

    return [acronym for acronym in asked if not is_known(acronym)]


def _absent_symbols(index: Index, question: str) -> list[str]:
    """The names written as code, if there are any, none of which is known, nor a misspelt or abbreviated form of one."""
    symbols = [name for name in understand(question).symbols if name.isascii() and not name[:1].isdigit()]
    if not symbols or any(map(_FORMS_OF_NAMES.match, symbols)):
        return []
    expansion = index.expansion(question)
    for name in symbols:
        forms = expansion.groups.get(stem(name.lower()), ())
        if index.contains_word(name) or any(map(index.knows_name, _singular(name))):
            return []
        if any(expansion.frequencies.get(form) for form in forms):
            return []
    return symbols


def _singular(name: str) -> list[str]:
    """A name, and what it may be the plural of."""
    endings = (("ies", "y"), ("es", ""), ("s", ""))
    return [
        name,
        *(name.removesuffix(end) + other for end, other in endings if name.endswith(end) and len(name) > len(end) + 2),
    ]


@cache
def _technologies() -> dict[str, tuple[str, ...]]:
    """The names that mean the same, by each of them that means nothing else."""
    groups: dict[str, tuple[str, ...]] = {}
    for line in Path(__file__).with_name(NAMES_FILE).read_text(encoding="utf-8").splitlines():
        clear, _, others = line.partition("|") if not line.startswith("#") else ("", "", "")
        if names := clear.split():
            same = (*names, *others.split())
            groups.setdefault(names[0], same)
            groups.update((name, same) for name in names[1:] if name not in groups)
    return groups


@cache
def _capabilities() -> frozenset[str]:
    """The words of `capabilities.txt` with their regular plurals and verb forms."""
    text = Path(__file__).with_name(CAPABILITIES_FILE).read_text(encoding="utf-8")
    plain = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    return frozenset(form for word in plain for form in _forms(word))


def is_common(word: str) -> bool:
    """Whether a lower-case word is one of everyday English, in any form, that says nothing about the subject of a question."""
    forms = (word, *base_form(word))
    return word not in _capabilities() and any(stem(form) in _common() for form in forms)


@cache
def _common() -> frozenset[str]:
    """The stems of the words of `common_words.txt`."""
    text = Path(__file__).with_name(COMMON_FILE).read_text(encoding="utf-8")
    return frozenset(stem(word) for line in text.splitlines() if not line.startswith("#") for word in line.split())


def _forms(word: str) -> list[str]:
    if re.search(r"[^aeiou]y$", word):
        return [word, word[:-1] + "ies", word[:-1] + "ied", word + "ing"]
    root = word.removesuffix("e")
    return [word, word + "s", word + "es", root + "ing", root + "ed", root + "ion"]
