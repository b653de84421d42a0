"""How alike two pieces of code are, token by token, whatever their variables are called.

The measure is the mean of two ratios of matching blocks (Ratcliff and Obershelp, 1988, as `difflib` has it): of the tokens as
they are, and of the tokens with every name and literal made one. The first tells a copy from mere likeness of form, the
second sees through renaming.
"""

from __future__ import annotations

import difflib
import keyword
import re
from functools import lru_cache

LEAST_TOKENS = 35
"""Shorter code (a getter, a constant) is alike by nature."""

THRESHOLD = 0.74
"""From which score two functions are called duplicates; calibrated by benchmarks/duplicates.py on one half of its pairs."""

_TOKEN = re.compile(
    r"[A-Za-z_$][\w$]*|\d[\w.]*|\"\"\"|'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[^\s\w]{1,2}|\S"
)
_COMMENT = re.compile(r"(?m)(?<![\"'])#(?![\"']).*$|//.*$|/\*(?s:.)*?\*/")
_DOCSTRING = re.compile(r"(?s)(:\s*\n\s*)(?:[rRuUbB]{0,2})(\"\"\"|''').*?\2")
_WORDS = frozenset(keyword.kwlist) | frozenset(
    "function const let var new this null undefined true false switch case default throw catch typeof func go chan defer range "
    "struct interface type package fn mut pub impl match use self Self public private protected static final void int long "
    "boolean class extends implements super end def do then unless elsif module require".split()
)


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """Tokens of code without comments and documentation."""
    bare = _COMMENT.sub("", _DOCSTRING.sub(r"\1", text))
    return tuple(_TOKEN.findall(bare))


@lru_cache(maxsize=20_000)
def shape(text: str) -> tuple[str, ...]:
    """The tokens with every name and literal made one; keywords and what is called or looked up stay."""
    found = tokens(text)
    made = []
    for at, token in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else ""
        before = found[at - 1] if at else ""
        if token[0].isalpha() or token[0] in "_$":
            kept = (
                token in _WORDS
                or (following.startswith("(") and before not in ("def", "function", "func", "fn"))
                or before == "."
            )
            made.append(token if kept else "n")
        elif token[0].isdigit() or token[0] in "\"'`":
            made.append("v")
        else:
            made.append(token)
    return tuple(made)


def likeness(one: str, other: str, least: float = 0.0) -> float:
    """Between 0 and 1; what is surely below `least` is not measured to the end and gives 0."""
    a, b = shape(one), shape(other)
    if min(len(a), len(b)) < LEAST_TOKENS or min(len(a), len(b)) < 0.5 * max(len(a), len(b)):
        return 0.0
    by_shape = difflib.SequenceMatcher(None, a, b, autojunk=False)
    if by_shape.quick_ratio() < least - 0.1:
        return 0.0
    formed = by_shape.ratio()
    if (formed + 1) / 2 < least:
        return 0.0
    literal = difflib.SequenceMatcher(None, tokens(one), tokens(other), autojunk=False).ratio()
    return (formed + literal) / 2
