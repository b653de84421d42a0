"""Values that documentation names for a kind of input: `0 for an empty list`, `None of an empty cart`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_VALUE = re.compile(
    r"(?<![\w.`-])`*(None|True|False|-?\d+(?:\.\d+)?|''|\"\"|\[\]|\{\}|(?:an )?empty (?:list|string|dict))`*,? "
    r"(?:if|when|for|on|(?:of|in)(?= an? empty\b)) ([^.;:\n]+)"
)
_SPELLED = {"list": "[]", "string": "''", "dict": "{}"}
_WITHOUT_ITEMS = re.compile(
    r"\b(?:(?:an?|the) )?empty (?P<noun>\w+)|\b(?P<subject>it|\w+) is (?:still )?empty\b"
    r"|\bthere (?:is|are) (?P<none>no|none|nothing)\b"
    r"|\b(?P<holder>it|\w+) (?:contains nothing|has no (?:items|entries|elements))\b"
)


def named_values(text: str) -> Iterator[tuple[str, str]]:
    """(value as source text, condition) for what a documentation text says about the result of some inputs."""
    for value, condition in _VALUE.findall(" ".join(text.split())):
        yield _SPELLED.get(value.rpartition(" ")[2], value), condition


def relation_to(literal: str) -> str:
    """The operator that compares a result with a value."""
    return "is" if literal in ("None", "True", "False") else "=="


def about_empty(owner: str, condition: str) -> bool:
    """Whether a condition says that an instance of the class `owner` contains nothing: `an empty cart` for `Cart`."""
    found = _WITHOUT_ITEMS.search(condition)
    if found is None:
        return False
    words = {w.lower() for w in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", owner)}
    about = found["noun"] or found["subject"] or found["holder"] or ""
    return bool(found["none"]) or about.lower() in {"it", *words}
