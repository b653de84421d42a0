"""Answers about the default of a parameter, when the question names the function and the parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codeassist.tasks.ask.answer import Citations
from codeassist.tasks.ask.brief import inline_code
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.search.query import understand
from indexers.syntax.words import STOP_WORDS, identifiers, split_identifier
from indexers.types import Definition

CALLABLE = frozenset({"function", "method", "constructor", "class", "macro"})
MOST_DEFINITIONS = 6
SHOWN = 3
LONGEST_HEADER = 60
"""Lines of a definition in which its parameters are looked for."""

LONGEST_VALUE = 60

_PARAMETER = re.compile(
    r"(?<![\w.])[$*&@]{0,2}(?P<name>[A-Za-z_]\w*)\??\s*(?::\s*(?!=)[^=,]*?(?:\[[^\]]*\][^=,]*?)?)?=(?![=>])\s*"
)
_KEYWORD = re.compile(r"(?<![\w:])(?P<name>[a-z_]\w*):(?!:)\s+")
"""A parameter with its default as Ruby writes it."""

_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Default:
    """A parameter of a definition with the text of its default and the line where it stands."""

    definition: Definition
    name: str
    value: str
    line: int


def default_of_parameter(index: Index, question: str, numbers: Citations) -> list[str]:
    """The default of the parameter that a question names together with its function; empty for other questions."""
    asked = {part for name in identifiers(question) for part in split_identifier(name)}
    best: dict[tuple[str, str], Default] = {}
    for definition in _named(index, question):
        own = set(split_identifier(definition.name))
        for default in defaults_of(index, definition):
            parts = set(split_identifier(default.name))
            if parts <= asked - (own - parts) and not parts <= STOP_WORDS | {"default"}:
                best.setdefault((definition.qualified_name, default.name), default)
    most = max((len(split_identifier(default.name)) for default in best.values()), default=0)
    found = [default for default in best.values() if len(split_identifier(default.name)) == most]
    return ["\n".join(_sentence(default, numbers) for default in found[:SHOWN])] if found else []


def _named(index: Index, question: str) -> Iterator[Definition]:
    """The functions and classes whose name a question spells, of a qualified name only those."""
    query = understand(question)
    for name in query.qualified or [n for n in dict.fromkeys(identifiers(question)) if n.lower() not in STOP_WORDS]:
        exact = [d for d in index.definitions(name, MOST_DEFINITIONS + 1) if name in (d.name, d.qualified_name)]
        if len(exact) <= MOST_DEFINITIONS:
            yield from (d for d in exact if d.kind in CALLABLE and not d.is_test)


def defaults_of(index: Index, definition: Definition) -> list[Default]:
    """The parameters of a definition that have a default, in order."""
    lines = file_lines(index.root, definition.path)[definition.line - 1 : definition.end_line][:LONGEST_HEADER]
    text = "\n".join(lines)
    named = re.search(rf"(?<!\w){re.escape(definition.name)}\s*(?:<[^>]*>|\[[^\]]*\])?\s*\(", text)
    if named is None:
        return []
    header = _until(text, named.end(), _CLOSING)
    forms = (_PARAMETER, _KEYWORD) if definition.language == "ruby" else (_PARAMETER,)
    found = []
    for match in (match for form in forms for match in form.finditer(header)):
        value = " ".join(_until(header, match.end(), "," + _CLOSING).partition("#")[0].split())
        if value:
            line = definition.line + text.count("\n", 0, named.end() + match.start("name"))
            found.append(Default(definition, match["name"], value[:LONGEST_VALUE], line))
    return found


def _until(text: str, start: int, ends: Sequence[str]) -> str:
    """The text from a position to the first of `ends` that is outside of brackets and quotes."""
    depth, quote = 0, ""
    for position in range(start, len(text)):
        character = text[position]
        if quote:
            quote = "" if character == quote and text[position - 1] != "\\" else quote
        elif character in "\"'`":
            quote = character
        elif depth == 0 and character in ends:
            return text[start:position]
        else:
            depth += (character in _OPENING) - (character in _CLOSING)
    return text[start:]


def _sentence(default: Default, numbers: Citations) -> str:
    definition = default.definition
    cited = numbers.cite(definition.path, default.line, default.line, definition.qualified_name)
    value = inline_code(default.value)
    return f"`{default.name}` of `{definition.qualified_name}` in `{definition.path}` {cited} is {value} unless it is given."
