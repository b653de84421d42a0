"""Options of a command line and their defaults, as calls declare them: `add_argument("--port", default=8000)`.

They are read from the text, because the calls of most libraries look alike: `click.option`, `add_argument`, `typer.Option`,
`.option("--port <n>", "the port", 8000)`, `Flags().IntVarP(&port, "port", "p", 8000, "the port")`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

MOST_ABOVE, MOST_LINES = 8, 20
"""Lines above the name of an option in which its call begins, and lines of a call."""

LONGEST_LINE = 2_000

_TOKEN = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`\n]*`|[()\[\]{},]|[^\"'`()\[\]{},]+|.")
_NAME = re.compile(r"[\"'`](?:-\w\s*[,|/ ]\s*)?--(?P<name>[A-Za-z][\w-]*)")
_FLAG = re.compile(r"(?:\b[Ff]lags?(?:\(\))?|\bflagset|\bfs)\.\w+\(.*?[\"`](?P<name>[A-Za-z][\w-]*)[\"`]")
"""The name of a flag of Go, which is declared without its dashes."""

_DEFAULT = re.compile(r"default(?:_value)?\s*[=:]")
_LITERAL = re.compile(r"-?\d[\w.]*(?:\s*\*\s*[\w.]+)?|[Tt]rue|[Ff]alse|nil|null|None")
_JOINED = re.compile(r"\"\s+\"|'\s+'")
"""Between texts that the language puts together."""

_IS_TEXT = re.compile(r"[\"'`]")
_SAYS_DEFAULT = re.compile(r"default", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DeclaredOption:
    """An option with the arguments of its declaration that say its default; `line` is that of its name, from 0."""

    name: str
    line: int
    text: str


def declared_options(lines: Sequence[str], is_wanted: Callable[[str], bool]) -> Iterator[DeclaredOption]:
    """The options that lines of code declare with a default, of which `is_wanted` says whether a name is asked for."""
    for number, line in enumerate(lines):
        found = _NAME.search(line[:LONGEST_LINE]) or _FLAG.search(line[:LONGEST_LINE])
        if found is None or not is_wanted(found["name"].replace("-", "_")):
            continue
        if (text := _said(_arguments(lines, number, found["name"]), found["name"])) is not None:
            yield DeclaredOption(found["name"], number, text)


def _said(arguments: Sequence[str], name: str) -> str | None:
    """The name of the option and the arguments that say its default; None where none does."""
    named = next((n for n, argument in enumerate(arguments) if re.search(rf"[\"'`-]{re.escape(name)}\b", argument)), None)
    if named is None:
        return None
    given = [a for a in arguments[named + 1 :] if _DEFAULT.match(a)]
    plain = [a for a in arguments[named + 1 :] if _LITERAL.fullmatch(a)] if not given else []
    texts = [a for a in arguments[named + 1 :] if a not in given and _IS_TEXT.search(a) and _SAYS_DEFAULT.search(a)]
    said = [*given, *plain[:1], *(_JOINED.sub("", text) for text in texts[:1])]
    return ", ".join((arguments[named], *said)) if said else None


def _arguments(lines: Sequence[str], number: int, name: str) -> list[str]:
    """The arguments of the call around a name in a line; empty where it does not end soon."""
    for first in range(number, max(-1, number - MOST_ABOVE), -1):
        tokens = _TOKEN.findall("\n".join(line[:LONGEST_LINE] for line in lines[first : first + MOST_LINES]))
        arguments = _split(tokens, number - first, name)
        if arguments:
            return arguments
    return []


def _split(tokens: Sequence[str], line: int, name: str) -> list[str]:
    """The arguments of the innermost call around a text with a name in a line, counted from the first token; or none."""
    open_calls: list[list[str]] = []
    ends = 0
    wanted: list[str] | None = None
    for part in tokens:
        if wanted is None and ends == line and open_calls and part[:1] in "\"'`" and name in part:
            wanted = open_calls[-1]
        ends += part.count("\n")
        if wanted is None and ends > line:
            return []
        if part in ("(", "[", "{"):
            if open_calls:
                open_calls[-1][-1] += part
            open_calls.append([""])
        elif part in (")", "]", "}"):
            if not open_calls:
                return []
            closed = open_calls.pop()
            if closed is wanted:
                return [" ".join(a.split()) for a in closed if a.strip()]
            if open_calls:
                open_calls[-1][-1] += ", ".join(a.strip() for a in closed) + part
        elif part == "," and open_calls:
            open_calls[-1].append("")
        elif open_calls:
            open_calls[-1][-1] += part
    return []
