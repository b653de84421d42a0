"""The progress and the result of an update."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Progress:
    """The progress of an update; `total` and `done` count files, `bytes_*` their sizes."""

    total: int = 0
    done: int = 0
    bytes_total: int = 0
    bytes_done: int = 0
    chunks: int = 0


@dataclass(slots=True)
class Report:
    """The result of an update. `remaining` counts the files not processed because it was stopped.

    `repositories` are the nested repositories that were not entered; `notes` say how the files were listed if not as usual.
    `shortened` are the paths of files with a text that was too long for the encoder and was split.
    `unparsed` has the path of each file that was split by lines because its parser failed, and the cause.
    `discarded` says that a rebuild was stopped, and that the index is the one of before.
    """

    added: int = 0
    changed: int = 0
    deleted: int = 0
    unchanged: int = 0
    chunks: int = 0
    remaining: int = 0
    discarded: bool = False
    seconds: float = 0.0
    skipped: Counter[str] = field(default_factory=Counter)
    repositories: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    shortened: list[str] = field(default_factory=list)
    unparsed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every file was processed."""
        return self.remaining == 0
