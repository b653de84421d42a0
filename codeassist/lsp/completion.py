"""Completion without a model: names in scope, members, and what the repository uses most, ranked together."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass

from indexers import Index

MOST = 20
NEAR_LINES = 40.0
"""The distance at which a name in the buffer counts half."""

OF_INDEX = 60
_NAME = re.compile(r"[^\W\d]\w*")
_RECEIVER = re.compile(r"([^\W\d]\w*)(?:\(\))?\.(\w*)$")
_SELF = ("self", "cls", "this")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name to insert, its score, and where it comes from."""

    name: str
    score: float
    source: str


def complete(index: Index, before: str, after: str, limit: int = MOST) -> list[Candidate]:
    """The names that may stand at the end of `before` in a buffer, best first."""
    head = before[-200:].rpartition("\n")[2]
    prefix = re.search(r"\w*$", head)
    typed = prefix[0] if prefix else ""
    receiver = _RECEIVER.search(head)
    scores: dict[str, float] = defaultdict(float)
    sources: dict[str, str] = {}

    def add(name: str, score: float, source: str) -> None:
        if name != typed and name.lower().startswith(typed.lower()) and len(name) > 1:
            scores[name] += score * (1.0 if name.startswith(typed) else 0.5)
            sources.setdefault(name, source)

    _from_buffer(before[: len(before) - len(typed)], after, receiver is not None, add)
    if receiver is not None:
        _members(index, before, receiver[1], add)
    for name, uses in index.names(typed, OF_INDEX) if typed else ():
        add(name, 0.25 * math.log1p(uses), "repository")
    ranked = sorted(scores, key=lambda name: (-scores[name], len(name), name))
    return [Candidate(name, scores[name], sources[name]) for name in ranked[:limit]]


def _from_buffer(before: str, after: str, member: bool, add: object) -> None:
    """Names of the buffer: the nearer the better; after a dot those that stand after a dot, elsewhere the others."""
    assert callable(add)
    seen: dict[str, float] = defaultdict(float)
    lines = before.split("\n")
    for back, line in enumerate(reversed(lines[-2000:])):
        weight = 1.0 / (1.0 + back / NEAR_LINES)
        for found in _NAME.finditer(line):
            fits = (line[found.start() - 1 : found.start()] == ".") == member
            seen[found[0]] += weight * (1.0 if fits else 0.15)
    for ahead, line in enumerate(after.split("\n")[:500]):
        weight = 0.6 / (1.0 + ahead / NEAR_LINES)
        for found in _NAME.finditer(line):
            fits = (line[found.start() - 1 : found.start()] == ".") == member
            seen[found[0]] += weight * (1.0 if fits else 0.15)
    for name, weight in seen.items():
        add(name, 2.0 * math.log1p(weight), "buffer")


def _members(index: Index, before: str, owner: str, add: object) -> None:
    """Members of what stands before the dot: of the class around it, of a class of this name, of what it was made from."""
    assert callable(add)
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
            add(member.name, 2.5, f"member of {name}")
