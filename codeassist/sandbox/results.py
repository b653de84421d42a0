"""The test runner protocol, with its input (proposed tests) and output (test runs, coverage)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from codeassist.sandbox.scratch import Sandbox

UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, SyntaxError, RecursionError)
"""What reading a result file raises when the code under test put something else there; `SyntaxError` is that of XML."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A test as the model wrote it: its name, its code, the imports that it needs, the behaviour that it checks."""

    name: str
    code: str
    imports: tuple[str, ...] = ()
    behaviour: str = ""


@dataclass(slots=True)
class TestRun:
    """The result of one test that ran alone.

    `output` is its error output. `reached` contains the covered lines and, if the runner reports them, `(condition, outcome)`
    branches. `kills` are the mutants that the test kills, None if there are no mutants. `own_fault` is set if the test failed
    before an assertion (an import or compile error).
    """

    passed: bool
    output: str = ""
    reached: frozenset[object] = frozenset()
    kills: frozenset[int] | None = None
    own_fault: bool = False


@dataclass(slots=True)
class Coverage:
    """The target's covered lines and branches, each as (covered, total); None if not measured. `missing` lines did not run."""

    lines: tuple[int, int] | None = None
    branches: tuple[int, int] | None = None
    missing: frozenset[int] = field(default_factory=frozenset)


class Runner(Protocol):
    """Runs tests of one language with one framework in a sandbox."""

    language: str
    framework: str

    @property
    def form(self) -> str:
        """An example of imports and of one test, for the prompt."""
        ...

    def place(self) -> Path:
        """The path of the target's test file, relative to the project."""
        ...

    def assemble(self, proposals: Sequence[Proposal]) -> str:
        """The text of a test file with these tests and no repeated imports. Raises `ValueError` with a reason."""
        ...

    def objection(self, proposal: Proposal) -> str:
        """Why a test is rejected without a run, "" if it is not: no assertion, more than one test, private state."""
        ...

    def check(self, box: Sandbox, proposals: Sequence[Proposal], known: frozenset[int], seconds: float) -> dict[str, TestRun]:
        """Run each test alone; returns the runs by test name. `known` are mutants that are already killed."""
        ...

    def measure(self, box: Sandbox, text: str, seconds: float) -> Coverage:
        """The coverage of the target by a whole test file."""
        ...


def merged_lines(groups: Sequence[Sequence[str]]) -> list[str]:
    """The non-blank lines of several groups without repetitions, in the order of first occurrence."""
    return list(dict.fromkeys(line.rstrip() for group in groups for line in group if line.strip()))
