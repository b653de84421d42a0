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
_FILE_LEVEL = ("argument", "entry", "default", "value")
"""Kinds whose bare names count only when the file defines or imports them: all others are local variables."""

_ANYWHERE = frozenset({"go", "java"})
"""Languages where a bare name can be one of another file without an import."""

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
    bindings = list(_bindings(captured.get("binding", ()), language, source))
    bindings += [Binding(_text(node, source), node.start_point.row + 1, UNKNOWN) for node in captured.get("bound", ())]
    bindings += _results(captured.get("result", ()), source, owners, symbols)
    modules = {binding.name for binding in imports if ":" not in binding.value}
    file_level = {binding.name for binding in imports} - modules | {symbol.name for symbol in symbols if symbol.parent < 0}
    local = {binding.name for binding in bindings} if language in _ANYWHERE else set()
    targets = {node.start_byte for node in captured.get("target", ())}
    seen: set[int] = set()
    found: dict[Reference, None] = {}
    for kind in _STRONGEST_FIRST:
        for node in captured.get(f"reference.{kind}", ()):
            start = node.start_byte
            if start in seen or start in targets:
                continue
            name = _text(node, source)
            if kind == "import":
                name = re.split(r"[./\\]", name.strip("\"'<>").removesuffix(".h"))[-1]
            receiver = receiver_before(source, start) if detailed and kind != "import" else ""
            is_known = name in file_level or (language in _ANYWHERE and name not in local and name not in modules)
            if kind in _FILE_LEVEL and not receiver and (name in _OWN or not is_known):
                continue
            line = node.start_point.row + 1
            if not name or len(name) > _MOST_NAME or (kind == "type" and name in _BUILT_IN_TYPES):
                continue
            seen.add(start)
            owner = owners[line] if line < len(owners) else -1
            if owner >= 0 and symbols[owner].start_line == line and symbols[owner].name == name:
                continue
            found[Reference(name, kind, line, owner, receiver)] = None
    return list(found), [*imports, *_needed(found, bindings, file_level | modules)]


def _needed(found: Iterable[Reference], bindings: Sequence[Binding], file_level: set[str]) -> Iterable[Binding]:
    """The bindings of names that are receivers, or that hide a name of the file."""
    needed = {head(reference.receiver) for reference in found if reference.receiver} | file_level
    needed |= {head(binding.value) for binding in bindings if binding.name != "return" or "(" not in binding.value}
    parts = {part for reference in found if "." in reference.receiver for part in re.split(r"\W+", reference.receiver)}
    parts |= {part for reference in found if reference.receiver in _OWN for part in (reference.name,)}
    wanted = (needed | parts) - _OWN
    known = wanted | _OWN | {b.name for b in bindings}
    kept = (
        b
        for b in bindings
        if (b.name.rpartition(".")[2] in wanted or (b.name == "return" and (b.value[0] == ":" or head(b.value) in known)))
    )
    return dict.fromkeys(kept)


def _imports(nodes: Iterable[Node], language: str, source: bytes) -> Iterable[Binding]:
    for node in nodes:
        text = source[node.start_byte : min(node.end_byte, node.start_byte + _MOST_IMPORT)].decode("utf-8", "replace")
        for name, value in imported(text, language):
            yield Binding(name, node.start_point.row + 1, value)


def _bindings(nodes: Iterable[Node], language: str, source: bytes) -> Iterable[Binding]:
    for node in nodes:
        start, end = node.start_byte, node.end_byte
        text = source[start : min(end, start + MOST_TEXT)].decode("utf-8", "replace")
        for name, value in bound(text, language, node.type):
            if value and len(name) <= _MOST_NAME and not (name == "return" and value in _NO_RESULT):
                yield Binding(name, node.start_point.row + 1, value)


def _results(nodes: Iterable[Node], source: bytes, owners: Sequence[int], symbols: Sequence[Symbol]) -> Iterable[Binding]:
    """The result types that stand far behind the names of their functions, where a signature may be cut."""
    for node in nodes:
        line = node.start_point.row + 1
        owner = owners[line] if line < len(owners) else -1
        if owner >= 0 and line > symbols[owner].start_line + 2:
            yield Binding("return", line, type_form(_text(node, source)))


def _text(node: Node, source: bytes) -> str:
    return source[node.start_byte : node.end_byte].decode("utf-8", "replace")
