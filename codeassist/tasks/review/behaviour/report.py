"""What running both versions showed, for people and programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

NO_TIME = "no time was left"
SHOWN = 3
"""Modules that are named for which no time was left, and test files that were not run."""


_SAME = "did the same before and after"


@dataclass(slots=True)
class ShownDifference:
    """One call whose outcome differs. `meant` names where the change mentions the function, or is empty.

    `test` is the test that makes the call, if one does, and `altered` the argument that is another one than there.
    """

    path: str
    line: int
    end: int
    function: str
    call: str
    before: str
    after: str
    kind: str
    reproducer: str
    meant: str = ""
    count: int = 1
    test: str = ""
    altered: str = ""

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        return {
            "path": self.path,
            "line": self.line,
            "function": self.function,
            "call": self.call,
            "before": self.before,
            "after": self.after,
            "kind": self.kind,
            "mentioned_in": self.meant or None,
            "calls": self.count,
            "reproducer": self.reproducer,
            "test": self.test or None,
            "altered": self.altered or None,
        }


@dataclass(slots=True)
class FileReport:
    """One module. `inputs` counts the calls by function; `mutants` is (noticed, tried); `trouble` is why it was not run."""

    path: str
    functions: list[str] = field(default_factory=list)
    inputs: dict[str, int] = field(default_factory=dict)
    reached: int = 0
    mutants: tuple[int, int] = (0, 0)
    differences: list[ShownDifference] = field(default_factory=list)
    unstable: int = 0
    trouble: str = ""
    in_tests: int = 0
    """Calls that tests make, and near ones, tried on both versions."""

    without_tests: str = ""
    """Why tests that may reach it did not run; "" if they did."""

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        return {
            "path": self.path,
            "functions": self.functions,
            "inputs": self.inputs,
            "reached_changed_lines": self.reached,
            "mutants": {"noticed": self.mutants[0], "tried": self.mutants[1]} if self.mutants[1] else None,
            "inputs_in_tests": self.in_tests,
            "unstable": self.unstable,
            "not_run": self.trouble or None,
            "tests_not_run": self.without_tests or None,
        }

    @property
    def line(self) -> str:
        """One line for people: how much was run, or why nothing was, and whether tests that may reach it did not run."""
        text = self._run_line
        return f"{text}; {self.without_tests}" if text and self.without_tests else text

    @property
    def _run_line(self) -> str:
        inside = f"{self.in_tests} calls in the state of running tests"
        if self.trouble and self.in_tests:
            return "" if self.differences else f"{self.path}: {inside} {_SAME}; alone: {self.trouble}"
        if self.trouble:
            return f"{self.path}: its behaviour was not compared: {self.trouble}"
        calls = sum(self.inputs.values())
        if not calls and self.in_tests:
            return "" if self.differences else f"{self.path}: {inside} {_SAME}"
        if not calls:
            return f"{self.path}: no input was found for {', '.join(self.functions[:4]) or 'what changed'}"
        if self.differences:
            return ""
        reach = f", {self.reached} of them through changed lines" if self.reached else ", none of them through changed lines"
        share = f"; they notice {self.mutants[0]} of {self.mutants[1]} mutants of these lines" if self.mutants[1] else ""
        inside = f", and {inside}" if self.in_tests else ""
        return f"{self.path}: {calls} calls {_SAME}{reach}{share}{inside}"


@dataclass(slots=True)
class TestReport:
    """The tests that cover the changed functions: how many ran, and those that fail only after the change (name -> output)."""

    ran: int = 0
    red: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    trouble: str = ""
    left_out: list[str] = field(default_factory=list)
    """Further test files that may reach the change and were not run."""

    unusable: dict[str, str] = field(default_factory=dict)
    """Test file -> why it gave no tests: it cannot be imported, or skips itself."""

    failing: list[str] = field(default_factory=list)
    """Tests that fail before and after the change."""

    none_found: str = ""
    """Why no test file was chosen to be run, in words; "" if one was."""

    @property
    def why_none_ran(self) -> str:
        """Why no test ran, or not all of them, in words; "" if the chosen ones ran."""
        if self.trouble or self.ran:
            return self.trouble
        if self.files and self.unusable:
            first = next(iter(self.unusable))
            more = f" and {len(self.unusable) - 1} more" if len(self.unusable) > 1 else ""
            return f"{first}{more} could not be run ({self.unusable[first]})"
        return f"pytest collected no test in {_some(self.files)}" if self.files else self.none_found

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        return {
            "ran": self.ran,
            "files": self.files,
            "files_not_run": self.left_out,
            "files_not_importable": self.unusable,
            "now_failing": self.red,
            "failing_before_and_after": len(self.failing),
            "failing_before_and_after_names": self.failing,
            "not_run": self.why_none_ran or None,
        }

    def why_not(self, files: Sequence[str]) -> str:
        """Why those of some test files that may reach a module say nothing about it; "" if they ran."""
        unusable = [path for path in files if path in self.unusable]
        if unusable:
            more = f" and {len(unusable) - 1} more" if len(unusable) > 1 else ""
            return f"{unusable[0]}{more} could not be run ({self.unusable[unusable[0]]}), and may show more"
        if self.trouble and files and not self.ran:
            return f"the tests that may reach it say nothing: {self.trouble}"
        if self.ran and len(self.failing) == self.ran:
            return f"the tests that may reach it say nothing: all {self.ran} fail before the change too"
        return ""

    @property
    def left_out_clause(self) -> str:
        """How many of the test files were run, and which were not; "" if all were."""
        if not self.left_out:
            return ""
        total = len(self.files) + len(self.left_out)
        was = "was" if len(self.files) == 1 else "were"
        ran = f"of {total} test files that may reach it, {len(self.files)} {was} run"
        return f"; {ran}; not run: {_some(self.left_out)}"


def _some(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"


@dataclass(slots=True)
class BehaviourReport:
    """All modules of a change, and the tests that were run on both versions."""

    files: list[FileReport] = field(default_factory=list)
    tests: TestReport = field(default_factory=TestReport)
    seconds: float = 0.0
    gaps: list[str] = field(default_factory=list)
    """What of the calls in tests was not compared, in words."""

    @property
    def differences(self) -> list[ShownDifference]:
        """All differences: what nothing mentions first, then by path; each module has its most surprising first."""
        ordered = sorted(self.files, key=lambda file: file.path)
        return sorted((d for file in ordered for d in file.differences), key=lambda d: bool(d.meant))

    @property
    def incomplete(self) -> bool:
        """Whether another run could show more: a module or the tests could not be run, or not in time."""
        return bool(self.tests.trouble or self.tests.unusable) or any(file.trouble for file in self.files)

    @property
    def lines(self) -> list[str]:
        """What was run and found nothing, and what could not be run, for people."""
        late = [file.path for file in self.files if file.trouble == NO_TIME]
        said = [line for file in self.files if file.trouble != NO_TIME and (line := file.line)]
        if self.tests.red:
            said = [line.replace(_SAME, f"{_SAME}, unlike the tests that fail now") for line in said]
        if late:
            said.append(f"{_some(late)}: behaviour was not compared: {NO_TIME}")
        return said + self._tests_line() + self.gaps

    def _tests_line(self) -> list[str]:
        tests = self.tests
        if not tests.ran:
            return [f"no covering test was run: {tests.why_none_ran}"] if tests.why_none_ran else []
        unnoticed = any(not d.meant for d in self.differences) and not tests.red
        unseen = "; none of them notices the differences" if unnoticed else ""
        failing = f"{len(tests.red)} of them fail only there{unseen}"
        failing += f"; {len(tests.failing)} fail on the old code too ({_some(tests.failing)})" if tests.failing else ""
        late = f"; {tests.trouble}" if tests.trouble else ""
        return [f"{tests.ran} covering tests ran on the new code, {failing}{late}{tests.left_out_clause}"]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form: the field `behaviour` of `codeassist.review/1`."""
        return {
            "differences": [d.as_json() for d in self.differences],
            "files": [f.as_json() for f in self.files],
            "tests": self.tests.as_json(),
            "seconds": round(self.seconds, 2),
        }
