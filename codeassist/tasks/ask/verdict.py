"""No, or that it was removed, as the first words of an answer to "can it ...", where the quoted lines deny something.

There is no "Yes": of answers about things that a repository does not have, about as many are as sure as of the others
(benchmarks/figures/answers.md), so that a place is shown and the reader judges it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codeassist.evidence.places import SCAFFOLD
from indexers.search.query import understand
from indexers.syntax.words import terms

SURE = 0.9
"""The confidence from which a denial counts: below it the quoted lines may be about something else."""

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

_REMOVED = re.compile(
    r"\b(?:removed|dropped) (?:in|since|as of) (?:(?:the )?(?:version|release)|v?\d)|"
    r"\b(?:removed?|drop(?:ped)?|discontinued)\b[^.;]{0,30}\bsupport\b|"
    r"\bsupport\b[^.;]{0,40}\b(?:removed|dropped|discontinued)\b|\bno longer (?:built|part of|included|shipped)\b",
    re.IGNORECASE,
)


def verdict(question: str, quoted: Sequence[str], certainty: float) -> str:
    """The words before an answer: that the quoted lines deny it, or that it was removed; empty where they say neither."""
    if certainty < SURE or _NEGATIVE.search(question):
        return ""
    if any(_ABOUT_IT.search(line) for line in quoted):
        return "It seems not:"
    asked = {term for term in understand(question).terms if term not in SCAFFOLD}
    removed = (line for line in quoted if _REMOVED.search(line))
    return "It seems to have been removed:" if any(asked.intersection(terms(line)) for line in removed) else ""
