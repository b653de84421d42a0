"""Answers that are kept, unless they were found while one that they need was still being looked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

_DEEPEST = 40
_MOST_STEPS = 300
"""Steps of one question after which answers are kept as they are: globs that lead to each other take no longer."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Progress(Protocol):
    """How deep one question is, how many steps it took, and how many answers were given before they were found."""

    depth: int
    steps: int
    unfinished: int


class Memo(Generic[K, V]):
    """The answers of one kind of question."""

    def __init__(self, progress: Progress, meanwhile: V) -> None:
        """`meanwhile` is the answer to a question that needs itself; all memos of a resolver share `progress`."""
        self._progress, self._meanwhile = progress, meanwhile
        self._known: dict[K, V] = {}
        self._open: set[K] = set()

    def get(self, key: K, find: Callable[[], V]) -> V:
        """The answer that is known, else that of `find`."""
        if key in self._known:
            return self._known[key]
        progress = self._progress
        if key in self._open or progress.depth >= _DEEPEST:
            progress.unfinished += 1
            return self._meanwhile
        before = progress.unfinished
        if not progress.depth:
            progress.steps = 0
        progress.steps += 1
        progress.depth += 1
        self._open.add(key)
        try:
            found = find()
        finally:
            progress.depth -= 1
            self._open.discard(key)
        if progress.unfinished == before or not progress.depth or progress.steps > _MOST_STEPS:
            self._known[key] = found
        return found
