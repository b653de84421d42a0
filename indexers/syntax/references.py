"""The uses of names in a file, each with its kind and its receiver, and what the names of the file stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tree_sitter import Node

from indexers.syntax.bindings import bound, imported
from indexers.syntax.expressions import LITERAL, MOST_TEXT, UNKNOWN, head, receiver_before, type_form
from indexers.types import Binding, Reference, Symbol

WITH_RECEIVERS = frozenset({"python", "javascript", "typescript", "tsx", "go", "java"})
"""Languages whose references have receivers and bindings."""

_MOST_NAME = 120
_MOST_IMPORT = 8_000
_STRONGEST_FIRST = ("import", "base", "decorator", "jsx", "call", "type", "default", "entry", "argument", "value")
_MENTIONS = frozenset({"argument", "entry", "default", "value"})
"""Kinds whose bare names count only when the file defines or imports them: all others are local variables. A name behind a dot
counts when the receiver begins with such a name or is the object itself."""

_ANYWHERE = frozenset({"go", "java"})
"""Languages where a bare name can be one of another file without an import."""

_NAMES = re.compile(r"[A-Za-z_$][\w$]*")
_NO_MODIFIER = r"(?!(?:return|for|async|with|private|public|protected|readonly|static)\b)"
_ONE_TARGET = re.compile(rf"(?:[A-Za-z_$][\w$]*\.)*{_NO_MODIFIER}([A-Za-z_$][\w$]*)\s*[?!]?(?::(?!=)|=)")
"""A statement that binds one name: `name =` or `name:`."""
_NO_RESULT = frozenset({UNKNOWN, LITERAL})
_OWN = frozenset({"self", "cls", "this", "super"})
_BUILT_IN_TYPES = frozenset(
    "str int float bool bytes object dict list set tuple None Any string number boolean void error byte rune any String Int "
    "Long Double Float Boolean Integer Object Unit T K V E".split()
)

Captures = dict[str, list[Node]]


def references(
    captured: Captures, language: str, source: bytes, owners: Sequence[int], symbols: Sequence[Symbol]
) -> tuple[list[Reference], list[Binding]]:
    """The uses of names, unique by kind, line and receiver, and the bindings that their receivers need.

    A name in its own definition is not a use.
    """
    detailed = language in WITH_RECEIVERS
    imports = list(_imports(captured.get("import", ()), language, source))
    modules = {binding.name for binding in imports if ":" not in binding.value}
    file_level = {binding.name for binding in imports} - modules | {symbol.name for symbol in symbols if symbol.parent < 0}
    everything = list(_bindings(captured, language, source, None)) if language in _ANYWHERE else []
    local = {binding.name for binding in everything} | modules
    targets = {node.start_byte for node in captured.get("target", ())}
    anchors = file_level | modules | _OWN
    seen: set[int] = set()
    found: dict[Reference, None] = {}
    for kind in _STRONGEST_FIRST:
        is_mention = kind in _MENTIONS
        for node in captured.get(f"reference.{kind}", ()):
            start = node.start_byte
            if start in seen or start in targets:
                continue
            receiver = receiver_before(source, start) if detailed and kind != "import" else ""
            if is_mention and receiver and receiver.partition(".")[0] not in anchors:
                continue
            name = source[start : node.end_byte].decode("utf-8", "replace")
            if is_mention and not receiver and name not in file_level and (language not in _ANYWHERE or name in local):
                continue
            if kind == "import":
                name = re.split(r"[./\\]", name.strip("\"'<>").removesuffix(".h"))[-1]
            if not name or len(name) > _MOST_NAME or name in _OWN or (kind == "type" and name in _BUILT_IN_TYPES):
                continue
            seen.add(start)
            line = node.start_point.row + 1
            owner = owners[line] if line < len(owners) else -1
            if receiver and (first := receiver.partition(".")[0]) in file_level:
                found.setdefault(Reference(first, "value", line, owner))
            if owner >= 0 and symbols[owner].start_line == line and symbols[owner].name == name:
                continue
            found[Reference(name, kind, line, owner, receiver)] = None
    wanted = {head(r.receiver) for r in found if r.receiver and r.kind not in _MENTIONS} | file_level | modules
    wanted |= {r.name for r in found if r.receiver in _OWN or (not r.receiver and r.kind == "call")}
    wanted |= {part for r in found if "." in r.receiver for part in _NAMES.findall(r.receiver)}
    bindings = _needed(everything or _bindings(captured, language, source, wanted), wanted)
    bindings += _results(captured.get("result", ()), source, owners, symbols)
    return list(found), [*imports, *dict.fromkeys(bindings)]


def _needed(bindings: Iterable[Binding], wanted: set[str]) -> list[Binding]:
    """The bindings of wanted names, and of the names in their values, which are added to `wanted`."""
    kept = []
    for binding in bindings:
        name, _, value = binding
        is_result = name == "return"
        if is_result or name.rpartition(".")[2] in wanted:
            first = head(value)
            if is_result and "(" in value and first not in wanted and first not in _OWN:
                continue
            wanted.add(first)
            kept.append(binding)
    return kept


def _imports(nodes: Iterable[Node], language: str, source: bytes) -> Iterable[Binding]:
    for node in nodes:
        text = source[node.start_byte : min(node.end_byte, node.start_byte + _MOST_IMPORT)].decode("utf-8", "replace")
        for name, value in imported(text, language):
            yield Binding(name, node.start_point.row + 1, value)


def _bindings(captured: Captures, language: str, source: bytes, wanted: set[str] | None) -> Iterable[Binding]:
    """The bindings of a file, the last first: of all names, or of those in `wanted`, which may grow meanwhile."""
    for node in reversed(captured.get("binding", ())):
        start, end = node.start_byte, node.end_byte
        text = source[start : min(end, start + MOST_TEXT)].decode("utf-8", "replace")
        if wanted is not None and (match := _ONE_TARGET.match(text)) and match[1] not in wanted:
            continue
        line = node.start_point.row + 1
        for name, value in bound(text, language, node.type):
            if value and len(name) <= _MOST_NAME and not (name == "return" and value in _NO_RESULT):
                yield Binding(name, line, value)
    for node in captured.get("bound", ()):
        name = source[node.start_byte : node.end_byte].decode("utf-8", "replace")
        if (wanted is None or name in wanted) and name not in _OWN:
            yield Binding(name, node.start_point.row + 1, UNKNOWN)


def _results(nodes: Iterable[Node], source: bytes, owners: Sequence[int], symbols: Sequence[Symbol]) -> Iterable[Binding]:
    """The result types that stand far behind the names of their functions, where a signature may be cut."""
    for node in nodes:
        line = node.start_point.row + 1
        owner = owners[line] if line < len(owners) else -1
        if owner >= 0 and line > symbols[owner].start_line + 2:
            yield Binding("return", line, type_form(source[node.start_byte : node.end_byte].decode("utf-8", "replace")))
