"""What a worker process is asked and what it answers: plain data, and cheap to import where nothing is parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexers.syntax.languages import PLAIN
from indexers.types import Binding, Chunk, FileRecord, Reference, SourceFile, Symbol


@dataclass(frozen=True, slots=True)
class Item:
    """A file to prepare. `known_hash` is that of its indexed content, if any; `problem` is why it must not be parsed, or ""."""

    file: SourceFile
    known_hash: bytes | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text to parse, as the content of a file `path` in a language; `problem` as in `Item`."""

    path: str
    language: str
    data: bytes
    problem: str = ""


Request = Item | Text


@dataclass(frozen=True, slots=True)
class Settings:
    """What a worker needs besides the files.

    `encode`: whether it encodes the chunks, with the table at `encoder` (None: the shipped one). `unparsed`: the reasons, by
    content hash, of files that a parser failed on before.
    """

    encoder: str | None = None
    encode: bool = False
    unparsed: Mapping[bytes, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The chunks, symbols and references of one file; `broken` is set when it has syntax errors.

    `problem` is why the file was not parsed but split by lines, or "".
    """

    path: str
    language: str
    lines: int
    chunks: list[Chunk]
    symbols: list[Symbol]
    references: list[Reference]
    broken: bool = False
    problem: str = ""
    bindings: list[Binding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The outcome for a file whose modification time changed but whose content did not."""

    path: str
    size: int
    mtime: int
    ctime: int = 0
    inode: int = 0


@dataclass(frozen=True, slots=True)
class Vanished:
    """The outcome for a file that could not be read or parsed, and the reason."""

    path: str
    reason: str


Outcome = FileRecord | Unchanged | Vanished


def skipped_record(file: SourceFile, reason: str) -> FileRecord:
    """A record of a file that is not indexed: its listed size and time, and the reason."""
    return FileRecord(file.path, PLAIN.name, file.size, file.mtime_ns, skipped=reason, ctime=file.ctime_ns, inode=file.inode)
