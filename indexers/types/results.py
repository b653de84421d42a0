"""What an index returns to its callers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


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
