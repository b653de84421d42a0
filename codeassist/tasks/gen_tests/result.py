"""The tests generated for one file and for a whole request, with their JSON form."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from codeassist.errors import CodeassistError, ModelError
from codeassist.models.ledger import Ledger
from codeassist.sandbox.results import Coverage
from codeassist.tasks.gen_tests.search_engine.protocol import EngineResult, Suspicion

FLAKY = "does not pass every time"


class GenerationError(CodeassistError):
    """No tests can be generated for a module: it cannot be imported, or has nothing that can be called."""


@dataclass(slots=True)
class ModuleResult:
    """The tests generated for one file and their quality. `mutants` is (killed, total), or None if not measured."""

    module: str
    path: Path
    engine: str = "search"
    text: str = ""
    generated: str = ""
    """The generated tests as a separate file; `text` is the same merged with the existing test file."""

    diff: str = ""
    """What changes in the existing test file, as a unified diff; "" when there is no such file."""

    tests: list[str] = field(default_factory=list)
    by_model: list[str] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    before: Coverage = field(default_factory=Coverage)
    after: Coverage = field(default_factory=Coverage)
    unmeasured_before: bool = False
    """Whether there are tests of the module whose coverage and mutants could not all be measured."""

    mutants_before: tuple[int, int] | None = None
    mutants_complete: bool = True
    """Whether every mutant was tried against the existing tests; if not, `mutants_before` is a lower bound."""

    unmeasured: str = ""
    """Why the coverage of the kept tests is not known."""

    runs: int = 0
    mutants: tuple[int, int] | None = None
    suspicions: list[Suspicion] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Optional packages that are not installed; what the tested code says without them is not tested."""

    trouble: str = ""
    error: ModelError | None = None
    """The model's error, if it failed; the tests found without it are kept."""

    incomplete: list[str] = field(default_factory=list)
    """What was not done, and why; empty for a complete result."""

    nothing_new: bool = False
    """Whether the test file already has a test for everything that was found."""

    seconds: float = 0.0

    @property
    def flaky(self) -> int:
        """How many tests did not pass every time."""
        return self.dropped.get(FLAKY, 0)

    def take(self, found: EngineResult) -> None:
        """What a search found beside tests."""
        self.suspicions, self.untouched, self.missing = found.suspicions, found.untouched, found.missing

    def drop(self, reason: str, count: int = 1) -> None:
        """Count tests that were dropped for a reason."""
        if count:
            self.dropped[reason] = self.dropped.get(reason, 0) + count

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form of one module's result."""

        def coverage_json(measured: Coverage) -> dict[str, Any]:
            return {"lines": measured.lines, "branches": measured.branches}

        killed, total = self.mutants or (None, None)
        return {
            "module": self.module,
            "path": self.path.as_posix(),
            "engine": self.engine,
            "tests": self.tests,
            "by_model": self.by_model,
            "properties": self.properties,
            "dropped": self.dropped,
            "coverage_before": coverage_json(self.before),
            "coverage_after": coverage_json(self.after),
            "mutants": total,
            "mutants_killed_before": self.mutants_before[0] if self.mutants_before else None,
            "mutants_killed": killed,
            "flaky": self.flaky,
            "runs": self.runs,
            "mutants_before_complete": self.mutants_complete,
            "suspicions": [{k: v for k, v in asdict(s).items() if v != "" or k != "by"} for s in self.suspicions],
            "untouched": self.untouched,
            "missing_packages": self.missing,
            "trouble": self.trouble or None,
            "incomplete": self.incomplete,
            "seconds": round(self.seconds, 1),
            "text": self.text,
            "diff": self.diff or None,
        }


@dataclass(slots=True)
class GenTestsResult:
    """Results by module, errors by file, and notes for the user."""

    modules: list[ModuleResult] = field(default_factory=list)
    failed: list[tuple[str, CodeassistError]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ledger: Ledger | None = None
    nothing_to_do: bool = False
    """Whether there was nothing to generate: no module changed, or every line is covered."""

    @property
    def exit_code(self) -> int:
        """The first failure's exit code if there is one; 0 if tests were generated or none are needed; else 1."""
        if self.failed:
            return self.failed[0][1].exit_code
        if errors := [module.error for module in self.modules if module.error is not None]:
            return errors[0].exit_code
        return 0 if self.nothing_to_do or any(module.tests or module.nothing_new for module in self.modules) else 1

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.gen-tests/1`."""
        failed = [{"path": path, "error": str(error)} for path, error in self.failed]
        value = {"schema": "codeassist.gen-tests/1", "modules": [m.as_json() for m in self.modules], "failed": failed}
        return value | ({"usage": self.ledger.as_json()} if self.ledger is not None else {})
