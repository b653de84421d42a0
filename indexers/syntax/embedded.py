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
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
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
    """The code in a file of the language `host`, and the lines of the file with the code left blank."""
    rest = list(lines)
    found = (_cells(lines, rest) if host == "notebook" else _scripts(lines))[:MOST_PIECES]
    for piece in found:
        rest[piece.start - 1 : piece.start - 1 + len(piece.lines)] = [""] * len(piece.lines)
    return found, rest


def _scripts(lines: Sequence[str]) -> list[Piece]:
    text = "\n".join(lines)
    found = []
    for match in _SCRIPT.finditer(text):
        attributes = {name.lower(): value.lower() for name, value in _ATTRIBUTE.findall(match[1])}
        language = _SCRIPT_LANGUAGES.get(attributes.get("lang") or attributes.get("type", ""))
        first = text.count("\n", 0, match.start(2)) + 2  # what follows the tag on its line is not parsed
        code = match[2].split("\n")[1:-1]
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
    return found


def _unquoted(literal: str) -> str:
    try:
        return str(json.loads(literal)).rstrip("\n").replace("\n", " ")
    except ValueError:
        return ""
