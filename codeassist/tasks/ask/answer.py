"""An answer with its citations and, if a model wrote it, the results of its checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeassist.evidence.places import Place
from indexers.files.decoding import count_lines
from indexers.search.shapes import Shape
from indexers.types import Definition

if TYPE_CHECKING:
    from codeassist.evidence.blocks import Block, LeftOut
    from codeassist.evidence.claims.answer import Checks

__all__ = ["Answer", "Citation", "Citations", "Shape"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered place that supports the answer; its lines exist on disk."""

    n: int
    path: str
    start_line: int
    end_line: int
    name: str

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        return {"n": self.n, "path": self.path, "start_line": self.start_line, "end_line": self.end_line, "name": self.name}


@dataclass(slots=True)
class Answer:
    """An answer as Markdown text with `[n]` citations. `found` is false if no evidence was good enough."""

    question: str
    text: str
    found: bool
    shape: Shape
    confidence: float
    citations: list[Citation] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    model: str = ""
    prompt: str = ""
    prompt_hash: str = ""
    strategy: str = ""
    blocks: list[Block] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    checks: Checks | None = None
    reasoning: str = ""
    agreement: float | None = None
    finish: str = "stop"
    steps: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.ask/1`."""
        value: dict[str, Any] = {
            "schema": "codeassist.ask/1",
            "question": self.question,
            "answer": self.text,
            "model": self.model or None,
            "found": self.found,
            "citations": [c.as_json() for c in self.citations],
            "prompt": self.prompt or None,
        }
        if self.model:
            value |= {
                "strategy": self.strategy,
                "finish": self.finish,
                "reasoning": self.reasoning or None,
                "agreement": self.agreement,
                "steps": self.steps,
                "checks": self.checks.as_json() if self.checks else None,
                "left_out": [
                    {"path": o.path, "start_line": o.start_line, "end_line": o.end_line, "reason": o.reason}
                    for o in self.left_out
                ],
            }
        return value


class Citations:
    """Numbers the cited places: the same lines get the same number, lines that no longer exist on disk get none."""

    def __init__(self, root: Path) -> None:
        """`root` is the repository that paths are relative to."""
        self.made: dict[tuple[str, int, int], Citation] = {}
        self._root = root
        self._lengths: dict[str, int] = {}

    def cite(self, path: str, start: int, end: int, name: str = "") -> str:
        """The citation of some lines of a file, such as `[3]`."""
        if path not in self._lengths:
            self._lengths[path] = count_lines(self._root, path)
        if start > self._lengths[path]:
            return "(changed since it was indexed)"
        key = (path, start, min(max(start, end), self._lengths[path]))
        citation = self.made.setdefault(key, Citation(len(self.made) + 1, *key, name))
        return f"[{citation.n}]"

    def define(self, definition: Definition) -> str:
        """The citation of a definition."""
        return self.cite(definition.path, definition.line, definition.end_line, definition.qualified_name)
