"""What an audit needs to run tests, as the services provide it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from codeassist.sandbox.contexts import FileContexts


class TestRecord(Protocol):
    """What one test function did in one module; see `checking.audit` of gen-tests."""

    passed: bool
    skipped: bool
    lines: list[int]
    kills: list[int]
    asserted: list[int]
    tried: int
    done: bool
    emptied: bool | None


class ModuleRecord(Protocol):
    """What tests did with one module. `mutants` are (number, operator, line)."""

    killed: list[int]
    tried: list[int]
    complete: bool
    all_ran: bool
    mutants: list[tuple[int, str, int]]
    lines: list[int]

    @property
    def tests(self) -> Mapping[str, TestRecord]:
        """By identifier without parameters, relative to the repository."""


class Bench(Protocol):
    """Runs the tests of one repository; paths are relative to its root, identifiers are pytest's without parameters."""

    def contexts(self, files: Sequence[str], seconds: float, *, stale: bool) -> tuple[dict[str, FileContexts], str]:
        """Which functions the tests of files call, and why some are missing; with `stale` as far as sources were then."""
        ...

    def unknown(self, files: Sequence[str]) -> list[str]:
        """The test files that have to be run before anything is known about them."""
        ...

    def measure(self, module: str, tests: Sequence[str], first: frozenset[int], seconds: float) -> ModuleRecord | str:
        """What tests notice of faults in a module, those on the lines `first` before others; or why nothing is known."""
        ...


OpenBench = Callable[[], AbstractContextManager[Bench]]
