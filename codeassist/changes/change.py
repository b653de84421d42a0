"""A change: the files it touches, their lines before and after, and access to every other file as of the change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

MANY_LINES = 20_000
"""A file with more changed lines is treated as data or generated: only its name and size are checked."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One hunk of a bug-fix commit: the lines it removed from a file and added to it, without indentation."""

    sha: str
    subject: str
    path: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(slots=True)
class Hunk:
    """A diff hunk. `removed` maps old line numbers to text, `added` new line numbers; starts and counts include context."""

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

    `old` and `new` are the whole texts; None if that side does not exist, is binary or could not be read.
    """

    path: str
    old_path: str
    kind: str
    hunks: list[Hunk] = field(default_factory=list)
    old: str | None = None
    new: str | None = None
    size: int = 0
    lossy: bool = False
    """Whether bytes that are not UTF-8 were replaced; no patch is offered for such a file."""

    raw: bytes | None = None
    """The bytes of a file that is not text, to be searched for secrets."""

    whole: bool = False
    """Whether the whole file is reviewed, because the user named it, rather than a change to it."""

    skipped: str = ""
    """Why the file is not analysed, such as `lock file`; it is only searched for secrets."""

    @cached_property
    def added(self) -> dict[int, str]:
        """Added lines: new line number -> text."""
        return {n: text for hunk in self.hunks for n, text in hunk.added.items()}

    @cached_property
    def removed(self) -> dict[int, str]:
        """Removed lines: old line number -> text."""
        return {n: text for hunk in self.hunks for n, text in hunk.removed.items()}

    @cached_property
    def touched(self) -> frozenset[int]:
        """Line numbers of the new version that were added, or at which lines were removed."""
        lines = set(self.added)
        for hunk in self.hunks:
            if hunk.removed and not hunk.added:
                lines.add(max(1, hunk.new_start))
        return frozenset(lines)

    @cached_property
    def new_lines(self) -> list[str]:
        """Lines of the new version without line endings."""
        return (self.new or "").replace("\r\n", "\n").split("\n")

    @property
    def is_text(self) -> bool:
        """Whether the new version is text to be analysed, with at most `MANY_LINES` added lines."""
        return (
            self.new is not None
            and not self.skipped
            and self.kind not in ("binary", "link", "submodule")
            and len(self.added) <= MANY_LINES
        )

    @property
    def suffix(self) -> str:
        """The file extension in lower case, with its dot; "" if there is none."""
        name = self.path.rpartition("/")[2]
        return "." + name.rpartition(".")[2].lower() if "." in name else ""


@dataclass
class Change:
    """The change under review. `read(path)` returns any file of the repository as of the change, None if it does not exist.

    `find(words, globs)` returns (path, line, text) for every line that contains one of the words, in the same state.
    """

    title: str
    files: list[ChangedFile]
    read: Callable[[str], str | None]
    find: Callable[[Sequence[str], Sequence[str]], list[tuple[str, int, str]]]
    prefetch: Callable[[Sequence[str]], None] = lambda _: None
    """Load many files at once, so that `read` is fast."""

    fixes: Callable[[Sequence[str]], list[Fix]] = lambda _: []
    """Hunks of recent bug-fix commits to the given files, before the change."""

    in_work_tree: bool = True
    """Whether the new side is the working tree, so that a patch can be applied to it."""

    messages: list[str] = field(default_factory=list)
    """Messages of the commits under review."""

    notes: list[str] = field(default_factory=list)
    """What could not be reviewed, and why."""

    _by_path: dict[str, ChangedFile] = field(default_factory=dict, repr=False)

    def texts(self) -> Iterator[ChangedFile]:
        """Text files with added or changed lines, or reviewed as a whole."""
        return (f for f in self.files if f.is_text and f.kind != "deleted" and (f.touched or f.whole))

    def file(self, path: str) -> ChangedFile | None:
        """The changed file with this new path, or None."""
        if len(self._by_path) != len(self.files):
            self._by_path = {f.path: f for f in self.files}
        return self._by_path.get(path)
