"""Answers about the default of a parameter, when the question names the function or class and the parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codeassist.evidence.constructors import constructor_of
from codeassist.evidence.places import SCAFFOLD
from codeassist.tasks.ask.answer import Citations
from codeassist.tasks.ask.brief import inline_code
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.search.query import understand
from indexers.syntax.words import STOP_WORDS, identifiers, split_identifier, stem
from indexers.types import Definition

CALLABLE = frozenset({"function", "method", "constructor", "class", "macro"})
MOST_DEFINITIONS = 6
SHOWN = 3
LONGEST_HEADER = 60
"""Lines of a definition in which its parameters are looked for."""

MOST_CHARS = 20_000
LONGEST_VALUE = 60

MOST_OTHER_WORDS = 3
"""A question with more words beside the names of the function and the parameter asks for something else."""

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

_OPENING, _CLOSING = "([{", ")]}"
_QUOTES = ('"""', "'''", '"', "'", "`")


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
    words = {
        word for word in asked if word not in STOP_WORDS and stem(word) not in SCAFFOLD and word not in ("default", "defaults")
    }
    best: dict[tuple[str, str], Default] = {}
    for definition in named_callables(index, question):
        own = set(split_identifier(definition.qualified_name.replace(".", "_")))
        for default in defaults_of(index, definition):
            parts = set(split_identifier(default.name))
            if parts <= asked and not parts <= own | STOP_WORDS and len(words - own - parts) <= MOST_OTHER_WORDS:
                best.setdefault((definition.qualified_name, default.name), default)
    most = max((len(split_identifier(default.name)) for default in best.values()), default=0)
    found = [default for default in best.values() if len(split_identifier(default.name)) == most]
    return ["\n".join(_sentence(default, numbers) for default in found[:SHOWN])] if found else []


def named_callables(index: Index, question: str) -> Iterator[Definition]:
    """The functions and classes whose name a question spells, of a qualified name only those."""
    query = understand(question)
    for name in query.qualified or [n for n in dict.fromkeys(identifiers(question)) if n.lower() not in STOP_WORDS]:
        exact = [d for d in index.definitions(name, MOST_DEFINITIONS + 1) if name in (d.name, d.qualified_name)]
        if len(exact) <= MOST_DEFINITIONS:
            yield from (d for d in exact if d.kind in CALLABLE and not d.is_test)


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
    """The function or constructor, and each of its parameters with its line; None for a class without a known constructor."""
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
    """What has the parameters, its text without comments, and each part between its brackets with its position."""
    holder = constructor_of(index, definition)
    if holder is None:
        return None
    lines = file_lines(index.root, holder.path)[holder.line - 1 : holder.end_line][:LONGEST_HEADER]
    text = _without_comments("\n".join(lines)[:MOST_CHARS], holder.language)
    named = re.search(rf"(?<!\w){re.escape(holder.name)}\s*(?:(?:<[^>]*>|\[[^\]]*\])\s*)?\(", text)
    return holder, text, list(_parameters(text, named.end())) if named else []


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


def _parameters(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The parts between commas from a position to the bracket that closes around it, each with its position."""
    for position, mark, depth in _outside_quotes(text, start):
        if depth < 0 or (depth == 0 and mark == ","):
            yield start, text[start:position]
            start = position + 1
        if depth < 0:
            return


def _outside_quotes(text: str, start: int) -> Iterator[tuple[int, str, int]]:
    """The characters from a position that are in no quotes, each with its position and the brackets that are open after it."""
    depth, quote, position = 0, "", start
    while position < len(text):
        if quote:
            closed = text.startswith(quote, position)
            position += len(quote) if closed else 2 if text[position] == "\\" else 1
            quote = "" if closed else quote
            continue
        quote = next((mark for mark in _QUOTES if text.startswith(mark, position)), "")
        depth += (text[position] in _OPENING) - (text[position] in _CLOSING)
        yield position, text[position], depth
        position += len(quote) or 1


def _sentence(default: Default, numbers: Citations) -> str:
    definition = default.definition
    cited = numbers.cite(definition.path, default.line, default.line, definition.qualified_name)
    value = inline_code(default.value)
    return f"`{default.name}` of `{definition.qualified_name}` in `{definition.path}` {cited} is {value} unless it is given."
