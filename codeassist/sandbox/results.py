"""What the model's loop needs of a test runner: how a test looks, where it goes, and what each one did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from codeassist.sandbox.scratch import Sandbox


@dataclass(frozen=True, slots=True)
class Proposal:
    """A test as the model wrote it: the imports it needs, its name, its text."""

    name: str
    code: str
    imports: tuple[str, ...] = ()
    behaviour: str = ""


@dataclass(slots=True)
class TestRun:
    """What one test did when it ran alone.

    `reached` holds lines, and where the runner knows them `(condition, went)`; `kills` the mutants that fail it, None where
    there are none to try. `own_fault` says that it did not get as far as an assertion (an import or compile error).
    """

    passed: bool
    said: str = ""
    reached: frozenset[object] = frozenset()
    kills: frozenset[int] | None = None
    own_fault: bool = False


@dataclass(slots=True)
class Coverage:
    """Of the target's lines and branches, how many a set of tests ran: (run, all). None where nothing could be measured."""

    lines: tuple[int, int] | None = None
    branches: tuple[int, int] | None = None
    missing: frozenset[int] = field(default_factory=frozenset)


class Runner(Protocol):
    """Runs tests of one language with one framework in a sandbox."""

    language: str
    framework: str

    @property
    def form(self) -> str:
        """For the prompt: an example of imports and of one test."""
        ...

    def place(self) -> Path:
        """Where the tests of the target belong, inside the project."""
        ...

    def assemble(self, proposals: Sequence[Proposal]) -> str:
        """A test file of these tests; each import once. Raises `ValueError` with a reason when that cannot be."""
        ...

    def objection(self, proposal: Proposal) -> str:
        """Why a test is not worth running ("" when it is): no assertion, more than one test, private state."""
        ...

    def check(self, box: Sandbox, proposals: Sequence[Proposal], known: frozenset[int], seconds: float) -> dict[str, TestRun]:
        """Each test by name, run alone. `known` are mutants that are killed already."""
        ...

    def measure(self, box: Sandbox, text: str, seconds: float) -> Coverage:
        """What a whole file covers of the target."""
        ...


def merged_lines(groups: Sequence[Sequence[str]]) -> list[str]:
    """Lines of several tests, each once, in the order in which they first stand."""
    return list(dict.fromkeys(line.rstrip() for group in groups for line in group if line.strip()))
