"""A change: the files it touches, their lines before and after, and how to read any other file as it is after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

MANY_LINES = 20_000
"""A file with more changed lines is data or generated; only its name and size are looked at."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One block of a commit that fixed something: the lines it removed from a file and added to it, without indentation."""

    sha: str
    subject: str
    path: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(slots=True)
class Hunk:
    """A block of changes: `removed` and `added` map line numbers (old, new) to text; spans include context."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    removed: dict[int, str] = field(default_factory=dict)
    added: dict[int, str] = field(default_factory=dict)
    text: str = ""


@dataclass
class ChangedFile:
    """One file of a change. `kind` is added, deleted, modified, renamed, binary, mode or submodule.

    `old` and `new` are the whole texts, None where there is none (or it is binary, or could not be had).
    """

    path: str
    old_path: str
    kind: str
    hunks: list[Hunk] = field(default_factory=list)
    old: str | None = None
    new: str | None = None
    size: int = 0
    lossy: bool = False
    """Whether bytes were replaced that are no UTF-8; no patch is offered for such a file."""

    raw: bytes | None = None
    """The bytes of what is no text, to be searched for secrets."""

    whole: bool = False
    """Whether the file was named to be reviewed as it is, rather than changed."""

    @cached_property
    def added(self) -> dict[int, str]:
        """New line number -> text, of added lines."""
        return {n: text for hunk in self.hunks for n, text in hunk.added.items()}

    @cached_property
    def removed(self) -> dict[int, str]:
        """Old line number -> text, of removed lines."""
        return {n: text for hunk in self.hunks for n, text in hunk.removed.items()}

    @cached_property
    def touched(self) -> frozenset[int]:
        """Lines of the new version that are added, or stand where lines were removed."""
        lines = set(self.added)
        for hunk in self.hunks:
            if hunk.removed and not hunk.added:
                lines.add(max(1, hunk.new_start))
        return frozenset(lines)

    @cached_property
    def new_lines(self) -> list[str]:
        """Lines of the new version without their ends."""
        return (self.new or "").replace("\r\n", "\n").split("\n")

    @property
    def is_text(self) -> bool:
        """Whether there is new text of a size that is worth reading."""
        return self.new is not None and self.kind not in ("binary", "link", "submodule") and len(self.added) <= MANY_LINES

    @property
    def suffix(self) -> str:
        """The extension in lower case."""
        name = self.path.rpartition("/")[2]
        return "." + name.rpartition(".")[2].lower() if "." in name else ""


@dataclass
class Change:
    """What is reviewed. `read` gives any file of the repository as it is after the change, None when there is none.

    `find` gives (path, line, text) of every line that holds one of some words, in the same state of the repository.
    """

    title: str
    files: list[ChangedFile]
    read: Callable[[str], str | None]
    find: Callable[[Sequence[str], Sequence[str]], list[tuple[str, int, str]]]
    prefetch: Callable[[Sequence[str]], None] = lambda _: None
    """Get ready to `read` many files at once."""

    fixes: Callable[[Sequence[str]], list[Fix]] = lambda _: []
    """Blocks of recent commits that say they fix something, in some files as they were before the change."""

    in_work_tree: bool = True
    """Whether the new side is what lies on disk, so that a patch can be applied to it."""

    messages: list[str] = field(default_factory=list)
    """Messages of the commits under review."""

    notes: list[str] = field(default_factory=list)
    """What could not be looked at, and why."""

    _by_path: dict[str, ChangedFile] = field(default_factory=dict, repr=False)

    def texts(self) -> Iterator[ChangedFile]:
        """Files with new text that was added or changed."""
        return (f for f in self.files if f.is_text and f.kind != "deleted" and (f.touched or f.whole))

    def file(self, path: str) -> ChangedFile | None:
        """A changed file by its new path."""
        if len(self._by_path) != len(self.files):
            self._by_path = {f.path: f for f in self.files}
        return self._by_path.get(path)
