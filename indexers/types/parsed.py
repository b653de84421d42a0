"""What is read from one file: where it is, its symbols, references and chunks, and the record that is stored of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to index: its location, and the size, times (in nanoseconds) and inode that show whether it changed."""

    path: str
    absolute: str
    size: int
    mtime_ns: int
    ctime_ns: int = 0
    inode: int = 0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named definition. `parent` is the position of the enclosing symbol in the file's list, or -1."""

    name: str
    qualified_name: str
    kind: str
    start_line: int
    end_line: int
    signature: str
    documentation: str
    parent: int = -1


USE_KINDS = ("call", "import", "base", "type", "decorator", "value", "argument", "entry", "default", "jsx")
"""How a name is used: called; imported; inherited from; as a type; as a decorator; as a value, an argument, an entry of a
list or dictionary, or a default; as a JSX element."""


class Reference(NamedTuple):
    """A use of a name. `kind` is one of `USE_KINDS`; `symbol` is the position of the enclosing symbol, or -1.

    `receiver` is the short form (`syntax.expressions`) of what stands before the name: `self.repo` in `self.repo.find()`.
    """

    name: str
    kind: str
    line: int
    symbol: int = -1
    receiver: str = ""


class Binding(NamedTuple):
    """What a name of a file stands for: the short form of its value, `:type`, `=module` or `=module:name`."""

    name: str
    line: int
    value: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A range of lines that is retrieved as a unit.

    `symbol` is the position of the chunk's main symbol in its file's list, or -1; `header` repeats the signatures of
    the enclosing definitions as context and is never part of `text`.
    """

    path: str
    start_line: int
    end_line: int
    language: str
    kind: str
    name: str
    qualified_name: str
    signature: str
    documentation: str
    text: str
    header: str = ""
    symbol: int = -1


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Everything a parsed file adds to the catalog, as plain tuples for SQL that can be pickled between processes.

    chunks: (start, end, kind, position of the symbol or -1, content hash); symbols: (name, qualified, kind, start, end,
    signature, documentation, position of the parent or -1); uses: the number of uses of each name, with their lines in
    `packed_uses`; terms: (path, names, documentation, body) as space-joined terms, one tuple per chunk; vectors: float32
    bytes, one row per chunk, or None when `texts` still have to be encoded; encoding: the character encoding of the file, in
    which `replaced` characters could not be decoded;
    problem: why the file was split by lines instead of parsed, or "".
    """

    path: str
    language: str
    size: int
    mtime: int
    hash: bytes = b""
    lines: int = 0
    flags: int = 0
    skipped: str | None = None
    chunks: list[tuple[int, int, str, int, bytes]] = field(default_factory=list)
    symbols: list[tuple[str, str, str, int, int, str, str, int]] = field(default_factory=list)
    uses: dict[str, int] = field(default_factory=dict)
    packed_uses: bytes = b""
    terms: list[tuple[str, str, str, str]] = field(default_factory=list)
    packed_terms: bytes = b""
    vectors: bytes | None = None
    texts: list[str] | None = None
    problem: str = ""
    ctime: int = 0
    inode: int = 0
    encoding: str = "utf-8"
    replaced: int = 0
