"""Claims whose subject stands around them: defaults in lists and tables, and a place in brackets behind a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codeassist.evidence.claims.names import lines_of
from codeassist.evidence.claims.sentences import SPAN
from codeassist.evidence.fences import without_fences

NEAR = 3
"""Lines around a stated line in which a name may stand."""

_VALUE = r"(?P<value>`[^`\n]+`|'[^'\n]*'|\"[^\"\n]*\"|-?\d[\w.]*|[Tt]rue|[Ff]alse|[Nn]one|nil|null)"
_ITEM = re.compile(
    rf"^\s*(?:[-*+]|\d+[.)])\s+[*_]*`?(?P<name>[A-Za-z_]\w*)`?[*_]*\s*(?:[:=]|\u2013|\u2014|->)\s*{_VALUE}\s*(?:[.,;(].*)?$"
)
_SAID = re.compile(rf"`(?P<name>[A-Za-z_]\w*)`[^.\n`]{{0,40}}?\(?[Dd]efaults?(?: is| to|:|=)?\s*{_VALUE}\s*\)?")
_DEFAULTS = re.compile(r"\bdefaults?\b|\u9ed8\u8ba4|\u30c7\u30d5\u30a9\u30eb\u30c8", re.IGNORECASE)
_PLACE = re.compile(r"[(\[]`?(?P<place>[\w./-]+\.\w+:\d+(?:-\d+)?)`?[)\]][.!?]?\s*$")


@dataclass(frozen=True, slots=True)
class StatedDefault:
    """A default as a text states it: the words, the parameter, the value, and the names that stand before the list."""

    text: str
    name: str
    value: str
    owners: tuple[str, ...]


def stated_defaults(text: str) -> Iterator[StatedDefault]:
    """Defaults in list items and in tables with a column of that name, with what the last sentence or heading names.

    A list counts if what stands before it, or the item itself, speaks of defaults.
    """
    owners: tuple[str, ...] = ()
    about_defaults, column = False, -1
    for line in without_fences(text, lambda _: "\n\n").split("\n"):
        item = _ITEM.match(line)
        if line.lstrip().startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if column < 0:
                column = next((n for n, cell in enumerate(cells) if n and _DEFAULTS.search(cell)), -1)
            elif (name := re.fullmatch(r"`?([A-Za-z_]\w*)`?", cells[0])) and column < len(cells):
                value = re.fullmatch(_VALUE, cells[column])
                if value is not None:
                    yield StatedDefault(f"{name[1]}: {value['value']}", name[1], value["value"].strip("`"), owners)
            continue
        column = -1
        if item is not None and about_defaults:
            yield StatedDefault(line.strip(), item["name"], item["value"].strip("`"), owners)
        elif re.match(r"\s*(?:[-*+]|\d+[.)])\s", line):
            yield from (StatedDefault(m[0], m["name"], m["value"].strip("`"), owners) for m in _SAID.finditer(line))
        elif line.strip():
            owners = tuple(name for _, name in SPAN.findall(line))
            about_defaults = bool(_DEFAULTS.search(line))


def named_place(sentence: str) -> tuple[str, tuple[int, int], tuple[str, ...]] | None:
    """(path, lines, names in backticks) where a sentence ends with a place in brackets; None without names or lines."""
    match = _PLACE.search(sentence)
    if match is None:
        return None
    names = tuple(name for _, name in SPAN.findall(sentence[: match.start()]) if re.match(r"[A-Za-z_]", name))
    lines = lines_of(match["place"])
    return (match["place"], lines, names) if names and lines is not None else None
