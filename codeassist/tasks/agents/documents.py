"""Add an entry to a configuration file and take it out again, without touching any other byte of it.

JSON may have comments and trailing commas, as several agents allow. `with_entry` and `without_entry` are inverse: taking out
an unchanged entry restores the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codeassist.errors import UsageError

_SKIP = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_SCALAR = re.compile(r"[^\s,\]}/]+")


@dataclass(frozen=True, slots=True)
class _Object:
    """An object of a JSON text: the offsets after its opening brace and of its closing one, and its members.

    A member is (offset of the key, offset of the value, offset after the value).
    """

    start: int
    end: int
    members: Mapping[str, tuple[int, int, int]]


def has_entry(text: str, suffix: str, keys: Sequence[str], name: str) -> bool:
    """Whether the text of a file with this suffix has an entry `name` at `keys`."""
    if suffix == ".toml":
        return re.search(rf"^\[{re.escape('.'.join((*keys, name)))}\]\s*$", text, re.MULTILINE) is not None
    if suffix in (".yaml", ".yml"):
        return re.search(rf"^\s+(?:-\s*)?{re.escape(name)}:?\s*$", text, re.MULTILINE) is not None
    if not text.strip():
        return False
    depth, found = _descend(text, keys)
    return depth == len(keys) and name in found.members


def with_entry(text: str, suffix: str, keys: Sequence[str], name: str, entry: Mapping[str, Any]) -> str:
    """The text with the entry `name` at `keys`, which it must not have yet. Raises `UsageError` for a malformed text."""
    if suffix == ".toml":
        return _appended(text, _toml(keys, name, entry))
    if suffix in (".yaml", ".yml"):
        return _with_yaml(text, keys[0], name, entry)
    if not text.strip():
        value: Any = {name: entry}
        for key in reversed(keys):
            value = {key: value}
        return text + json.dumps(value, indent=2) + "\n"
    depth, found = _descend(text, keys)
    value = entry
    for key in reversed((*keys[depth + 1 :], name) if depth < len(keys) else ()):
        value = {key: value}
    key = keys[depth] if depth < len(keys) else name
    line = text[text.rfind("\n", 0, found.start) + 1 : found.start]
    outer = line[: len(line) - len(line.lstrip())]
    unit = _unit(text)
    # An object that had to be created is on one line, so that taking it out again is unambiguous.
    created = depth < len(keys)
    rendered = json.dumps(value) if created else json.dumps(value, indent=unit).replace("\n", f"\n{outer}{unit}")
    member = f"\n{outer}{unit}{json.dumps(key)}: {rendered}"
    if found.members:
        return f"{text[: found.start]}{member},{text[found.start :]}"
    return f"{text[: found.start]}{member}\n{outer}{text[found.start :]}"


def without_entry(text: str, suffix: str, keys: Sequence[str], name: str, entry: Mapping[str, Any]) -> str:
    """The text without the entry `name` at `keys`; empty when nothing else was in it. Raises `UsageError`."""
    for candidate in _candidates(text, suffix, keys, name, entry):
        if with_entry(candidate, suffix, keys, name, entry) == text:
            return candidate
    raise UsageError(f"the entry '{name}' was changed by hand")


def _candidates(text: str, suffix: str, keys: Sequence[str], name: str, entry: Mapping[str, Any]) -> list[str]:
    """Texts that may have become `text` by adding the entry."""
    if suffix == ".toml":
        return [_without_appended(text, _toml(keys, name, entry))]
    if suffix in (".yaml", ".yml"):
        block = _yaml(name, entry, _child_indent(text, keys[0]))
        return [_without_appended(text, _created(keys[0], block)), text.replace(block, "", 1)]
    candidates = [""]
    for depth in range(len(keys) + 1):
        reached, found = _descend(text, keys[:depth])
        key = keys[depth] if depth < len(keys) else name
        if reached != depth or key not in found.members:
            continue
        position, _, end = found.members[key]
        begin = text.rfind("\n", 0, position)
        candidates.append(text[: max(begin, found.start)] + text[end + 1 if text[end : end + 1] == "," else found.end :])
    return candidates


def _appended(text: str, block: str) -> str:
    """The text with a block of lines after it; a missing line ending at the end of the text stays missing."""
    if not text:
        return block
    return f"{text}\n{block}" if text.endswith("\n") else f"{text}\n\n{block[:-1]}"


def _without_appended(text: str, block: str) -> str:
    for piece in (f"\n{block}", f"\n\n{block[:-1]}"):
        if text.endswith(piece):
            return text.removesuffix(piece)
    return text.replace(f"\n{block}", "", 1) if f"\n{block}" in text else text.replace(block, "", 1)


def _toml(keys: Sequence[str], name: str, entry: Mapping[str, Any]) -> str:
    body = "".join(f"{key} = {json.dumps(value)}\n" for key, value in entry.items())
    return f"[{'.'.join((*keys, name))}]\n{body}"


def _unit(text: str) -> str:
    """The indentation of one level: that of the first indented line."""
    found = re.search(r"^([ \t]+)\S", text, re.MULTILINE)
    return found[1] if found else "    "


def _with_yaml(text: str, key: str, name: str, entry: Mapping[str, Any]) -> str:
    """A mapping entry below a top-level `key:`, or a list item if the entry is empty."""
    block = _yaml(name, entry, _child_indent(text, key))
    top = _top_level(text, key)
    if top is None and re.search(rf"^{re.escape(key)}:", text, re.MULTILINE):
        raise UsageError(f"'{key}' is written on one line")
    return _appended(text, _created(key, block)) if top is None else f"{text[: top.end()]}{block}{text[top.end() :]}"


def _top_level(text: str, key: str) -> re.Match[str] | None:
    return re.search(rf"^{re.escape(key)}:[ \t]*(?:#[^\n]*)?\n", text, re.MULTILINE)


def _child_indent(text: str, key: str) -> str:
    top = _top_level(text, key)
    child = re.match(r"([ ]+)\S", text[top.end() :]) if top is not None else None
    return child[1] if child else "  "


def _created(key: str, block: str) -> str:
    return f"{key}:  # added by codeassist\n{block}"


def _yaml(name: str, entry: Mapping[str, Any], indent: str) -> str:
    lines = [f"{indent}{name}:" if entry else f"{indent}- {name}"]
    return "\n".join([*lines, *(f"{indent * 2}{key}: {json.dumps(value)}" for key, value in entry.items())]) + "\n"


def whole_yaml(entry: Mapping[str, Any]) -> str:
    """A YAML document of scalars and of lists of mappings of scalars and lists."""
    lines = []
    for key, value in entry.items():
        if not isinstance(value, list):
            lines.append(f"{key}: {value}")
            continue
        lines.append(f"{key}:")
        for item in value:
            for number, (inner, content) in enumerate(item.items()):
                shown = json.dumps(content) if isinstance(content, list) else content
                lines.append(f"  {'-' if number == 0 else ' '} {inner}: {shown}")
    return "\n".join(lines) + "\n"


def _descend(text: str, keys: Sequence[str]) -> tuple[int, _Object]:
    """(how many of `keys` exist as objects, the innermost object). Raises `UsageError` for what is not a JSON object."""
    found = _object(text, _skip(text, 0))
    for depth, key in enumerate(keys):
        if key not in found.members:
            return depth, found
        found = _object(text, found.members[key][1])
    return len(keys), found


def _object(text: str, offset: int) -> _Object:
    if text[offset : offset + 1] != "{":
        raise UsageError(f"it has no object at line {text.count(chr(10), 0, offset) + 1}")
    start, position = offset + 1, _skip(text, offset + 1)
    members: dict[str, tuple[int, int, int]] = {}
    while text[position : position + 1] != "}":
        key = _STRING.match(text, position)
        colon = _skip(text, key.end()) if key else len(text)
        if key is None or text[colon : colon + 1] != ":":
            raise UsageError(f"line {text.count(chr(10), 0, position) + 1} is not valid JSON")
        value = _skip(text, colon + 1)
        end = _value_end(text, value)
        members[json.loads(key[0])] = (position, value, end)
        position = _skip(text, end)
        if text[position : position + 1] == ",":
            position = _skip(text, position + 1)
        elif text[position : position + 1] != "}":
            raise UsageError(f"line {text.count(chr(10), 0, position) + 1} is not valid JSON")
    return _Object(start, position, members)


def _value_end(text: str, offset: int) -> int:
    """The offset after a JSON value; brackets are counted, strings and comments skipped."""
    depth, position = 0, offset
    while position < len(text):
        string = _STRING.match(text, position)
        if string:
            position = string.end()
        elif text[position] in "{[":
            depth, position = depth + 1, position + 1
        elif text[position] in "}]":
            depth, position = depth - 1, position + 1
        elif depth and text[position] in ",:":
            position += 1
        else:
            scalar = _SCALAR.match(text, position)
            position = scalar.end() if scalar else position + 1
        if depth <= 0:
            return position
        position = _skip(text, position)
    raise UsageError("it ends in the middle of a value")


def _skip(text: str, offset: int) -> int:
    found = _SKIP.match(text, offset)
    assert found is not None
    return found.end()
