"""Runners that put every test in a separate file, so that a test that does not compile cannot make others fail."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from codeassist.sandbox.results import Coverage, Proposal, TestRun
from codeassist.sandbox.scratch import Sandbox
from codeassist.sandbox.target import Target


class OneByOne(ABC):
    """The part that is common to these runners."""

    language = ""
    framework = ""

    def __init__(self, target: Target) -> None:
        """`target` is the file under test."""
        self.target = target

    @abstractmethod
    def place(self) -> Path:
        """The path of the test file, relative to the project."""

    @abstractmethod
    def assemble(self, proposals: Sequence[Proposal]) -> str:
        """The text of a test file with these tests."""

    def names(self, proposal: Proposal) -> str:
        """The name of a test in the runner's results."""
        return proposal.name

    @abstractmethod
    def run(self, box: Sandbox, path: Path, seconds: float) -> tuple[dict[str, TestRun], frozenset[object]]:
        """Run one file; returns its test runs by name, and what they covered. The name "" stands for the whole file."""

    def check(self, box: Sandbox, proposals: Sequence[Proposal], known: frozenset[int], seconds: float) -> dict[str, TestRun]:
        """Run each test in its own file. There are no mutants."""
        deadline = time.monotonic() + seconds
        runs: dict[str, TestRun] = {}
        for proposal in proposals:
            remaining = deadline - time.monotonic()
            if remaining < 1:
                runs[proposal.name] = TestRun(False, "the time limit was reached", own_fault=True)
                continue
            outcomes, reached = self.run_text(box, self.assemble([proposal]), remaining)
            broken = outcomes.get("")
            run = outcomes.get(self.names(proposal)) or broken or TestRun(False, "it did not run", own_fault=True)
            if run.passed and broken is not None and not broken.passed:
                run = broken
            runs[proposal.name] = replace(run, reached=reached if run.passed else frozenset())
        return runs

    def run_text(self, box: Sandbox, text: str, seconds: float) -> tuple[dict[str, TestRun], frozenset[object]]:
        """Write the test file, run it, and delete it."""
        path = box.copy / self.place()
        box.put(path, text)
        try:
            return self.run(box, path, seconds)
        finally:
            path.unlink(missing_ok=True)

    def measure(self, box: Sandbox, text: str, seconds: float) -> Coverage:
        """No coverage; runners that measure it override this."""
        return Coverage()
