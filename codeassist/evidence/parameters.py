"""The parameters of functions and constructors as they are written, with their defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codeassist.evidence.constructors import constructor_of
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.types import Definition

LONGEST_HEADER = 60
"""Lines of a definition in which its parameters are looked for."""

MOST_CHARS = 20_000
LONGEST_VALUE = 60

HAVE_DEFAULTS = frozenset(
    {"python", "javascript", "typescript", "tsx", "php", "ruby", "kotlin", "scala", "swift", "cpp", "csharp"}
)

_NAME = re.compile(r"(?<!\w)(?P<name>[A-Za-z_]\w*)\??\s*$")
_KEYWORD = re.compile(r"(?<!\w)(?P<name>[a-z_]\w*):(?!:)\s+(?P<value>.+)", re.DOTALL)
"""A parameter with its default as Ruby writes it."""

_TEXT = r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`]*`"
_HASH = re.compile(rf"{_TEXT}|(?P<comment>#[^\n]*)", re.DOTALL)
_SLASHES = re.compile(rf"{_TEXT}|(?P<comment>//[^\n]*|/\*.*?\*/)", re.DOTALL)
"""A text in quotes, or a comment of Python and Ruby, or of the other languages."""

_RECEIVER = re.compile(r"(?:self|cls|&(?:'\w+ )?(?:mut )?self|mut self|\*|/)(?::.*)?$")
"""What stands among the parameters and is none that a caller gives."""

_ASSIGNED = r"(?:(?::[^=(\n]*)?=\s*(?:async\s*)?(?:function\s*\*?\s*\w*\s*)?)?"
"""What stands between the name and the parameters of a function that is assigned to it."""

_OPENING, _CLOSING = "([{", ")]}"
_QUOTES = ('"""', "'''", '"', "'", "`")


@dataclass(frozen=True, slots=True)
class Default:
    """A parameter of a definition with the text of its default and the line where it stands."""

    definition: Definition
    name: str
    value: str
    line: int


def defaults_of(index: Index, definition: Definition) -> list[Default]:
    """The parameters of a function, or of the constructor of a class, that have a default, in order."""
    header = _header(index, definition)
    if header is None or header[0].language not in HAVE_DEFAULTS:
        return []
    holder, text, parts = header
    found = []
    for start, part in parts:
        match, value = _bound(part, holder.language)
        if match is not None and (value := " ".join(value.split())):
            line = holder.line + text.count("\n", 0, start + match.start("name"))
            found.append(Default(holder, match["name"], value[:LONGEST_VALUE], line))
    return found


def parameters_of(index: Index, definition: Definition) -> tuple[Definition, list[tuple[str, int]]] | None:
    """The function or constructor, and each of its parameters with its line.

    None for a class without a known constructor, and where the list of parameters cannot be read.
    """
    header = _header(index, definition)
    if header is None:
        return None
    holder, text, parts = header
    found, open_part = list[tuple[str, int]](), ""
    for start, part in parts:
        open_part = f"{open_part}, {part}" if open_part else part
        plain = open_part.replace("->", "").replace("=>", "")
        if plain.count("<") > plain.count(">") and holder.language != "python":  # Map<String, Integer>
            continue
        written = " ".join(open_part.split())
        if written and not _RECEIVER.match(written):
            found.append((written, holder.line + text.count("\n", 0, start + len(part) - len(part.lstrip()))))
        open_part = ""
    return holder, found


def _header(index: Index, definition: Definition) -> tuple[Definition, str, list[tuple[int, str]]] | None:
    """What has the parameters, its text without comments, and each part between its brackets with its position.

    None for a class without a known constructor, and where no list of parameters in brackets is found.
    """
    holder = constructor_of(index, definition)
    if holder is None:
        return None
    lines = file_lines(index.root, holder.path)[holder.line - 1 : holder.end_line][:LONGEST_HEADER]
    text = _without_comments("\n".join(lines)[:MOST_CHARS], holder.language)
    assigned = _ASSIGNED if holder.language in ("javascript", "typescript", "tsx") else ""
    named = re.search(rf"(?<!\w){re.escape(holder.name)}\s*{assigned}(?:(?:<[^()]*>|\[[^\]]*\])\s*)?\(", text)
    parts = _parameters(text, named.end(), holder.language) if named else None
    return (holder, text, parts) if parts is not None else None


def _without_comments(text: str, language: str) -> str:
    """The text with spaces in place of its comments, so that every position stays."""
    pattern = _HASH if language in ("python", "ruby") else _SLASHES
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]) if match["comment"] else match[0], text)


def _bound(part: str, language: str) -> tuple[re.Match[str] | None, str]:
    """The name of a parameter and the text of its default; None if it has none."""
    equals = next((at for at, mark, depth in _outside_quotes(part, 0) if mark == "=" and depth == 0), None)
    if equals is not None and part[equals + 1 : equals + 2] not in ("=", ">"):
        colon = re.search(r"(?<!:):(?!:)", part[:equals])
        return _NAME.search(part, 0, colon.start() if colon else equals), part[equals + 1 :]
    match = _KEYWORD.search(part) if language == "ruby" else None
    return match, match["value"] if match else ""


def _parameters(text: str, start: int, language: str) -> list[tuple[int, str]] | None:
    """The parts between commas from a position to the bracket that closes, each with its position; None if none closes."""
    found = list[tuple[int, str]]()
    for position, mark, depth in _outside_quotes(text, start, ('"',) if language == "rust" else _QUOTES):
        if depth < 0 or (depth == 0 and mark == ","):
            found.append((start, text[start:position]))
            start = position + 1
        if depth < 0:
            return found
    return None


def _outside_quotes(text: str, start: int, quotes: tuple[str, ...] = _QUOTES) -> Iterator[tuple[int, str, int]]:
    """The characters from a position that are in no quotes, each with its position and the brackets that are open after it.

    In Rust `'` begins a lifetime more often than a text.
    """
    depth, quote, position = 0, "", start
    while position < len(text):
        if quote:
            closed = text.startswith(quote, position)
            position += len(quote) if closed else 2 if text[position] == "\\" else 1
            quote = "" if closed else quote
            continue
        quote = next((mark for mark in quotes if text.startswith(mark, position)), "")
        depth += (text[position] in _OPENING) - (text[position] in _CLOSING)
        yield position, text[position], depth
        position += len(quote) or 1
