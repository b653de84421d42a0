"""Rows of the catalog."""

from __future__ import annotations

from typing import NamedTuple

TEST, EXAMPLE, VENDORED, DOCUMENT = 1, 2, 4, 8
"""Bits of a file's flags: the categories its path and language fall into."""


class KnownFile(NamedTuple):
    """What the index stores about a file to detect changes. `skipped` is the reason the file was not indexed, if any."""

    id: int
    path: str
    size: int
    mtime: int
    hash: bytes
    skipped: str | None
    ctime: int = 0
    inode: int = 0


class RawUse(NamedTuple):
    """A stored reference: id and path of its file, whether that is a test, kind, line, name and receiver."""

    file: int
    path: str
    is_test: bool
    kind: str
    line: int
    name: str
    receiver: str = ""


class ChunkPlace(NamedTuple):
    """A range of lines in a file."""

    path: str
    start_line: int
    end_line: int


class ChunkRow(NamedTuple):
    """The data that ranking needs about a chunk; name, signature and uses are those of its main symbol, if any."""

    chunk: int
    file: int
    start: int
    end: int
    kind: str
    path: str
    language: str
    flags: int
    name: str | None
    signature: str | None
    uses: int | None
    symbol: int | None
