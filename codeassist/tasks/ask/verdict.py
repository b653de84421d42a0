"""Yes or no: the first word of an answer to "can it ...", where the quoted lines allow one."""

from __future__ import annotations

import re
from collections.abc import Sequence

SURE = 0.9
"""The confidence from which an answer says "Yes": 14 % of the questions of this kind that have an answer, and 7 % of those
about things that are not there, reach it (benchmarks/README.md). Below it the places stand without a verdict."""

_NEGATIVE = re.compile(
    r"\b(?:not|never|cannot|can't|isn't|aren't|doesn't|don't|won't|no longer|unsupported|impossible|forbidden|disallowed)\b",
    re.IGNORECASE,
)
_ABOUT_IT = re.compile(
    r"\b(?:not|never|cannot|can't|isn't|aren't|doesn't|don't|won't|no longer)\b[^.;]{0,40}"
    r"\b(?:support(?:s|ed)?|possible|allow(?:s|ed)?|permit(?:s|ted)?|available|implement(?:s|ed)?|provide[sd]?)\b|"
    r"\b(?:unsupported|impossible|forbidden|disallowed|NotImplementedError)\b",
    re.IGNORECASE,
)


def verdict(question: str, quoted: Sequence[str], certainty: float) -> str:
    """The words before an answer: "Yes:", "It seems not:" where the quoted lines deny something, or nothing."""
    if certainty < SURE or _NEGATIVE.search(question):
        return ""
    return "It seems not:" if any(_ABOUT_IT.search(line) for line in quoted) else "Yes:"
