"""The source of what a sentence speaks about: the bodies of the named definitions, in the cited blocks where they are there."""

from __future__ import annotations

import re

from codeassist.evidence.claims.names import NAME
from codeassist.evidence.claims.terms import Cited
from codeassist.evidence.comments import comments
from indexers import Index
from indexers.files.decoding import read_lines
from indexers.types import Definition

QUOTED = r"`(?P<x>[*&]?[A-Za-z_$@][^`]*)`"
"""A name in backticks, the first of a relation."""

_COMMENT = re.compile(r"\"\"\"|/\*|(?<!\S)(?:#|//)")


def last_name(span: str) -> str:
    """The last name of a span: `this.createContext(req, res)` is createContext."""
    names = NAME.findall(re.sub(r"\(.*", "", span, flags=re.DOTALL))
    return names[-1] if names else span


def as_word(span: str) -> str:
    """A pattern for the last name of a span where it stands as a word of its own."""
    return rf"(?<!\w){re.escape(last_name(span))}(?!\w)"


def bodies(name: str, cited: Cited, index: Index) -> list[tuple[Definition, str]]:
    """(definition, text) of what a span names; those in the cited blocks when there are any, and inside the named class."""
    found = index.definitions(last_name(name))
    owner = re.match(r"([A-Za-z_]\w*)\.", name)
    if owner and (inside := [d for d in found if f"{owner[1]}." in f"{d.qualified_name}"]):
        found = inside
    shown = [
        d for d in found if any(b.path == d.path and d.line <= b.end_line and b.start_line <= d.end_line for b in cited.blocks)
    ]
    return [(d, read_lines(cited.root, d.path, d.line, d.end_line)) for d in shown or found]


def without_comments(text: str) -> str:
    """A text without comments and documentation; every other character keeps its place."""
    kept, position = [], 0
    for start, end in comments(text, _COMMENT, {'"""': '"""', "/*": "*/"}):
        kept += [text[position:start], re.sub(r"[^\n]", " ", text[start:end])]
        position = end
    return "".join((*kept, text[position:]))


def inner_code(name: str, cited: Cited, index: Index) -> list[str]:
    """The code of each definition of a name, without its head (to the end of the parameters), comments and documentation."""
    return [_without_head(without_comments(body)) for _, body in bodies(name, cited, index)]


def _without_head(body: str) -> str:
    """A definition without its first line, or without all lines to the bracket that closes its parameters."""
    first = body.partition("\n")[0]
    depth = 0
    if first.count("(") > first.count(")"):
        for position, character in enumerate(body):
            depth += {"(": 1, ")": -1}.get(character, 0)
            if depth == 0 and character == ")":
                return body[position + 1 :].partition("\n")[2]
    return body[len(first) + 1 :]
