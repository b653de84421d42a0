"""The types of parameters as documentation describes them: reStructuredText fields, Google and NumPy sections."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORDS = {
    "string": "str",
    "strings": "str",
    "text": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "dictionary": "dict",
    "function": "Callable",
    "callable": "Callable",
    "iterable": "Iterable",
    "sequence": "Sequence",
    "mapping": "Mapping",
    "array": "list",
}
_FIELD = re.compile(r"^\s*:param\s+([^:\n]+?)\s+\*{0,2}(\w+)\s*:", re.MULTILINE)
_TYPE = re.compile(r"^\s*:type\s+\*{0,2}(\w+)\s*:\s*(.+)$", re.MULTILINE)
_SECTION = re.compile(
    r"^[ \t]*(?:Args|Arguments|Parameters|Keyword Args)\s*:?[ \t]*\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL
)
_GOOGLE = re.compile(r"^\s+\*{0,2}(\w+)\s*\(([^)\n]+)\)\s*:", re.MULTILINE)
_NUMPY = re.compile(r"^\s*\*{0,2}(\w+) : (.+)$", re.MULTILINE)


def described_types(documentation: str) -> dict[str, str]:
    """The described type of each parameter in the notation of annotations, for types that are understood."""
    return {name: text for name, words in _described(documentation) if (text := _annotation(words))}


def _described(documentation: str) -> Iterator[tuple[str, str]]:
    yield from ((name, words) for words, name in _FIELD.findall(documentation))
    yield from _TYPE.findall(documentation)
    for section in _SECTION.findall(documentation):
        yield from _GOOGLE.findall(section)
    yield from _NUMPY.findall(documentation)


def _annotation(words: str) -> str:
    """`list of strings, optional` as `list of str`; "" for words that name no type."""
    words = re.sub(r"[`:~]|\b(?:py|class|optional|default.*)\b", " ", words)
    known = [_WORDS.get(word.lower(), word) for word in re.findall(r"[\w.]+", words)]
    return " ".join(known) if len(known) <= 6 else ""
