"""The length of lines that a project's settings name, and statements split at their brackets to keep to it."""

from __future__ import annotations

import ast
import configparser
import contextlib
import io
import re
import tokenize
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from indexers.files.reading import SMALL_BYTES, read_text

USUAL = 120
"""The longest line where no setting names one."""

INDENT = "    "
_OPENING, _CLOSING = "([{", ")]}"


def line_length(root: Path) -> int:
    """The longest line that the settings of ruff, black, isort, flake8, pycodestyle, pylint or the editor allow."""
    for name, keys in (
        ("ruff.toml", (("line-length",),)),
        (".ruff.toml", (("line-length",),)),
        (
            "pyproject.toml",
            (
                ("tool", "ruff", "line-length"),
                ("tool", "black", "line-length"),
                ("tool", "flake8", "max-line-length"),
                ("tool", "pylint", "format", "max-line-length"),
                ("tool", "isort", "line_length"),
            ),
        ),
    ):
        data = _toml(root / name)
        for key in keys:
            if type(found := _at(data, key)) is int and found > 0:
                return found
    for name in ("setup.cfg", "tox.ini", ".flake8", ".pylintrc", ".editorconfig"):
        if found := _from_ini(root / name):
            return found
    tools = _at(_toml(root / "pyproject.toml"), ("tool",))
    return 88 if isinstance(tools, dict) and {"black", "ruff"} & tools.keys() else USUAL


def _toml(path: Path) -> Any:
    try:
        return tomllib.loads(read_text(path, limit=SMALL_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}


def _at(data: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _from_ini(path: Path) -> int:
    parser = configparser.RawConfigParser(strict=False)
    try:
        text = read_text(path, limit=SMALL_BYTES, errors="replace")
        parser.read_string(text if re.match(r"\s*\[", text) else f"[all]\n{text}")
    except (OSError, ValueError, configparser.Error):
        return 0
    sections = ("flake8", "pycodestyle", "pep8", "isort", "FORMAT", "*.py", "*", "*.{py,pyi}")
    for section in (s for s in sections if parser.has_section(s)):
        for key in ("max-line-length", "max_line_length", "line_length", "line-length"):
            value = parser.get(section, key, fallback="").strip()
            if re.fullmatch(r"[0-9]{1,4}", value) and int(value) > 0:
                return int(value)
    return 0


def within(text: str, width: int) -> str:
    """Python text in which statements on one line are split at their last brackets until they fit, where that is possible."""
    return _rewritten(text, width, _split)


def with_short_strings(text: str, width: int) -> str:
    """Python text in which strings that make a line too long are written in parts, one a line, in brackets."""
    return _rewritten(text, width, _with_parts)


def _rewritten(text: str, width: int, split: Callable[[str, int], list[str]]) -> str:
    """The text with its long lines split; the text itself where the result would be other code."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += split(line, width) if len(line) > width else [line]
    joined = "\n".join(lines)
    try:
        return joined if ast.dump(ast.parse(joined)) == ast.dump(ast.parse(text)) else text
    except SyntaxError:
        return text


def _with_parts(line: str, width: int) -> list[str]:
    """One line with its longest string in brackets and in parts that fit; the line itself where that is not possible."""
    strings = [(start, text) for kind, text, start in _tokens(line) if kind == tokenize.STRING and _SIMPLE.fullmatch(text)]
    start, text = max(strings, key=lambda s: len(s[1]), default=(0, ""))
    indent = line[: len(line) - len(line.lstrip())]
    room = width - len(indent) - len(INDENT) - 3
    if len(text) < SHORTEST or room < SHORTEST:
        return [line]
    quote, inner = text[-1], text[text.index(text[-1]) + 1 : -1]
    prefix = text[: text.index(quote)]
    rows = [f"{indent}{INDENT}{prefix}{quote}{part}{quote}" for part in _parts(inner, room)]
    return [f"{line[:start]}(", *rows, f"{indent}){line[start + len(text) :]}"]


_SIMPLE = re.compile(r"[rRbB]{0,2}(?:'[^']*'|\"[^\"]*\")")
"""A string in simple quotes that contains none of them and no expressions."""

SHORTEST = 24
"""Characters; shorter strings are not written in parts."""


def _parts(text: str, room: int) -> list[str]:
    """The content of a string in parts of at most `room` characters, cut after spaces if there are some, never in an escape."""
    parts = [""]
    for piece in re.findall(r"\\(?:N\{[^}]*\}|x..|u.{4}|U.{8}|[0-7]{1,3}|.)|[^\s\\]{1,16}\s?|\s", text, re.DOTALL):
        if len(parts[-1]) + len(piece) > room:
            parts.append("")
        parts[-1] += piece
    return parts


def _split(line: str, width: int) -> list[str]:
    """One line as several: what stands in its last or its longest bracket on lines of its own, or one item a line."""
    indent = line[: len(line) - len(line.lstrip())]
    for start, end in _brackets(line):
        inner = line[start + 1 : end]
        items = _items(inner)
        head, tail = line[: start + 1], line[end:]
        if len(head) > width or not items or " for " in inner:
            continue
        together = f"{indent}{INDENT}{inner.strip()}"
        if len(together) <= width:
            return [head, together, indent + tail]
        rows = []
        for item in items:
            last = item is items[-1]
            row = f"{indent}{INDENT}{item}" + ("" if last and not _needs_comma(line, start, items) else ",")
            rows += _split(row, width) if len(row) > width else [row]
        return [head, *rows, indent + tail]
    return [line]


def _needs_comma(line: str, start: int, items: list[str]) -> bool:
    """Whether a comma may follow the last item: not in brackets around one expression, after an unpacked item, in an index."""
    before = line[:start].rstrip()
    call = bool(re.search(r"[\w\])]$", before)) and not re.search(r"\b(?:assert|return|in|and|or|not|is|if|else)$", before)
    if line[start] == "[" and call:
        return False
    return (call or line[start] != "(" or len(items) > 1) and not items[-1].startswith("*")


def _brackets(line: str) -> list[tuple[int, int]]:
    """(start, end) of the outermost brackets of a line, the last one first."""
    pairs: list[tuple[int, int]] = []
    stack: list[int] = []
    for kind, text, position in _tokens(line):
        if kind == tokenize.OP and text in _OPENING:
            stack.append(position)
        elif kind == tokenize.OP and text in _CLOSING and stack:
            start = stack.pop()
            if not stack and position > start + 1:
                pairs.append((start, position))
    return [] if stack else sorted(pairs, reverse=True)


def _items(inner: str) -> list[str]:
    """The parts of a bracket's content between its commas."""
    items: list[str] = []
    depth = last = 0
    for kind, text, position in _tokens(inner):
        if kind != tokenize.OP:
            continue
        depth += (text in _OPENING) - (text in _CLOSING)
        if text == "," and depth == 0:
            items.append(inner[last:position].strip())
            last = position + 1
    rest = inner[last:].strip()
    return items + ([rest] if rest else [])


def _tokens(text: str) -> Iterator[tuple[int, str, int]]:
    """(kind, text, column) of the tokens of one line; as many as can be read."""
    left = len(text) - len(text.lstrip())
    with contextlib.suppress(tokenize.TokenError, IndentationError, SyntaxError):  # a statement that continues
        for token in tokenize.generate_tokens(io.StringIO(text[left:]).readline):
            if token.start[0] == 1:
                yield token.type, token.string, token.start[1] + left
