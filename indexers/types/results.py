"""The data types of the indexer, and the protocols that other implementations can satisfy.

Lines are numbered from 1 and line ranges include both ends. Paths are relative to the indexed root and use `/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Ids = NDArray[np.int64]
else:  # importing NumPy takes 50 ms, and listing files does not need it
    Vectors = Ids = Any


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to index: its location, and the size, times (in nanoseconds) and inode that show whether it changed."""

    path: str
    absolute: str
    size: int
    mtime_ns: int
    ctime_ns: int = 0
    inode: int = 0


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
class Hit:
    """A chunk that matches a query, with its score and the features behind it.

    `score` is only comparable within one result list; its minimum is 0. `similarity` is the cosine between the vectors of
    the query and the chunk. `reasons` maps a feature's name to its contribution to the score.
    """

    path: str
    start_line: int
    end_line: int
    score: float
    name: str
    kind: str
    language: str
    text: str
    qualified_name: str = ""
    signature: str = ""
    documentation: str = ""
    chunk_id: int = -1
    similarity: float = 0.0
    reasons: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form of a hit, as `codeassist search --json` prints it."""
        return {
            "path": self.path,
            "start_line": self.start_line,
            "end_line": self.end_line,
            "score": round(self.score, 4),
            "name": self.name,
            "kind": self.kind,
            "language": self.language,
            "text": self.text,
        }


TEST, EXAMPLE, VENDORED, DOCUMENT = 1, 2, 4, 8
"""Bits of a file's flags: the categories its path and language fall into."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition of a name: its location, and how often the repository uses the name."""

    path: str
    line: int
    end_line: int
    name: str
    qualified_name: str
    kind: str
    language: str
    signature: str
    documentation: str
    is_test: bool
    uses: int

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form of a definition."""
        return {
            "path": self.path,
            "start_line": self.line,
            "end_line": self.end_line,
            "name": self.name,
            "qualified_name": self.qualified_name,
            "kind": self.kind,
            "language": self.language,
            "signature": self.signature,
            "documentation": self.documentation,
        }


RESOLVED, BY_NAME = "resolved", "by name"
"""How a use was matched with a definition: through imports, receivers and the class hierarchy, or by its name alone."""


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a name: its location, its kind, and the enclosing definition `by` (empty at the top level of a file).

    `resolution` is `RESOLVED` or `BY_NAME`; `target` is the qualified name of the definition that a resolved use belongs to.
    """

    path: str
    line: int
    name: str
    kind: str
    by: str
    is_test: bool
    resolution: str = BY_NAME
    target: str = ""

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form of a use."""
        return {
            "path": self.path,
            "line": self.line,
            "kind": self.kind,
            "by": self.by,
            "is_test": self.is_test,
            "resolution": self.resolution,
            "target": self.target,
        }


@dataclass(frozen=True, slots=True)
class CoveringTest:
    """A test that reaches a definition, `through` these callers (outermost first); `name` is empty outside of a function."""

    path: str
    line: int
    name: str
    resolution: str
    through: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        return asdict(self) | {"through": list(self.through)}


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


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: hash, ISO date, subject and body, and its relevance to a question (larger is better)."""

    sha: str
    date: str
    subject: str
    body: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Health:
    """The integrity of an index: number of chunks, number of vectors, and the result of SQLite's check ("ok")."""

    chunks: int
    vectors: int
    database: str

    @property
    def ok(self) -> bool:
        """Whether the index is intact."""
        return self.chunks == self.vectors and self.database == "ok"


@dataclass(slots=True)
class Counts:
    """Numbers of files, lines, chunks and symbols."""

    files: int = 0
    lines: int = 0
    chunks: int = 0
    symbols: int = 0


@dataclass(frozen=True, slots=True)
class Statistics:
    """The contents of an index: counts by language, skipped files by reason, encoder, generation.

    `updated` is the time of the last update in seconds since 1970; `remaining` is the number of files not indexed yet;
    `unparsed` has (path, cause) of each file that is split by lines because its parser failed on it.
    `encodings` counts the files that are not UTF-8 by character encoding; in `replaced_files` files a total of
    `replaced_characters` characters could not be decoded.
    """

    languages: dict[str, Counts]
    skipped: dict[str, int]
    encoder: str
    dimension: int
    generation: int
    updated: float
    remaining: int
    unparsed: list[tuple[str, str]] = field(default_factory=list)
    encodings: dict[str, int] = field(default_factory=dict)
    replaced_files: int = 0
    replaced_characters: int = 0

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        return asdict(self) | {"unparsed": [{"path": path, "cause": cause} for path, cause in self.unparsed]}


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
    hash: bytes
    lines: int
    flags: int
    skipped: str | None
    chunks: list[tuple[int, int, str, int, bytes]]
    symbols: list[tuple[str, str, str, int, int, str, str, int]]
    uses: dict[str, int]
    packed_uses: bytes
    terms: list[tuple[str, str, str, str]]
    packed_terms: bytes
    vectors: bytes | None
    texts: list[str] | None
    problem: str = ""
    ctime: int = 0
    inode: int = 0
    encoding: str = "utf-8"
    replaced: int = 0


@runtime_checkable
class Encoder(Protocol):
    """Converts text to vectors. A custom encoder implements these four members.

    `name` and `fingerprint` are stored in the index: an index built with another fingerprint is rejected, so the
    fingerprint must change whenever the vectors change.
    """

    name: str
    fingerprint: str
    dimension: int

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Encode `texts` to an array of shape (len(texts), dimension), float32, rows of unit length or zero.

        `query` marks texts as queries rather than passages, for models that treat the two differently.
        """
        ...


FIRST_VECTORS = 4_096
"""The first commit of an index has at least this many vectors, unless the index is smaller: many small commits cost time."""


class VectorStore(Protocol):
    """A set of vectors with integer ids, searched by inner product."""

    dimension: int

    def __len__(self) -> int:
        """The number of stored vectors."""
        ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add `vectors` of shape (n, dimension) under `ids` of shape (n,); ids must be new."""
        ...

    def remove(self, ids: Ids) -> None:
        """Delete `ids`; unknown ids are ignored."""
        ...

    def get(self, ids: Ids) -> Vectors:
        """The stored vectors of `ids`, shape (len(ids), dimension); unknown ids give zero rows."""
        ...

    def search(self, query: Vectors, k: int, *, only: Ids | None = None) -> tuple[Ids, Vectors]:
        """The `k` best ids for one query of shape (dimension,), and their inner products, best first.

        `only`, not empty, restricts the search to these ids before the top k are selected.
        """
        ...

    def search_many(self, queries: Vectors, k: int) -> tuple[Ids, Vectors]:
        """The k best ids and inner products for each of n queries, shapes (n, k); missing results have id -1."""
        ...

    is_adapted: bool
    """Whether the stored form of vectors has changed since it was opened, so that the whole store must be written."""

    @property
    def is_slow_to_add(self) -> bool:
        """Whether `add_bytes` takes much longer than reading as many vectors from a file."""
        ...

    @property
    def stored_bytes(self) -> int:
        """About the size of `to_bytes`."""
        ...

    def to_bytes(self) -> bytes:
        """The whole store, as its class reads it."""
        ...

    def added_bytes(self, vectors: Vectors) -> bytes:
        """What is stored for `vectors`, the last that were added."""
        ...

    def add_bytes(self, ids: Ids, data: bytes) -> None:
        """Add vectors in the form of `added_bytes`; raises `ValueError` when the number does not match."""
        ...
