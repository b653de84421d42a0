"""Runners that put every test in a file of its own, so that one that does not compile spoils no other."""

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
    """The part of a runner that is the same for all of them."""

    language = ""
    framework = ""

    def __init__(self, target: Target) -> None:
        """Tests of `target`."""
        self.target = target

    @abstractmethod
    def place(self) -> Path:
        """Where the tests belong."""

    @abstractmethod
    def assemble(self, proposals: Sequence[Proposal]) -> str:
        """A file of tests."""

    def names(self, proposal: Proposal) -> str:
        """The name by which the runner knows a test."""
        return proposal.name

    @abstractmethod
    def run(self, box: Sandbox, path: Path, seconds: float) -> tuple[dict[str, TestRun], frozenset[object]]:
        """Run one file: its tests by the runner's names, and what they reached. The name "" stands for the whole file."""

    def check(self, box: Sandbox, proposals: Sequence[Proposal], known: frozenset[int], seconds: float) -> dict[str, TestRun]:
        """Each test in a file of its own, one run each. There are no mutants to try."""
        until = time.monotonic() + seconds
        found: dict[str, TestRun] = {}
        for proposal in proposals:
            left = until - time.monotonic()
            if left < 1:
                found[proposal.name] = TestRun(False, "the time was over", own_fault=True)
                continue
            outcomes, reached = self.run_text(box, self.assemble([proposal]), left)
            broken = outcomes.get("")
            ran = outcomes.get(self.names(proposal)) or broken or TestRun(False, "it did not run", own_fault=True)
            if ran.passed and broken is not None and not broken.passed:
                ran = broken
            found[proposal.name] = replace(ran, reached=reached if ran.passed else frozenset())
        return found

    def run_text(self, box: Sandbox, text: str, seconds: float) -> tuple[dict[str, TestRun], frozenset[object]]:
        """Put a text where the tests belong, run it, and take it away."""
        path = box.copy / self.place()
        box.put(path, text)
        try:
            return self.run(box, path, seconds)
        finally:
            path.unlink(missing_ok=True)

    def measure(self, box: Sandbox, text: str, seconds: float) -> Coverage:
        """What the runner can tell of coverage: nothing, where it has no counts."""
        return Coverage()
