"""Extract definitions and references from a syntax tree."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from tree_sitter import Node, QueryCursor, Tree

from indexers.syntax.documentation import attached_start, clean_documentation, signature_of
from indexers.syntax.grammars import queries
from indexers.syntax.languages import MINOR_KINDS, Language
from indexers.syntax.references import references
from indexers.syntax.rows import Rows
from indexers.types import Binding, Reference, Symbol

_CONTAINERS = frozenset({"class", "struct", "interface", "trait", "impl", "object", "enum", "extension"})
_WEAKEST_FIRST = ("variable", "field", "constant", "declaration", "class")
_RECEIVER = re.compile(r"\(\s*(?:\w+\s+)?\*?\s*(\w+)")
_TEMPLATE = re.compile(r"<[^<>]*>")


@dataclass(slots=True)
class Structure:
    """The structure of a file, by line numbers from 1.

    `comments` maps the last line of each comment or attribute that starts its line to its first line; `owners` contains
    for each line the position of the innermost enclosing symbol, or -1; `rows` says where the lines of the source end.
    """

    symbols: list[Symbol] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    bindings: list[Binding] = field(default_factory=list)
    comments: dict[int, int] = field(default_factory=dict)
    owners: list[int] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)


def extract(tree: Tree, language: Language, source: bytes, lines: list[str]) -> Structure:
    """Extract definitions, references, comments and documentation from a tree; `lines` are the lines of the file."""
    rows = Rows(source)
    structure = Structure(owners=[-1] * (len(lines) + 2), rows=rows)
    compiled = queries(language.name)
    if compiled is None:
        return structure
    definitions, uses = compiled
    captured = QueryCursor(uses).captures(tree.root_node)
    for node in (*captured.get("comment", ()), *captured.get("attached", ())):
        first = rows.line(node.start_byte)
        if first <= len(lines) and not lines[first - 1][: rows.column(node.start_byte)].strip():
            structure.comments.setdefault(rows.last_line(node), first)
    raw = _definitions(QueryCursor(definitions).matches(tree.root_node), rows)
    docstrings = _docstrings(captured.get("documentation", ()))
    _build_symbols(structure, raw, docstrings, language, source, lines)
    found = references(captured, language.name, source, rows, structure.owners, structure.symbols)
    structure.references, structure.bindings = found
    return structure


@dataclass(slots=True)
class _Definition:
    node: Node
    name_node: Node
    kind: str
    start: int
    end: int


def _definitions(matches: Iterable[tuple[int, dict[str, list[Node]]]], rows: Rows) -> list[_Definition]:
    """One definition per name: the widest span and the strongest kind of overlapping patterns; outer definitions first."""
    best: dict[int, _Definition] = {}
    for _, captures in matches:
        key = next((k for k in captures if k.startswith("definition.")), None)
        if key is None or "name" not in captures:
            continue
        node, kind = captures[key][0], key[len("definition.") :]
        for name_node in captures["name"]:
            candidate = _Definition(node, name_node, kind, rows.line(node.start_byte), rows.last_line(node))
            current = best.get(name_node.start_byte)
            if current is None:
                best[name_node.start_byte] = candidate
                continue
            if _strength(candidate.kind) > _strength(current.kind):
                current.kind = candidate.kind
            if candidate.node.end_byte - candidate.node.start_byte > current.node.end_byte - current.node.start_byte:
                current.node, current.start, current.end = candidate.node, candidate.start, candidate.end
    return sorted(best.values(), key=lambda d: (d.node.start_byte, -d.node.end_byte, d.name_node.start_byte))


def _strength(kind: str) -> int:
    return _WEAKEST_FIRST.index(kind) if kind in _WEAKEST_FIRST else len(_WEAKEST_FIRST)


def _docstrings(nodes: Iterable[Node]) -> dict[int, str]:
    """The text of each docstring by its first line."""
    return {node.start_point.row + 1: (node.text or b"").decode("utf-8", "replace") for node in nodes}


def _build_symbols(
    structure: Structure,
    raw: list[_Definition],
    docstrings: dict[int, str],
    language: Language,
    source: bytes,
    lines: list[str],
) -> None:
    starts = {definition.start for definition in raw}
    open_symbols: list[tuple[Node, int]] = []  # (node, position) of the definitions enclosing the current one
    for definition in raw:
        node = definition.node
        while open_symbols and (open_symbols[-1][0].end_byte <= node.start_byte or open_symbols[-1][0] == node):
            open_symbols.pop()
        parent = open_symbols[-1][1] if open_symbols else -1
        name, scope = _clean_name(definition, source)
        if not name:
            continue
        kind = definition.kind
        if parent >= 0:
            enclosing = structure.symbols[parent]
            scope = scope or enclosing.qualified_name
            if kind == "function" and enclosing.kind in _CONTAINERS:
                kind = "method"
            if kind == "variable" and enclosing.kind not in ("module", "namespace", "section"):
                continue
        if kind in ("variable", "field") and name.isupper() and len(name) > 1:
            kind = "constant"
        qualified = f"{scope}.{name}" if scope else name
        previous = structure.symbols[-1] if structure.symbols else None
        if previous and _continues(previous, qualified, kind, parent, definition.start):
            position = len(structure.symbols) - 1
            _widen(structure, position, definition.end)
            open_symbols.append((node, position))
            continue
        signature, header_end = signature_of(definition.node, definition.name_node, source)
        same_line = parent >= 0 and structure.symbols[parent].start_line == definition.start
        documentation = "" if same_line else _documentation(structure, definition, docstrings, header_end, lines, starts)
        position = len(structure.symbols)
        structure.symbols.append(
            Symbol(name, qualified, kind, definition.start, definition.end, signature, documentation, parent)
        )
        _claim(structure, position, definition.start, definition.end)
        open_symbols.append((node, position))
    if language.name == "rst":
        _stretch_titles(structure, len(lines))


def _continues(previous: Symbol, qualified: str, kind: str, parent: int, start: int) -> bool:
    """Whether a definition is another clause or overload of the definition directly above it."""
    same = previous.qualified_name == qualified and previous.kind == kind and previous.parent == parent
    return same and kind not in _CONTAINERS and start <= previous.end_line + 1


def _claim(structure: Structure, position: int, start: int, end: int) -> None:
    structure.owners[start : end + 1] = [position] * (min(end + 1, len(structure.owners)) - start)


def _widen(structure: Structure, position: int, end: int) -> None:
    old = structure.symbols[position]
    structure.symbols[position] = Symbol(
        old.name, old.qualified_name, old.kind, old.start_line, end, old.signature, old.documentation, old.parent
    )
    _claim(structure, position, old.end_line + 1, end)


def _stretch_titles(structure: Structure, total: int) -> None:
    """Extend each reStructuredText title to the line before the next title."""
    for position, symbol in enumerate(structure.symbols):
        following = structure.symbols[position + 1].start_line - 1 if position + 1 < len(structure.symbols) else total
        _widen(structure, position, max(symbol.end_line, following))


def _clean_name(definition: _Definition, source: bytes) -> tuple[str, str]:
    """The name of a definition, and the scope if the definition itself states it, else an empty string."""
    node = definition.name_node
    text = source[node.start_byte : node.end_byte].decode("utf-8", "replace")
    if definition.kind in ("section", "rule"):
        return " ".join(text.split())[:120], ""
    text = text.strip("\"':` ").split("\n")[0].removeprefix("#")  # of a private member in JavaScript
    if definition.kind == "alias":
        text = text.rstrip("=")
    scope = ""
    if "::" in text:
        while (shorter := _TEMPLATE.sub("", text)) != text:
            text = shorter
        if "operator" not in text:  # a macro before the type of a C++ function makes that type part of the name
            text = text.split()[-1]
        scope, _, text = text.rpartition("::")
        scope = scope.replace("::", ".")
    receiver = definition.node.child_by_field_name("receiver") if definition.kind == "method" else None
    if receiver is not None and receiver.text is not None:
        match = _RECEIVER.match(receiver.text.decode("utf-8", "replace"))
        scope = match[1] if match else ""
    return text[:120], scope


def _documentation(
    structure: Structure,
    definition: _Definition,
    docstrings: dict[int, str],
    body_line: int,
    lines: list[str],
    starts: Container[int],
) -> str:
    """The docstring at the start of the body, before any of the `starts` of inner definitions, else the comment block above."""
    if docstrings and definition.kind not in MINOR_KINDS:
        for line in range(body_line - 1, body_line + 2):
            if line > definition.start and line in starts:
                break
            if definition.start < line <= definition.end and line in docstrings:
                return clean_documentation(docstrings[line])
    top = attached_start(definition.start, structure.comments)
    if top == definition.start:
        return ""
    for line in range(top, definition.start):
        if line in docstrings:
            return clean_documentation(docstrings[line])
    return clean_documentation("\n".join(lines[top - 1 : definition.start - 1]))
