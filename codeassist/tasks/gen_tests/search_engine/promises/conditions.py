"""Inputs that a condition in documentation describes: `when the text is empty`, `outside 1 to 3999`, `if n is negative`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

_COMPARES = (
    r"(?:is |are )?(?:above|below|over|under|(?:greater|larger|more|higher|less|smaller|lower) than|negative|zero|empty|None)\b"
)
"""How a further clause begins that is about the parameter of the one before."""

Inputs = tuple[tuple[str, str], ...]

_EMPTY = {"str": "''", "list": "[]", "tuple": "()", "iter": "[]", "dict": "{}", "set": "set()", "bytes": "b''"}
_GENERAL = re.compile(
    r"\b(?:texts?|strings?|lists?|sequences?|iterables?|inputs?|values?|arguments?|data|dict\w*|mappings?|sets?|numbers?|items?|it)\b"
)
"""Words for a parameter in general."""

_NUMBER = r"(-?\d+)(?![\d.]*\d)"
_TO = r"\s*(?:to|and|\.\.+|-|,)\s*"


def described_inputs(condition: str, parameters: Sequence[str], kinds: Mapping[str, str]) -> Iterator[tuple[Inputs, str]]:
    """(values of parameters, the words that describe them) for each input that a condition describes and that is understood."""
    stated = re.sub(r"\s*\([^()]*\)?", "", " ".join(condition.split()))  # what stands in brackets is about something else
    about = ""
    for clause in re.split(r"\bor\b|;", stated):
        words = clause.strip(" .,`")
        named = next((p for p in parameters if re.search(rf"\b{re.escape(p)}\b", words)), "")
        if about and not named and re.match(_COMPARES, words):
            words = f"{about} is {words.removeprefix('is ').removeprefix('are ')}"  # `if percent is negative or above 100`
        about = named or about
        for parameter, value in _values(words, parameters, kinds):
            yield ((parameter, value),), _introduced(words)
        yield from _compared(words, parameters)


def _introduced(words: str) -> str:
    """A described input with the word that introduces it: `for an empty list`, `when the text is empty`."""
    if re.match(r"(?:if|when|for|on|outside|unless)\b", words):
        return words
    return f"for {words}" if re.match(r"(?:an?|the) ", words) and " is " not in words else f"when {words}"


def _values(clause: str, parameters: Sequence[str], kinds: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if re.search(r"\bempty\b", clause) and not re.search(r"\bnon-?empty|(?<!must )(?:not|isn't|unless) (?:be )?empty", clause):
        parameter = _about(clause, parameters, {p for p in parameters if kinds.get(p) in _EMPTY})
        if parameter and kinds.get(parameter) in _EMPTY:
            yield parameter, _EMPTY[kinds[parameter]]
    if re.search(r"\bis `*None\b", clause):
        parameter = _about(clause, parameters, set(parameters))
        if parameter:
            yield parameter, "None"
    parameter = _about(clause, parameters, {p for p in parameters if kinds.get(p) in ("int", "float")})
    if parameter and kinds.get(parameter) in ("int", "float"):
        yield from ((parameter, str(number)) for number in dict.fromkeys(_numbers(clause)))


def _numbers(clause: str) -> Iterator[int]:
    """Numbers for which a condition holds, at its boundaries."""
    if re.search(r"(?<!non-)(?<!non)(?<!not )\bnegative\b", clause) or re.search(
        r"must (?:not be negative|be non-?negative)", clause
    ):
        yield -1
    if re.search(r"\b(?:not|must be|isn't|non-?)\s*positive\b", clause):
        yield from (0, -1)
    if re.search(r"\b(?:is|of|equals?|by) `?(?:zero|0)\b(?!\.)", clause):
        yield 0
    outside = r"(?:outside|out of|not (?:in|within|between|from)|beyond|must be (?:in|between|from|within))"
    for low, high in re.findall(rf"{outside}[^\d-]*{_NUMBER}{_TO}{_NUMBER}", clause):
        yield from (int(low) - 1, int(high) + 1)
    for low in re.findall(rf"(?:(?:less|smaller|lower) than|below|under|<) ?{_NUMBER}", clause):
        yield int(low) - 1
    for high in re.findall(rf"(?:(?:greater|larger|more|higher|bigger) than|above|over|exceeds|>) ?{_NUMBER}", clause):
        yield int(high) + 1


def _compared(clause: str, parameters: Sequence[str]) -> Iterator[tuple[Inputs, str]]:
    """Two parameters in a documented relation: `low is greater than high`."""
    relation = re.search(
        r"`?(\w+)`? (?:is |be )?(?:(greater|larger|more|bigger|higher|less|smaller|lower) than|exceeds|above|below) `?(\w+)`?",
        clause,
    )
    if relation and relation[1] in parameters and relation[3] in parameters:
        smaller = relation[2] in ("less", "smaller", "lower") or " below " in clause
        first, second = ("1", "2") if smaller else ("2", "1")
        yield ((relation[1], first), (relation[3], second)), f"when {clause.removeprefix('when ').removeprefix('if ')}"


def _about(clause: str, parameters: Sequence[str], suitable: set[str]) -> str:
    """The parameter that a clause is about: the one it names, else the only suitable one; "" when that is unclear."""
    named = [p for p in parameters if re.search(rf"\b{re.escape(p)}\b", clause)]
    if named:
        return named[0]
    if re.search(r"\b(?:the|an?) (?:\w+ )?\w+ (?:is|are|has|have)\b", clause) and not _GENERAL.search(clause):
        return ""  # it has a subject of its own
    return next(iter(suitable)) if len(suitable) == 1 else ""
