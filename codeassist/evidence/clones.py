"""The similarity of two pieces of code by their tokens, independent of variable names.

The measure is the mean of two ratios of matching blocks (Ratcliff and Obershelp, 1988, as in `difflib`): of the tokens as
they are, and of the tokens with names and literals normalised. The first distinguishes a copy from code of the same structure,
the second detects renamed copies.
"""

from __future__ import annotations

import keyword
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache

from codeassist.evidence.comments import comments

LEAST_TOKENS = 35
"""Minimum tokens; shorter code (a getter, a constant) is always similar."""

THRESHOLD = 0.74
"""Minimum score of duplicates; calibrated by benchmarks/duplicates.py on one half of its pairs."""

SLACK = 0.1
"""Code whose normalised tokens match by less than the threshold minus this is not a duplicate, whatever their order."""

_TOKEN = re.compile(
    r"[A-Za-z_$][\w$]*|\d[\w.]*|\"\"\"|'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[^\s\w]{1,2}|\S"
)
_COMMENT = re.compile(r"(?<![\"'])#(?![\"'])|//|/\*")
_DOCSTRING = re.compile(r"(?s)(:[^\S\n]*\n\s*)(?:[rRuUbB]{0,2})(\"\"\"|''').*?\2")
WORDS = frozenset(keyword.kwlist) | frozenset(
    "function const let var new this null undefined true false switch case default throw catch typeof func go chan defer range "
    "struct interface type package fn mut pub impl match use self Self public private protected static final void int long "
    "boolean class extends implements super end def do then unless elsif module require".split()
)
"""Words that are not names in any of the languages."""

DEFINES = frozenset(("def", "function", "func", "fn"))
"""Words followed by the name of the function that they define."""

_STUB = re.compile(r":\s*\.\.\.\s*$")


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """Tokens of code without comments and documentation."""
    return tuple(token_list(text))


def token_list(text: str) -> list[str]:
    """As `tokens`, for texts that are asked for once."""
    return _TOKEN.findall(_bare(text))


def _bare(text: str) -> str:
    if '"""' in text or "'''" in text:
        text = _DOCSTRING.sub(r"\1", text)
    if "#" not in text and "//" not in text and "/*" not in text:
        return text
    kept, position = [], 0
    for start, end in comments(text, _COMMENT, {"/*": "*/"}):
        kept.append(text[position:start])
        position = end
    return "".join((*kept, text[position:]))


@lru_cache(maxsize=20_000)
def shape(text: str) -> tuple[str, ...]:
    """The tokens with names and literals normalised; keywords, called functions and attributes are kept."""
    return normalised(tokens(text))


def normalised(originals: Sequence[str]) -> tuple[str, ...]:
    """As many tokens, with "n" for names and "v" for literals."""
    following = iter((*originals, "", ""))
    next(following)
    before, kept = "", []
    for token, after in zip(originals, following, strict=False):
        stands = _stands(token)
        if stands == "n" and (before == "." or (after[:1] == "(" and before not in DEFINES)):
            stands = token
        kept.append(stands)
        before = token
    return tuple(kept)


@cache
def _stands(token: str) -> str:
    """What stands for a token: "n" for a name, "v" for a literal, else the token."""
    if token[0].isalpha() or token[0] in "_$":
        return token if token in WORDS else "n"
    return "v" if token[0].isdigit() or token[0] in "\"'`" else token


def is_stub(text: str, above: str = "") -> bool:
    """Whether a function is only a signature: an overload (`above` are the lines before it) or a body of `...`."""
    both = f"{above}\n{text}"
    if "overload" in both and re.search(r"(?m)^\s*@(?:[\w.]+\.)?overload\b", both):
        return True
    return "..." in text and _STUB.search(_bare(text)) is not None


def likeness(one: str, other: str, least: float = 0.0) -> float:
    """The similarity, between 0 and 1; 0, without further comparison, when it must be below `least`."""
    characters: defaultdict[str, str] = defaultdict(lambda: chr(len(characters)))
    a, a_shape, b, b_shape = (
        "".join(characters[token] for token in part) for part in (tokens(one), shape(one), tokens(other), shape(other))
    )
    return text_likeness((a, a_shape), (b, b_shape), least)


def text_likeness(one: tuple[str, str], other: tuple[str, str], least: float = 0.0) -> float:
    """As `likeness` for code given as its (tokens, normalised tokens), in strings with one character for each token."""
    from rapidfuzz.distance import LCSseq

    (a_tokens, a), (b_tokens, b) = one, other
    total = len(a) + len(b)
    if min(len(a), len(b)) < LEAST_TOKENS or min(len(a), len(b)) < 0.5 * max(len(a), len(b)):
        return 0.0
    if a_tokens == b_tokens:
        return 1.0
    # Matching blocks are a common subsequence, so that the longest one bounds both ratios.
    if a != b and (LCSseq.similarity(a, b) + LCSseq.similarity(a_tokens, b_tokens)) / total < least:
        return 0.0
    shape_ratio = 1.0 if a == b else 2 * matched(a, b) / total
    if (shape_ratio + 1) / 2 < least:
        return 0.0
    return (shape_ratio + 2 * matched(a_tokens, b_tokens) / total) / 2


def matched(one: str, other: str) -> int:
    """The characters in matching blocks: those of `difflib.SequenceMatcher` without junk.

    The longest common substring (the first one in `one`, then in `other`) is a block; the text before it and the text after
    it are compared in the same way.
    """
    found, left = 0, [(one, other)]
    while left:
        a, b = left.pop()
        size, position, start, longest = len(a), 0, 0, 0
        while position + longest < size:
            if a[position : position + longest + 1] in b:
                start, longest = position, longest + 1
            else:
                position += 1
        if longest:
            found += longest
            place = b.index(a[start : start + longest])
            if start and place:
                left.append((a[:start], b[:place]))
            left.append((a[start + longest :], b[place + longest :]))
    return found
