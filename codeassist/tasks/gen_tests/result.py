"""What generating tests for one file came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.errors import CodeassistError
from codeassist.sandbox.results import Coverage

NOT_STEADY = "does not pass every time"


class GenerationError(CodeassistError):
    """No tests can be made of a module: it cannot be imported, or nothing of it can be called."""


@dataclass(slots=True)
class Report:
    """What was generated for one file, and what it is worth. `mutants` are (killed, all); None where not measured."""

    module: str
    path: Path
    engine: str = "search"
    text: str = ""
    generated: str = ""
    """The generated tests as a file of their own; `text` is that merged with what was there."""

    tests: list[str] = field(default_factory=list)
    by_model: list[str] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    before: Coverage = field(default_factory=Coverage)
    after: Coverage = field(default_factory=Coverage)
    mutants_before: tuple[int, int] | None = None
    mutants_complete: bool = True
    """Whether every mutant was tried on the tests there were; else there were at least that many killed."""

    runs: int = 0
    mutants: tuple[int, int] | None = None
    suspicions: list[dict[str, Any]] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)
    trouble: str = ""
    seconds: float = 0.0

    def drop(self, reason: str, count: int = 1) -> None:
        """Count tests that were not kept."""
        if count:
            self.dropped[reason] = self.dropped.get(reason, 0) + count

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form of one module's report."""

        def shown(measured: Coverage) -> dict[str, Any]:
            return {"lines": measured.lines, "branches": measured.branches}

        killed, total = self.mutants or (None, None)
        return {
            "module": self.module, "path": self.path.as_posix(), "engine": self.engine, "tests": self.tests,
            "by_model": self.by_model, "properties": self.properties, "dropped": self.dropped,
            "coverage_before": shown(self.before), "coverage_after": shown(self.after), "mutants": total,
            "mutants_killed_before": self.mutants_before[0] if self.mutants_before else None, "mutants_killed": killed,
            "flaky": self.dropped.get(NOT_STEADY, 0), "runs": self.runs, "mutants_before_complete": self.mutants_complete,
            "suspicions": self.suspicions, "untouched": self.untouched, "trouble": self.trouble or None,
            "seconds": round(self.seconds, 1), "text": self.text,
        }  # fmt: skip
