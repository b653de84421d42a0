"""The similarity of two pieces of code by their tokens, independent of variable names.

The measure is the mean of two ratios of matching blocks (Ratcliff and Obershelp, 1988, as in `difflib`): of the tokens as
they are, and of the tokens with names and literals normalised. The first distinguishes a copy from code of the same structure,
the second detects renamed copies.
"""

from __future__ import annotations

import difflib
import keyword
import re
from functools import lru_cache

LEAST_TOKENS = 35
"""Minimum tokens; shorter code (a getter, a constant) is always similar."""

THRESHOLD = 0.74
"""Minimum score of duplicates; calibrated by benchmarks/duplicates.py on one half of its pairs."""

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
    """The tokens with names and literals normalised; keywords, called functions and attributes are kept."""
    originals = tokens(text)
    normalised = []
    for position, token in enumerate(originals):
        following = originals[position + 1] if position + 1 < len(originals) else ""
        before = originals[position - 1] if position else ""
        if token[0].isalpha() or token[0] in "_$":
            keep = (
                token in _WORDS
                or (following.startswith("(") and before not in ("def", "function", "func", "fn"))
                or before == "."
            )
            normalised.append(token if keep else "n")
        elif token[0].isdigit() or token[0] in "\"'`":
            normalised.append("v")
        else:
            normalised.append(token)
    return tuple(normalised)


def likeness(one: str, other: str, least: float = 0.0) -> float:
    """The similarity, between 0 and 1; 0, without further comparison, when it must be below `least`."""
    a, b = shape(one), shape(other)
    if min(len(a), len(b)) < LEAST_TOKENS or min(len(a), len(b)) < 0.5 * max(len(a), len(b)):
        return 0.0
    by_shape = difflib.SequenceMatcher(None, a, b, autojunk=False)
    if by_shape.quick_ratio() < least - 0.1:
        return 0.0
    shape_ratio = by_shape.ratio()
    if (shape_ratio + 1) / 2 < least:
        return 0.0
    token_ratio = difflib.SequenceMatcher(None, tokens(one), tokens(other), autojunk=False).ratio()
    return (shape_ratio + token_ratio) / 2
