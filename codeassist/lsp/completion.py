"""Completion without a model: what follows these tokens here and in the repository, names near by, members: ranked together."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from codeassist.lsp.idioms import KEYWORDS, Idioms, Seen, count, likely, tokens_of
from indexers import Index

MOST = 20
NEAR_LINES = 40.0
"""The distance at which a name in the buffer counts half."""

LINES_BEFORE, LINES_AFTER = 1000, 300
MOST_CHARS = 200_000
"""Characters of a buffer that are read on each side of the cursor, where lines are long."""

OF_INDEX = 60
SHARE_OF_TOKENS = 12.0
"""What a name is worth that always follows the tokens before the cursor; one that stands on the line above is worth 1.4."""

MEMBER = 2.5
OTHER_PLACE = 0.15
"""The share of a name that was seen after a dot and would stand without one, or the other way round."""

_NAME = re.compile(r"[^\W\d]\w*")
_RECEIVER = re.compile(r"([^\W\d]\w*)(?:\(\))?\.(\w*)$")
_SELF = ("self", "cls", "this")
_NOTHING = Idioms()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name to insert, its score, and where it comes from."""

    name: str
    score: float
    source: str


def complete(
    index: Index, before: str, after: str, limit: int = MOST, idioms: Idioms = _NOTHING, on_disk: Seen | None = None
) -> list[Candidate]:
    """The names that may stand at the end of `before` in a buffer, best first.

    `idioms` are the counts of the files of the repository, `on_disk` what this file contributed to them.
    """
    head = before[-200:].rpartition("\n")[2]
    prefix = re.search(r"\w*$", head)
    typed = prefix[0] if prefix else ""
    after_dot = head[: len(head) - len(typed)].endswith(".")  # where a keyword is a name
    receiver = _RECEIVER.search(head)
    scores: dict[str, float] = defaultdict(float)
    sources: dict[str, str] = {}

    def add(name: str, score: float, source: str) -> None:
        if name == typed or len(name) < 2 or not name.lower().startswith(typed.lower()):
            return
        if after_dot or name not in KEYWORDS:
            scores[name] += score * (1.0 if name.startswith(typed) else 0.5)
            sources.setdefault(name, source)

    before = "\n".join(before[: len(before) - len(typed)][-MOST_CHARS:].split("\n")[-LINES_BEFORE:])
    after = "\n".join(after[:MOST_CHARS].split("\n")[:LINES_AFTER])
    tokens = tokens_of(before)
    around, near = count(tokens_of(after), count(tokens)), set(tokens)
    for name, probability in likely(before, around, idioms, on_disk or {}).items():
        add(name, SHARE_OF_TOKENS * math.sqrt(probability), "buffer" if name in near else "repository")
    for name, weight in _near(before, after, member=receiver is not None).items():
        add(name, 2.0 * math.log1p(weight), "buffer")
    if receiver is not None:
        _members(index, before, receiver[1], add)
    for name, uses in index.names(typed, OF_INDEX) if typed else ():
        add(name, 0.25 * math.log1p(uses), "repository")
    ranked = sorted(scores, key=lambda name: (-scores[name], len(name), name))
    return [Candidate(name, scores[name], sources[name]) for name in ranked[:limit]]


def _near(before: str, after: str, *, member: bool) -> Mapping[str, float]:
    """Names of the buffer: the nearer the better; after a dot those that stand after a dot, elsewhere the others."""
    seen: dict[str, float] = defaultdict(float)
    for lines, most in ((reversed(before.split("\n")), 1.0), (after.split("\n"), 0.6)):
        for away, line in enumerate(lines):
            weight = most / (1.0 + away / NEAR_LINES)
            for found in _NAME.finditer(line):
                is_member = line[found.start() - 1 : found.start()] == "."
                if found[0] in KEYWORDS and not is_member:
                    continue
                fits = is_member == member
                seen[found[0]] += weight * (1.0 if fits else OTHER_PLACE)
    return seen


def _members(index: Index, before: str, owner: str, add: Callable[[str, float, str], None]) -> None:
    """Members of what stands before the dot: of the class around it, of a class of this name, of what it was made from."""
    owners = []
    if owner in _SELF:
        around = re.findall(r"^\s*(?:class|struct|interface|impl)\s+(\w+)", before, re.MULTILINE)
        owners = around[-1:]
    else:
        owners.append(owner)
        made = re.findall(rf"\b{re.escape(owner)}\s*(?::\s*[\"']?(\w+)|=\s*(?:new\s+)?(\w+)\()", before)
        owners += [a or b for a, b in made[-2:]]
    for name in owners:
        for member in index.members(name):
            add(member.name, MEMBER, f"member of {name}")
