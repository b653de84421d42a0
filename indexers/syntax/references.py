"""The uses of names in a file, each with its kind and its receiver, and what the names of the file stand for."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter

from tree_sitter import Node

from indexers.syntax.bindings import bound, imported
from indexers.syntax.expressions import BEFORE_NAMES, LITERAL, MOST_TEXT, UNKNOWN, head, receiver_before, type_form
from indexers.syntax.languages import WITH_RECEIVERS
from indexers.syntax.rows import Rows
from indexers.syntax.rust_bindings import bound_in_rust, from_file, with_tokens
from indexers.syntax.rust_expressions import Receivers, path_start
from indexers.types import Binding, Reference, Symbol

_MOST_NAME = 120
_MOST_IMPORT = 8_000
_STRONGEST_FIRST = ("import", "base", "decorator", "jsx", "call", "type", "default", "entry", "argument", "value")
_MENTIONS = frozenset({"argument", "entry", "default", "value"})
"""Kinds whose bare names count only when the file defines or imports them: all others are local variables. A name behind a dot
counts when the receiver begins with such a name or is the object itself."""

_ANYWHERE = frozenset({"go", "java"})
"""Languages where a bare name can be one of another file without an import."""

_FOLDERS = re.compile(r"[./\\]")
_NAMES = re.compile(r"[A-Za-z_$][\w$]*")
_NO_MODIFIER = r"(?!(?:return|for|async|with|private|public|protected|readonly|static)\b)"
_ONE_TARGET = re.compile(rf"(?:[A-Za-z_$][\w$]*\.)*{_NO_MODIFIER}([A-Za-z_$][\w$]*)\s*[?!]?(?::(?!=)|=)".encode())
"""A statement that binds one name: `name =` or `name:`."""
_RUST_TARGET = re.compile(rb"(?:let\s+)?(?:mut\s+)?([a-z_]\w*)\s*(?::(?!:)|=(?!=))")
_NO_RESULT = frozenset({UNKNOWN, LITERAL})
_OWN = frozenset({"self", "cls", "this", "super"})
_SELVES = ("self.", "this.")
_SELVES_BYTES = (b"self.", b"this.")
_MEMBERS = frozenset({"field", "class", "struct", "interface", "record", "enum"})
"""What the innermost definition around a member is: itself, or its class."""

_BUILT_IN_TYPES = frozenset(
    "str int float bool bytes object dict list set tuple None Any string number boolean void error byte rune any String Int "
    "Long Double Float Boolean Integer Object Unit T K V E".split()
)

Captures = dict[str, list[Node]]
"""The nodes of each capture, in no order."""

_START = attrgetter("start_byte")
_FIRST = itemgetter(0)
_CALLED = frozenset(("function", "method"))


def references(
    captured: Captures, language: str, source: bytes, rows: Rows, owners: Sequence[int], symbols: Sequence[Symbol]
) -> tuple[list[Reference], list[Binding]]:
    """The uses of names, unique by kind, line and receiver, and the bindings that their receivers need.

    A name in its own definition is not a use.
    """
    file = _File(source, rows, owners, symbols)
    if language == "rust":
        captured = with_tokens(captured, source)
    imports = list(_imports(captured.get("import", ()), language, file))
    modules = {binding.name for binding in imports if ":" not in binding.value}
    file_level = {binding.name for binding in imports} - modules | {
        s.name for s in symbols if s.parent < 0 or _is_nested(s, symbols)
    }
    everything = list(_bindings(captured, language, file, None)) if language in _ANYWHERE else []
    local = ({binding.name for binding in everything} | modules) - file_level
    found = _uses(captured, language, file, file_level, local, file_level | modules | _OWN)
    wanted = _needed_names(found) | file_level | modules
    bindings = _needed(everything or _bindings(captured, language, file, wanted), wanted, file)
    bindings += _results(captured.get("result", ()), file)
    return list(found), [*imports, *dict.fromkeys(bindings)]


def _is_nested(symbol: Symbol, symbols: Sequence[Symbol]) -> bool:
    """Whether a definition is a function inside a function, whose name stands for it there as at the top of a file."""
    return symbol.kind in _CALLED and symbol.parent >= 0 and symbols[symbol.parent].kind in _CALLED


@dataclass(frozen=True, slots=True)
class _File:
    """The text of a file, where its lines end, and the definition of each line."""

    source: bytes
    rows: Rows
    owners: Sequence[int]
    symbols: Sequence[Symbol]

    def owner(self, line: int) -> int:
        return self.owners[line] if line < len(self.owners) else -1

    def modules(self, line: int) -> list[str]:
        """The names of the modules around a line that are written in this file, outermost first."""
        names: list[str] = []
        owner = self.owner(line)
        while owner >= 0:
            if self.symbols[owner].kind == "module":
                names.insert(0, self.symbols[owner].name)
            owner = self.symbols[owner].parent
        return names

    def is_in_class(self, line: int) -> bool:
        """Whether a line is in a class and in none of its methods."""
        owner = self.owner(line)
        return owner >= 0 and self.symbols[owner].kind in _MEMBERS


def _uses(
    captured: Captures, language: str, file: _File, file_level: set[str], local: set[str], anchors: set[str]
) -> dict[Reference, None]:
    """The uses of names. `local` are those that cannot be of another file."""
    source, ends, owners, symbols = file.source, file.rows.ends, file.owners, file.symbols
    lines, own_names = len(owners), {symbol.name for symbol in symbols}
    detailed = language in WITH_RECEIVERS
    rust = Receivers(source) if language == "rust" else None
    anywhere = language in _ANYWHERE
    decisive = {name.encode("utf-8", "replace") for name in (local if anywhere else file_level)}
    names = _UsedNames({b"Self": ""} if rust is not None else {})
    seen = {node.start_byte for node in captured.get("target", ())}
    found: dict[Reference, None] = {}
    new = tuple.__new__  # half the time of the constructor of a named tuple
    for kind in _STRONGEST_FIRST:
        is_mention, is_import, is_type = kind in _MENTIONS, kind == "import", kind == "type"
        for start, end in _spans(captured.get(f"reference.{kind}", ())):
            if start in seen:
                continue
            raw = source[start:end]
            receiver = ""
            if (
                detailed
                and not is_import
                and start
                and (source[start - 1] in BEFORE_NAMES or (rust is not None and source[end : end + 1] == b"!"))
            ):
                receiver = rust.before(start, end) if rust is not None else receiver_before(source, start)
            first = receiver.partition(".")[0] if receiver else ""
            if is_mention and (
                first not in anchors and not first.endswith("::") if receiver else (raw in decisive) == anywhere
            ):
                continue
            if is_import:
                path = raw.decode("utf-8", "replace").removeprefix("#").strip("\"'<>").removesuffix(".h")
                name = _used_name(_FOLDERS.split(path)[-1])
            else:
                name = names[raw]
            if not name or (is_type and name in _BUILT_IN_TYPES):
                continue
            seen.add(start)
            line = bisect_left(ends, start) + 1
            owner = owners[line] if line < lines else -1
            if first in file_level or (rust is not None and (first := path_start(first))):
                found.setdefault(new(Reference, (first, "value", line, owner, "")))
            if name in own_names and owner >= 0 and symbols[owner].start_line == line and symbols[owner].name == name:
                continue
            found[new(Reference, (name, kind, line, owner, receiver))] = None
    return found


def _spans(nodes: Iterable[Node]) -> list[tuple[int, int]]:
    """The first byte of each node and the one behind it, in order."""
    return sorted([(node.start_byte, node.end_byte) for node in nodes], key=_FIRST)


def _needed_names(found: Iterable[Reference]) -> set[str]:
    """The names whose bindings tell what the uses refer to."""
    names: set[str] = set()
    receivers: set[str] = set()
    mentioned: set[str] = set()
    for name, kind, _, _, receiver in found:
        if not receiver:
            if kind == "call":
                names.add(name)
            continue
        if receiver in _OWN:
            names.add(name)
        (mentioned if kind in _MENTIONS else receivers).add(receiver)
    names.update(map(head, receivers))
    for receiver in receivers | mentioned:
        if "." in receiver:
            names.update(_NAMES.findall(receiver))
    return names


class _Names(dict[bytes, str]):
    """Decodes each name once."""

    def __missing__(self, raw: bytes) -> str:
        name = self[raw] = raw.decode("utf-8", "replace").removeprefix("#")  # of a private member in JavaScript
        return name


class _UsedNames(_Names):
    """The same, but empty for the object itself and for what is too long to be a name."""

    def __missing__(self, raw: bytes) -> str:
        name = self[raw] = _used_name(super().__missing__(raw))
        return name


def _used_name(name: str) -> str:
    return "" if len(name) > _MOST_NAME or name in _OWN else name


def _needed(bindings: Iterable[Binding], wanted: set[str], file: _File) -> list[Binding]:
    """The bindings of wanted names and of members, and of the names in their values, which are added to `wanted`.

    Members are what other files see of a class: fields, and attributes of `self`, with a value that can be of the repository.
    """
    kept = []
    for binding in bindings:
        name, line, value = binding
        is_result = name == "return"
        if is_result or name.rpartition(".")[2] in wanted or (_is_informative(value) and _is_member(name, line, file)):
            first = head(value)
            if is_result and "(" in value and first not in wanted and first not in _OWN:
                continue
            wanted.add(first)
            kept.append(binding)
    return kept


def _is_informative(value: str) -> bool:
    return value not in _NO_RESULT and value.lstrip(":") not in _BUILT_IN_TYPES


def _is_member(name: str, line: int, file: _File) -> bool:
    return name.startswith(_SELVES) or ("." not in name and file.is_in_class(line))


def _imports(nodes: Iterable[Node], language: str, file: _File) -> Iterable[Binding]:
    for node in sorted(nodes, key=_START):
        start = node.start_byte
        text = file.source[start : min(node.end_byte, start + _MOST_IMPORT)].decode("utf-8", "replace")
        line = file.rows.line(start)
        for name, value in imported(text, language):
            yield Binding(name, line, from_file(value, file.modules(line)) if language == "rust" else value)


def _bindings(captured: Captures, language: str, file: _File, wanted: set[str] | None) -> Iterable[Binding]:
    """The bindings of a file, the last first: of all names, or of those in `wanted`, which may grow meanwhile."""
    source, names = file.source, _Names()
    one_target, most = (_RUST_TARGET, 3 * MOST_TEXT) if language == "rust" else (_ONE_TARGET, MOST_TEXT)
    for node in sorted(captured.get("binding", ()), key=_START, reverse=True):
        start, end = node.start_byte, min(node.end_byte, node.start_byte + most)
        if (
            wanted is not None
            and (match := one_target.match(source, start, end))
            and names[match[1]] not in wanted
            and not source.startswith(_SELVES_BYTES, start)
            and not file.is_in_class(file.rows.line(start))
        ):
            continue
        text = source[start:end].decode("utf-8", "replace")
        for name, value in bound_in_rust(node, text, wanted) if language == "rust" else bound(text, language, node.type):
            if value and len(name) <= _MOST_NAME and not (name == "return" and value in _NO_RESULT):
                yield Binding(name, file.rows.line(start), value)
    for node in sorted(captured.get("bound", ()), key=_START):
        start = node.start_byte
        name = names[source[start : node.end_byte]]
        if (wanted is None or name in wanted) and name not in _OWN:
            yield Binding(name, file.rows.line(start), UNKNOWN)


def _results(nodes: Iterable[Node], file: _File) -> Iterable[Binding]:
    """The result types that stand far behind the names of their functions, where a signature may be cut."""
    for node in sorted(nodes, key=_START):
        start = node.start_byte
        line = file.rows.line(start)
        owner = file.owner(line)
        if owner >= 0 and line > file.symbols[owner].start_line + 2:
            yield Binding("return", line, type_form(file.source[start : node.end_byte].decode("utf-8", "replace")))
