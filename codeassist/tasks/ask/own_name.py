"""Questions without the name of the project they are asked about, which says nothing about where to look."""

from __future__ import annotations

import re

from codeassist.evidence.places import SCAFFOLD
from indexers.search.query import understand
from indexers.syntax.words import STOP_WORDS, stem

_ASKING = r"(?:how|why|when|where|what|which \w+)"
_VERB = r"(?:does|do|did|is|can|will|would)"


def without_own_name(question: str, project: str) -> str:
    """The question with "it" for the `project` as its subject ("how does httpx ..."), and without "with httpx" at its end.

    It is as before if nothing else would remain to be looked for.
    """
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", project) if len(part) > 1]
    names = "|".join(sorted({re.escape(project), *parts, "".join(parts)} - {""}, key=len, reverse=True))
    if not parts:
        return question
    subject = re.sub(rf"(?i)\b((?:{_ASKING} )?{_VERB}) (?:{names})(?= \w)", r"\1 it", question, count=1)
    shorter = re.sub(rf"(?i) (?:with|in|from|by|of|using) (?:{names})(?=\W*$)", "", subject)
    return shorter if set(understand(shorter).terms) - SCAFFOLD - set(map(stem, STOP_WORDS)) else question
