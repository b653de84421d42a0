"""Calls in languages other than Python with a wrong number of arguments, for names with only one definition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity

ARITY = Rule(
    "arity-changed",
    "ArityChanged",
    "Calls elsewhere pass a number of arguments that the changed function does not take.",
    Severity.WARNING,
    ("correctness",),
)
SHOWN = 8
LONGEST_LINE = 2_000
"""Longer lines are not read: they are data, or generated."""

GLOBS = {".kt": ("*.kt",), ".rb": ("*.rb",), ".php": ("*.php",)}

_DEFINITION = re.compile(
    r"^\s*(?:export\s+|default\s+|pub(?:\([^)]*\))?\s+|public\s+|private\s+|protected\s+|static\s+|async\s+|final\s+|override\s+)*"
    r"(?:func|fn|function|def|fun|[\w<>\[\],.*&]+(?:\s+[\w<>\[\],.*&]+)*?)\s*(?:\([^)]*\)\s*)?\s(?P<name>\w+)\s*(?:<[^>]*>)?\((?P<arguments>.*)$"
)
KEYWORDS = frozenset(
    "if for while switch return catch else new throw await yield match when foreach using lock synchronized".split()
)


class Arity:
    """Checks Kotlin, Ruby and PHP; `LeftBehind` resolves uses in other languages."""

    name = "arity"
    rules: tuple[Rule, ...] = (ARITY,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on changed functions, with calls anywhere in the repository as evidence."""
        for file in facts.change.texts():
            if file.suffix not in GLOBS or file.whole or file.old is None:
                continue
            for name, line, before, after in _changed(file):
                yield from _calls(facts, file, name, line, before, after)


def _changed(file: ChangedFile) -> Iterator[tuple[str, int, tuple[int, int], tuple[int, int]]]:
    """(name, new line, old parameters, new parameters) of changed functions; parameters as (least, most) arguments."""
    old, new = _definitions(file.old or "", set(file.removed)), _definitions(file.new or "", set(file.added))
    for name, (line, after) in new.items():
        if name in old and old[name][1] != after:
            yield name, line, old[name][1], after


def _definitions(content: str, numbers: set[int]) -> dict[str, tuple[int, tuple[int, int]]]:
    """Line and (least, most) arguments, by name, of the functions defined on some lines."""
    lines = content.split("\n")
    definitions: dict[str, tuple[int, tuple[int, int]]] = {}
    for number in sorted(numbers):
        text = lines[number - 1] if 0 < number <= len(lines) else ""
        match = _DEFINITION.match(text) if len(text) <= LONGEST_LINE else None
        if match is None or match["name"] in KEYWORDS or text.split()[0] in KEYWORDS:
            continue
        inside = _balanced("\n".join([match["arguments"], *lines[number : number + 12]]))
        if inside is not None:
            definitions[match["name"]] = (number, _parameters(inside))
    return definitions


def _scanned(text: str) -> Iterator[tuple[int, str, int]]:
    """(position, character, depth in brackets after it) of the characters outside quotes."""
    depth, quote = 0, ""
    for position, char in enumerate(text):
        if quote:
            quote = "" if char == quote and text[position - 1] != "\\" else quote
        elif char in "\"'`":
            quote = char
        else:
            depth += (char in "([{") - (char in ")]}")
            yield position, char, depth


def _balanced(text: str) -> str | None:
    """The text before the closing bracket that matches an opening bracket in front of the text; None without one."""
    return next((text[:position] for position, _, depth in _scanned(text) if depth < 0), None)


def _split(text: str) -> list[str]:
    """Parameters or arguments, split at the commas outside brackets, quotes and type arguments."""
    parts, start, open_types = [], 0, 0
    for position, char, depth in _scanned(text):
        if char == "<":
            open_types += 1
        elif char == ">" and text[position - 1 : position] not in ("=", "-"):  # not the end of an arrow
            open_types -= 1
        elif char == "," and depth <= 0 and open_types <= 0:
            parts.append(text[start:position])
            start = position + 1
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def _parameters(text: str) -> tuple[int, int]:
    """(least, most) arguments that a list of parameters takes."""
    parameters = [p for p in _split(text) if not re.match(r"(?:&?\s*(?:mut\s+)?self\b|this\b|void$)", p)]
    open_ended = any("..." in p or re.match(r"[*&]\w", p) or "params " in p or "vararg " in p for p in parameters)
    optional = sum(1 for p in parameters if "=" in p or re.match(r"\w+\?", p))
    return len(parameters) - optional - open_ended, 99 if open_ended else len(parameters)


_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|(?://|#).*$|^\s*\*.*$|/\*.*?(?:\*/|$)")
_RECEIVER = re.compile(r"(?<!this)(?<!self)(?<!\$this)(?:\.|->|::)\w+")


def _bare(text: str) -> str:
    """A line with strings, comments and names after a receiver that is not the object itself blanked, in their places."""
    for pattern in (_QUOTED, _RECEIVER):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def _calls(
    facts: Facts, file: ChangedFile, name: str, line: int, before: tuple[int, int], after: tuple[int, int]
) -> Iterator[Finding]:
    hits = [h for h in facts.change.find([name], GLOBS[file.suffix]) if len(h[2]) <= LONGEST_LINE]
    definitions = [h for h in hits if (m := _DEFINITION.match(h[2])) and m["name"] == name and h[2].split()[0] not in KEYWORDS]
    if len({(p, n) for p, n, _ in definitions}) > 1 or len(hits) > 300:
        return
    misfits: list[Place] = []
    for path, number, text in hits:
        if (path, number) in {(p, n) for p, n, _ in definitions} or (path == file.path and number == line):
            continue
        lines = (facts.change.read(path) or "").split("\n")
        for match in re.finditer(rf"\b{re.escape(name)}\s*\(", _bare(text)):
            inside = _balanced("\n".join([text[match.end() :], *lines[number : number + 12]]))
            if inside is None:
                continue
            passed = _split(inside)
            if any(p.startswith(("...", "*")) or p.endswith("...") for p in passed):
                continue
            if before[0] <= len(passed) <= before[1] and not after[0] <= len(passed) <= after[1]:
                misfits.append(Place(path, number, text.strip()[:160]))
    if misfits:
        takes = f"{after[0]}" if after[0] == after[1] else f"{after[0]} to {after[1]}"
        yield Finding(
            ARITY.id,
            ARITY.severity,
            file.path,
            line,
            line,
            f"'{name}' now takes {takes} argument{'s' * (after[1] != 1)}, but {misfits[0]} passes a different number"
            + (f" ({len(misfits)} calls)." if len(misfits) > 1 else "."),
            0.75,
            tuple(misfits[:SHOWN]),
            reach=len(misfits),
            source="arity",
        )
