"""Claims whose subject stands around them: defaults in lists and tables, and a place in brackets behind a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codeassist.evidence.claims.names import lines_of
from codeassist.evidence.claims.sentences import SPAN
from codeassist.evidence.fences import without_fences

NEAR = 3
"""Lines around a stated line in which a name may stand."""

_VALUE = r"(?P<value>`[^`\n]+`|'[^'\n]*'|\"[^\"\n]*\"|-?\d[\w.]*|[Tt]rue|[Ff]alse|[Nn]one|nil|null)"
_ITEM = re.compile(
    rf"^\s*(?:[-*+]|\d+[.)])\s+[*_]*+`?(?P<name>[A-Za-z_]\w*+)`?[*_]*+\s*+(?:[:=]|\u2013|\u2014|->)\s*{_VALUE}\s*(?:[.,;(].*)?$"
)
_SAID = re.compile(rf"`(?P<name>[A-Za-z_]\w*)`[^.\n`]{{0,40}}?\(?[Dd]efaults?(?: is| to|:|=)?\s*{_VALUE}\s*\)?")
_DEFAULTS = re.compile(r"\bdefaults?\b|\u9ed8\u8ba4|\u30c7\u30d5\u30a9\u30eb\u30c8", re.IGNORECASE)
_PLACE = re.compile(r"[(\[]`?(?P<place>[\w./-]+\.\w+:\d+(?:-\d+)?)`?[)\]][.!?]?\s*$")
_CITED = re.compile(r"[\w./-]+\.\w+:\d+(?:-\d+)?")
_IN_WORDS = re.compile(
    r"\b(?:the |its )?default (?P<name>[a-z][a-z ]{2,40}?) (?:is|are|of) (?P<value>\d[\d_]*(?:\.\d+)?)(?! of)(?P<unit> \w+)?"
    r"|\b(?P<name2>[a-z][a-z ]{2,40}?) defaults? to (?P<value2>\d[\d_]*(?:\.\d+)?)(?P<unit2> \w+)?",
    re.IGNORECASE,
)
_FACTORS = (1, 60, 3_600, 86_400, 1_000, 1_000_000, 60_000, 1_024, 1_024**2, 1_024**3)
"""How many of a smaller unit are one of a larger: "10 seconds" may be written as 10000 milliseconds."""


@dataclass(frozen=True, slots=True)
class DefaultAtPlace:
    """A default of plain words, its number, and the lines that the sentence cites for it."""

    text: str
    name: str
    value: float
    place: str

    def written(self, code: str) -> list[str]:
        """The plain numbers that code gives to the name, or to one that ends with it: `timeout=5.0`, `DEFAULT_TIMEOUT = 5`."""
        word = r"[_ ]?".join(map(re.escape, self.name.split()))
        found = re.findall(
            rf"(?im)(?<![A-Za-z0-9]){word}\w{{0,12}}['\"]?\s*(?::\s*[^=,()\n]+)?[:=]\s*(-?\d[\d_]*(?:\.\d+)?)(?![\w.])", code
        )
        return list(dict.fromkeys(found))

    def fits(self, numbers: Sequence[str]) -> bool:
        """Whether one of some numbers is the stated one, in the same or another unit."""
        values = [float(number.replace("_", "")) for number in numbers]
        return any(abs(v - self.value * f) < 1e-9 or abs(v * f - self.value) < 1e-9 for v in values for f in _FACTORS)


def default_at_place(sentence: str) -> DefaultAtPlace | None:
    """The default that a sentence states in plain words, where it cites lines; None if it does not."""
    bare = SPAN.sub(lambda match: match[2], sentence)
    stated, place = _IN_WORDS.search(bare), _CITED.search(bare)
    if stated is None or place is None:
        return None
    name = (stated["name"] or stated["name2"]).strip()
    name = re.sub(r"^(?:(?:the|a|an|its|this|value|number|for|of) )+", "", name, flags=re.IGNORECASE)
    value = (stated["value"] or stated["value2"]).replace("_", "")
    return DefaultAtPlace(stated[0].strip(), name, float(value), place[0]) if name else None


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
