"""The search engine that makes inputs: it belongs to another task, so an interface passes it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from codeassist.sandbox.target import Target

CallRecord = tuple[str, str, list[str], str]
"""A call that stands in a test or a document: its target, its text, the statements before it, where it stands."""


@dataclass(frozen=True, slots=True)
class SearchEngine:
    """The folder of the engine's package, which runs in the sandbox, and a reader of calls of a module in test files."""

    folder: Path
    calls: Callable[[Target, Sequence[Path]], list[CallRecord]]
