"""Code inside files of another language: scripts of Vue, Svelte and HTML, and the cells of notebooks.

Each piece of code keeps the numbers of its lines: it is parsed with the rest of the file blank.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

HOSTS = frozenset({"vue", "svelte", "html", "notebook"})
MOST_PIECES = 300
MINIFIED_LINE_LENGTH = 400
"""Source with a longer average line, in bytes for a file and in characters for a piece, is treated as minified."""

_OPEN = re.compile(r"<script\b([^>]{0,2000})>", re.IGNORECASE)
_CLOSE = re.compile(r"</script\s*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(lang|type)\s*=\s*[\"']?([\w/+.-]+)", re.IGNORECASE)
_SCRIPT_LANGUAGES = {
    "": "javascript",
    "js": "javascript",
    "javascript": "javascript",
    "module": "javascript",
    "text/javascript": "javascript",
    "application/javascript": "javascript",
    "text/babel": "javascript",
    "jsx": "javascript",
    "text/jsx": "javascript",
    "ts": "typescript",
    "typescript": "typescript",
    "text/typescript": "typescript",
    "tsx": "tsx",
}
"""The language of a script by its attribute `lang` or `type`; other types, such as JSON and templates, are not code."""

_KERNELS = {
    "python": "python",
    "r": "r",
    "javascript": "javascript",
    "typescript": "typescript",
    "scala": "scala",
    "bash": "bash",
}
_CELL_TYPE = re.compile(r'^\s*"cell_type"\s*:\s*"(\w+)"')
_SOURCE = re.compile(r'^\s*"source"\s*:\s*\[\s*$')
_SOURCE_TEXT = re.compile(r'^\s*"source"\s*:\s*(".*"),?\s*$')
_STRING_LINE = re.compile(r'^\s*(".*"),?\s*$')
_KERNEL = re.compile(r'"language_info"\s*:\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*?"name"\s*:\s*"(\w+)"|"language"\s*:\s*"(\w+)"')
_MAGIC = re.compile(r"^\s*[%!?]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Code in another file: its language, the number of its first line, and its lines."""

    language: str
    start: int
    lines: list[str]


def pieces(host: str, lines: Sequence[str]) -> tuple[list[Piece], list[str]]:
    """The code in a file of the language `host`, and the lines of the file with the code left blank.

    Minified code is left out of both: nobody wrote it.
    """
    rest = list(lines)
    found = (_cells(lines, rest) if host == "notebook" else _scripts(lines))[:MOST_PIECES]
    for piece in found:
        rest[piece.start - 1 : piece.start - 1 + len(piece.lines)] = [""] * len(piece.lines)
    return [piece for piece in found if not _is_minified(piece)], rest


def _is_minified(piece: Piece) -> bool:
    return sum(map(len, piece.lines)) > MINIFIED_LINE_LENGTH * len(piece.lines)


def _scripts(lines: Sequence[str]) -> list[Piece]:
    text = "\n".join(lines)
    found: list[Piece] = []
    end = 0
    while len(found) < MOST_PIECES and (tag := _OPEN.search(text, end)) and (close := _CLOSE.search(text, tag.end())):
        end = close.end()
        attributes = {name.lower(): value.lower() for name, value in _ATTRIBUTE.findall(tag[1])}
        language = _SCRIPT_LANGUAGES.get(attributes.get("lang") or attributes.get("type", ""))
        first = text.count("\n", 0, tag.end()) + 2  # what follows the tag on its line is not parsed
        code = text[tag.end() : close.start()].split("\n")[1:-1]
        if language and any(line.strip() for line in code):
            found.append(Piece(language, first, code))
    return found


def _cells(lines: Sequence[str], rest: list[str]) -> list[Piece]:
    """The code cells; of everything else only the text of cells is kept in `rest`: outputs and metadata are not source."""
    kernel = _KERNEL.search("\n".join(lines))
    language = _KERNELS.get((kernel[1] or kernel[2]).lower() if kernel else "python", "")
    rest[:] = [""] * len(lines)
    found: list[Piece] = []
    kind, number = "", 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if match := _CELL_TYPE.match(line):
            kind = match[1]
        elif _SOURCE.match(line):
            start, source = number, list[str]()
            while number < len(lines) and (match := _STRING_LINE.match(lines[number])):
                source.append(_unquoted(match[1]))
                number += 1
            if kind == "code" and language and source:
                found.append(Piece(language, start + 1, ["" if _MAGIC.match(line) else line for line in source]))
            elif kind != "code":
                rest[start : start + len(source)] = source
        elif match := _SOURCE_TEXT.match(line):  # a whole cell on one line: found as text, but not parsed
            rest[number - 1] = _unquoted(match[1])
    if not found and not any(rest):
        rest[:1] = [" ".join(_sources("\n".join(lines)))]
    return found


def _sources(text: str) -> list[str]:
    """The text of the cells of a notebook that is not written line by line; none if it is not a notebook."""
    try:
        cells = json.loads(text)["cells"]
        return [" ".join(piece.split()) for cell in cells for piece in ("".join(cell["source"]),)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []


def _unquoted(literal: str) -> str:
    try:
        return str(json.loads(literal)).rstrip("\n").replace("\n", " ")
    except ValueError:
        return ""
