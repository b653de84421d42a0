"""Documents that still give the old value of a default, constant or option, in every language.

A change replaces the value of a name on one line (`limit: int = 500`, `--limit`'s `default=500`, `MAX_SIZE = 500`). A document
that names it, as code, and gives the old value as its default is out of date, if it is about that name: names that other code
may use for something else need the name of what is around them nearby.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.changed_constants import NAMED_OTHERWISE
from codeassist.tasks.review.analysers.outdated_documents import GLOBS, HISTORY, SHOWN, STALE
from codeassist.tasks.review.finding import Finding, Place, Rule
from indexers.syntax.languages import is_test_path

_VALUE = r"-?\d[\d_]*(?:\.\d+)?(?![\w.])|\"[^\"\n]{1,40}\"|'[^'\n]{1,40}'|\b(?:True|False|None|true|false|null|nil)\b"
_ASSIGNED = re.compile(
    rf"(?<![\w.$-])([A-Za-z_]\w*)[\"']?\s*(?::\s*[\w\[\], |.<>*]+?)?\s*(?::=|=>|=|:)\s*({_VALUE})(?=\s*(?:[,;)}}\]#/]|$))"
)
_DEFAULT = re.compile(rf"\bdefault(?:_value)?\s*[=:(]\s*({_VALUE})")
_FLAG = re.compile(r"[\"'`](--[A-Za-z][\w-]+)")
_DEFINED = r".*?\b(?:class|def|function|func|fn|struct|interface|impl|trait|type|enum|module)\s+(\w+)"
_ENCLOSING = re.compile(rf"^(\s*)(?:{_DEFINED}|[\"']?(\w+)[\"']?\s*[:=]\s*[{{(\[]\s*$)")
"""A definition, or the key of a mapping over several lines: its indentation and its name."""

_SECTION = re.compile(r"#{1,6}\s|\.\. [\w:-]+::")
_UNDERLINE = re.compile(r"([=~^\"'*+-])\1{2,}")
_NEXT_ENTRY = re.compile(r"\s*(?:[-*+#|]|\d+[.)]|:\w|--|`)")
_MARKS = "[`'\"]*"
_SAID = r"(?i:\bdefaults?(?:\s+value)?)(?:\s+(?:to|is|of)|\s*[:=])?\s*"

UNSET = ("None", "null", "nil")
"""New values that mean that something else decides: what the document says may still be true."""

SECTION = 8
"""Lines of a section that may say what its heading's name has by default."""

FLAG_ABOVE = 8
"""Lines above a changed `default=` in which the name of its option is looked for."""

DISTINCT = 4
"""The shortest name that is looked for in documents."""

ABOUT = 30
"""Lines above a mention in which the name of what is around must stand."""

COMMON = 300
"""Names that occur on more lines of documents than this are skipped."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A value that a change replaced: the name as documents write it, both values, the line, and the definitions around it."""

    name: str
    before: str
    after: str
    line: int
    around: tuple[str, ...]

    @property
    def is_distinct(self) -> bool:
        """Whether the name alone says what is meant: a flag, a constant in capitals."""
        return self.name.startswith("--") or (self.name.isupper() and "_" in self.name)


class StaleValues:
    """Searches documents for the old values of changed defaults, constants and options. Change logs are skipped."""

    name = "stale-values"
    rules: tuple[Rule, ...] = (STALE,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """At most one finding for each value."""
        for file in facts.change.texts():
            if file.whole or file.old is None or is_test_path(file.path) or file.path.endswith(tuple(g[1:] for g in GLOBS)):
                continue
            found = {one.name: one for one in replaced_values(file)}
            mentions = _mentions(facts, found.values())
            yield from (_finding(file, found[name], places) for name, places in mentions.items())


def replaced_values(file: ChangedFile) -> Iterator[Replaced]:
    """The values that a change replaces on lines which otherwise stay; each name once."""
    seen = set[str]()
    for hunk in file.hunks:
        for (_, old), (number, new) in zip(hunk.removed.items(), hunk.added.items(), strict=False):
            before, after = _values(old), _values(new)
            for name in before.keys() & after.keys():
                called = _flag(file, number) if name == "default" else name
                same = _plain(before[name]) == _plain(after[name])
                if (
                    same
                    or after[name] in UNSET
                    or not called
                    or called in seen
                    or len(called) < DISTINCT
                    or NAMED_OTHERWISE.search(called)
                ):
                    continue
                seen.add(called)
                yield Replaced(called, _plain(before[name]), _plain(after[name]), number, _around(file, number))


def _values(line: str) -> dict[str, str]:
    """The values by the names to which a line gives them; an option's default under `default`."""
    found = {name: value for name, value in _ASSIGNED.findall(line) if name != "default"}
    return found | ({"default": match[1]} if (match := _DEFAULT.search(line)) else {})


def _plain(value: str) -> str:
    return value[1:-1] if value[0] in "\"'" else value.replace("_", "")


def _flag(file: ChangedFile, number: int) -> str:
    """The option to which the `default=` of a line belongs."""
    for line in reversed(file.new_lines[max(0, number - FLAG_ABOVE) : number]):
        if flags := _FLAG.findall(line):
            return str(max(flags, key=len))
    return ""


def _around(file: ChangedFile, number: int) -> tuple[str, ...]:
    """The names of the definitions around a line, by indentation, the innermost first."""
    lines, found = file.new_lines, []
    indent = len(lines[number - 1]) - len(lines[number - 1].lstrip()) + 1
    for line in reversed(lines[:number]):
        if (match := _ENCLOSING.match(line)) and len(match[1]) < indent:
            indent = len(match[1])
            found.append(match[2] or match[3])
    return tuple(name for name in found if not name.startswith("__") and len(name) >= DISTINCT)


def _mentions(facts: Facts, values: Iterable[Replaced]) -> dict[str, list[Place]]:
    """The lines of documents that give the old value, by name."""
    by_word = {re.findall(r"\w+", one.name)[-1]: one for one in values}
    hits = facts.change.find(sorted(by_word), GLOBS) if by_word else []
    hits = [hit for hit in hits if not HISTORY.search(hit[0]) and not is_test_path(hit[0])]
    found: dict[str, list[Place]] = {}
    for word, one in by_word.items():
        own = [hit for hit in hits if re.search(rf"\b{word}\b", hit[2])]
        for path, number, text in own if len(own) <= COMMON else ():
            if _is_stale((facts.change.read(path) or "").split("\n"), number, one):
                found.setdefault(one.name, []).append(Place(path, number, text.strip()[:160]))
    return found


def _is_stale(lines: list[str], number: int, one: Replaced) -> bool:
    """Whether the entry that begins on a line of a document gives the old value of a name as the present one."""
    entry = _entry(lines, number)
    named = re.search(rf"(?<![\w.-]){re.escape(one.name)}(?![\w-])", entry)
    if named is None or _holds(entry, one.after) or not (one.is_distinct or _is_about(lines, number, one.around)):
        return False
    if _is_shown_default(lines, number, one):
        return True
    after, old = entry[named.end() :], _value_pattern(one.before)
    if entry.startswith("|"):
        return _has_defaults(lines, number) and re.search(rf"\|\s*{_MARKS}{old}{_MARKS}\s*\|", after) is not None
    stated = [rf"{_SAID}{_MARKS}\(?{_MARKS}{old}", rf"{old}{_MARKS}\s*\(?(?:is\s+)?(?:the\s+|by\s+)(?i:default)"]
    if one.is_distinct:
        stated.append(rf"^[`'\"*]*\s*(?:=|is|:)\s*{_MARKS}{old}")
    return any(re.search(pattern, after) for pattern in stated)


def _is_shown_default(lines: list[str], number: int, one: Replaced) -> bool:
    """Whether a line is nothing but the old value, in a block of code that the text above calls the default."""
    name, value = re.escape(one.name), re.escape(one.before)
    shown = re.fullmatch(rf"\s*[\"']?{name}[\"']?\s*[:=]\s*[\"']?{value}[\"']?[,;]?\s*", lines[number - 1])
    above = range(number - 1, max(0, number - ABOUT), -1) if shown else ()
    fence = next((n for n in above if lines[n - 1].lstrip().startswith(("```", ".. code"))), 0)
    return fence > 0 and "default" in " ".join(lines[max(0, fence - 4) : fence]).lower()


def _has_defaults(lines: list[str], number: int) -> bool:
    """Whether the table around a row has a column of defaults."""
    first = number - 1
    while first and lines[first - 1].lstrip().startswith("|"):
        first -= 1
    return "default" in lines[first].lower()


def _entry(lines: list[str], number: int) -> str:
    """The text that a line of a document begins.

    A heading or directive begins its section, as far as `SECTION` lines; another line what continues it, to a blank line, a
    list item, a row or a heading.
    """
    first = lines[number - 1].strip()
    if _SECTION.match(first) or (number < len(lines) and first and _UNDERLINE.fullmatch(lines[number].strip())):
        following = list(lines[number : number + SECTION])
        ends = [n for n, line in enumerate(following) if _SECTION.match(line.strip())]
        return " ".join((first, *(line.strip() for line in following[: ends[0] if ends else SECTION])))
    parts = [first]
    for line in lines[number : number + 2] if not first.startswith("|") else ():
        if not line.strip() or _NEXT_ENTRY.match(line):
            break
        parts.append(line.strip())
    return " ".join(parts)


def _is_about(lines: list[str], number: int, around: tuple[str, ...]) -> bool:
    text = "\n".join(lines[max(0, number - ABOUT) : number])
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in around)


def _holds(text: str, value: str) -> bool:
    return re.search(_value_pattern(value), text) is not None


def _value_pattern(value: str) -> str:
    """A pattern for a value that stands alone; the digits of a number may be grouped."""
    written = "[_,]?".join(value) if value.isdigit() else re.escape(value)
    return rf"(?<![\w.,-]){written}(?![\w-]|[.,]\d)"


def _finding(file: ChangedFile, one: Replaced, places: list[Place]) -> Finding:
    more = f" ({len(places)} places)" if len(places) > 1 else ""
    return Finding(
        STALE.id,
        STALE.severity,
        file.path,
        one.line,
        one.line,
        f"{places[0]} still gives '{one.name}' the default {one.before}; it is now {one.after}{more}.",
        0.8,
        tuple(places[:SHOWN]),
        reach=len(places),
        source=StaleValues.name,
    )
