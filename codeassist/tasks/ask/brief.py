"""The short form of an answer: the decisive lines of the best place, then one line for each further place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codeassist.evidence.excerpts import Excerpt, excerpt
from codeassist.evidence.places import first_sentence
from codeassist.tasks.ask.answer import Citations, Shape
from indexers import Hit
from indexers.search.word_match import WordMatch

FIRST_LINES = 10
"""Lines quoted of the best place."""

OTHER_LINES = 3
"""Lines of each further place, joined to one."""

LONGEST = 240
SIGNATURE = 110


def brief(hits: Sequence[Hit], words: WordMatch, shape: Shape, numbers: Citations) -> list[str]:
    """The paragraphs of a short answer from places, best first."""
    best = hits[0]
    quoted = excerpt(best.text.split("\n"), best.start_line, words, shape, FIRST_LINES)
    head = _head(best, numbers)
    others = [_other(hit, words, shape, numbers) for hit in hits[1:]]
    return [head, block(best, quoted), "\n".join(others)]


def block(hit: Hit, quoted: Excerpt) -> str:
    """Lines of a hit as a fenced code block with their path and first line."""
    body = "\n".join(line.rstrip()[:LONGEST] for line in quoted.lines)
    longest = max((len(run) for run in re.findall(r"`{3,}", body)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{hit.language} {hit.path}:{quoted.first}\n{body}\n{fence}"


def _name(hit: Hit) -> str:
    if not hit.qualified_name:
        return f"`{hit.path}`"
    if hit.kind == "section":
        return f"“{hit.name}” in `{hit.path}`"
    return f"`{hit.qualified_name}` in `{hit.path}`"


def _head(hit: Hit, numbers: Citations) -> str:
    cited = f"{_name(hit)} {numbers.cite(hit.path, hit.start_line, hit.end_line, hit.qualified_name)}"
    documented = hit.kind != "section" and not hit.documentation.lstrip().startswith(("@", "\\"))
    summary = first_sentence(hit.documentation) if documented else ""
    if not summary and hit.signature and hit.kind != "section":
        summary = f"`{hit.signature.replace('`', chr(39))[:SIGNATURE]}`"
    text = f"{cited}: {summary}" if summary else f"{cited}:"
    return text if text.endswith((".", "!", "?", "…", ":")) else text + "."


def _other(hit: Hit, words: WordMatch, shape: Shape, numbers: Citations) -> str:
    quoted = excerpt(hit.text.split("\n"), hit.start_line, words, shape, OTHER_LINES)
    line = " ".join(" ".join(quoted.lines).split())[:LONGEST]
    fence = "``" if "`" in line else "`"
    return f"- {_name(hit)} {numbers.cite(hit.path, hit.start_line, hit.end_line, hit.qualified_name)}: {fence}{line}{fence}"
