"""The places of an answer as text for a coding agent: one block a definition, and what to read next as exact lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from codeassist.models.token_estimate import estimate
from codeassist.printable import one_line
from codeassist.privacy import mask
from indexers import Hit
from indexers.types import Definition

FIRST = 4
"""Definitions that are shown whole where little of them is missing."""

MOST_ADDED = 20
"""Lines that are added to show a definition whole."""

MOST_ADDED_CHARS = 2_000
"""Characters of these lines, which may be long."""

THIN, THIN_AFTER = 8, 6
"""From this place on, a place with at most so many lines is only named: it seldom answers and every block costs tokens."""

MOST_NAMED = 16
SHARE_OF_BLOCKS = 0.75
"""The share of a budget for blocks; the head and the list of other places take the rest."""

TOKENS_A_BLOCK = 330
"""One place is shown for so many tokens of a budget, the others are named: an agent reads on where it needs more."""

HEAD_TOKENS, BLOCK_TOKENS = 50, 40
"""Tokens of the first lines of an answer and of the list of others, and of a block beside its lines."""

Whole = Callable[[str, str], Definition | None]
"""The definition with a qualified name in a file; None where it is not known."""

Lines = Callable[[str], Sequence[str]]
"""The lines of a file."""


@dataclass(slots=True)
class Place:
    """Lines of one definition, or of a file outside of definitions, by their numbers; `first` and `last` are its own lines."""

    repository: str
    path: str
    name: str
    kind: str
    language: str
    lines: dict[int, str] = field(default_factory=dict)
    first: int = 0
    last: int = 0

    @property
    def start(self) -> int:
        """The first line that is shown."""
        return min(self.lines)

    @property
    def end(self) -> int:
        """The last line that is shown."""
        return max(self.lines)

    @property
    def missing(self) -> list[int]:
        """The lines of the definition that are not shown."""
        return [n for n in range(self.first, self.last + 1) if n not in self.lines] if self.last else []


def grouped(hits: Sequence[tuple[str, Hit]]) -> list[Place]:
    """The (repository, hit) of one definition as one place, in the order of the first of them."""
    found: dict[tuple[str, str, str], Place] = {}
    for repository, hit in hits:
        key = (repository, hit.path, hit.qualified_name or f"{hit.start_line}")
        place = found.setdefault(key, Place(repository, hit.path, hit.qualified_name, hit.kind, hit.language))
        place.lines |= dict(enumerate(mask(hit.text)[0].split("\n"), hit.start_line))
    return list(found.values())


def completed(places: Sequence[Place], whole: Whole, lines_of: Lines) -> None:
    """Set the own lines of each place, and show the first ones whole where little is missing."""
    for rank, place in enumerate(places):
        definition = whole(place.path, place.name) if place.name else None
        if definition is None or not definition.line <= place.start <= definition.end_line:
            continue
        place.first, place.last = definition.line, definition.end_line
        if rank < FIRST and 0 < len(place.missing) <= MOST_ADDED:
            text = "\n".join(lines_of(place.path)[place.first - 1 : place.last])
            shown = mask(text)[0].split("\n")
            added = {n: shown[n - place.first] for n in place.missing if n - place.first < len(shown)}
            if sum(map(len, added.values())) <= MOST_ADDED_CHARS:
                place.lines |= added


def laid_out(places: Sequence[Place], tokens: int, most: int) -> tuple[list[str], list[Place]]:
    """The texts of at most `most` places that fit into a budget, and these places; the others are named, one a line."""
    texts: list[str] = []
    shown: list[Place] = []
    others: list[Place] = []
    left = int(tokens * SHARE_OF_BLOCKS)
    for rank, place in enumerate(places):
        text = _block(place)
        if not shown and estimate(text) >= left:
            text = _block(_begun(place, left))
        cost = estimate(text) + 1
        if shown and (cost > left or len(shown) >= most or (rank >= THIN_AFTER and len(place.lines) <= THIN)):
            others.append(place)
            continue
        left -= cost
        texts.append(text)
        shown.append(place)
    if others:
        room = left + int(tokens * (1 - SHARE_OF_BLOCKS)) - HEAD_TOKENS
        texts.append(_named(others, room))
    return texts, shown


def _begun(place: Place, tokens: int) -> Place:
    """The first lines of a place that fit into a budget, at least one."""
    kept: dict[int, str] = {}
    for number in sorted(place.lines):
        tokens -= estimate(f"{number} {place.lines[number]}\n")
        if kept and tokens < BLOCK_TOKENS:
            break
        kept[number] = place.lines[number]
    return replace(place, lines=kept, first=place.first or place.start, last=place.last or place.end)


def _named(places: Sequence[Place], tokens: int) -> str:
    """The places that are not shown as far as a budget goes, each with the lines to read and its name."""
    lines = ["Also, not shown (read these lines, or raise max_tokens):"]
    for place in places[:MOST_NAMED]:
        line = one_line(f"{_where(place)}:{place.first or place.start}-{place.last or place.end} {place.name}".rstrip())
        tokens -= estimate(line) + 1
        if tokens < 0:
            break
        lines.append(line)
    left = len(places) - len(lines) + 1
    return "\n".join([*lines, f"and {left} more"] if left else lines)


def _where(place: Place) -> str:
    path = one_line(place.path)  # a line of its own would read as words of the tool
    return f"{place.repository}: {path}" if place.repository else path


def _block(place: Place) -> str:
    """A title with the lines, whether they are the whole definition, and the numbered lines in a fence."""
    numbers = sorted(place.lines)
    while numbers and not place.lines[numbers[0]].strip():
        numbers.pop(0)
    while numbers and not place.lines[numbers[-1]].strip():
        numbers.pop()
    rows: list[str] = []
    for before, number in zip([None, *numbers], numbers, strict=False):
        if before is not None and number > before + 1:
            rows.append("...")
        rows.append(f"{number} {place.lines[number]}")
    whole = f" of {place.first}-{place.last}" if place.missing else ""
    name = f" {place.name}" if place.name else ""
    span = f"{numbers[0]}-{numbers[-1]}" if numbers else f"{place.start}-{place.end}"
    title = one_line(f"{_where(place)}:{span}{whole}{name} ({place.kind})")
    return f"{title}\n{fenced(chr(10).join(rows), place.language)}"


def fenced(text: str, language: str) -> str:
    """The text in a fence that is longer than every fence in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
