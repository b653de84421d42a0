"""Weaknesses of tests, what is known about changed lines, and their JSON form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from codeassist.printable import counted

ASSERTS_NOTHING = "It asserts nothing."
MOST_PLACES = 5
"""Places that one line names."""

KINDS = {
    "never-run": "warning",
    "asserts-nothing": "warning",
    "compares-with-itself": "warning",
    "replaces-its-subject": "warning",
    "kills-nothing": "warning",
    "passes-without-subject": "warning",
    "sees-only-crashes": "note",
    "reaches-nothing": "note",
}
"""Kind of weakness -> severity."""

SHORT = {
    "never-run": "never run",
    "asserts-nothing": "asserts nothing",
    "compares-with-itself": "compares a value with itself",
    "replaces-its-subject": "replaces what it tests",
    "kills-nothing": "notices no fault",
    "passes-without-subject": "passes without its subject",
}
"""Kind of a warning in a few words."""

LEVELS = ("warning", "note", "never")


@dataclass(frozen=True, slots=True)
class Weakness:
    """A test that cannot fail, or hardly: where it is, its name, the kind, and a sentence."""

    path: str
    line: int
    test: str
    kind: str
    what: str

    @property
    def severity(self) -> str:
        """`warning` or `note`."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A changed line: whether a test runs it, and whether a fault on it would be seen (None: no fault could be tried)."""

    path: str
    line: int
    covered: bool
    seen: bool | None


@dataclass(slots=True)
class AuditResult:
    """What was found. `tests` are how many tests were read, `mutants` (killed, tried); `incomplete` says what was not done.

    `edited` are the identifiers of the tests that a change edits.
    """

    weaknesses: list[Weakness] = field(default_factory=list)
    changed: list[ChangedLine] = field(default_factory=list)
    files: int = 0
    tests: int = 0
    mutants: tuple[int, int] = (0, 0)
    modules: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    edited: set[str] = field(default_factory=set)
    unknown: int = 0
    """Test files of which it could not be recorded what their tests call."""

    differing: str = ""
    """Says which staged files are not audited because the working tree, in which tests run, has another version."""

    not_tried: list[str] = field(default_factory=list)
    """Tests that are skipped or fail where they are run, in sentences: that is no weakness of theirs."""

    only_read: int = 0
    """Tests of other languages than Python, which are not run."""

    looked_at: str = ""
    """Which files in places for tests hold none, in words, if no test was found."""

    ran: bool = False
    """Whether tests were run, or were to be; otherwise they were only read."""

    not_run: bool = False
    """Whether tests were to be run and not one test file could be: `incomplete` says why."""

    seconds: float = 0.0

    def fails(self, level: str) -> bool:
        """Whether there is a weakness of this severity or worse."""
        if level == "never":
            return False
        return any(w.severity == "warning" or level == "note" for w in self.weaknesses)

    @property
    def nothing(self) -> str:
        """That no test was found, and which files were looked at, without a full stop."""
        return f"No tests were found: {self.looked_at}" if self.looked_at else "There are no tests to audit here"

    @property
    def line(self) -> str:
        """The result of a change in one line, for a hook: changed lines, and tests that the change edits; "" for nothing."""
        tried = [line for line in self.changed if line.seen is not None or not line.covered]
        unseen = [line for line in tried if not line.seen]
        said = []
        if tried:
            said.append(f"tests notice a fault on {len(tried) - len(unseen)} of {counted(len(tried), 'changed line')}")
        if unseen:
            said[0] += f", not on {_places([(line.path, line.line) for line in unseen])}"
        weak = [w for w in self.weaknesses if w.severity == "warning" and f"{w.path}::{w.test}" in self.edited]
        if weak:
            places = _places([(w.path, w.line) for w in weak], [SHORT[w.kind] for w in weak])
            said.append(f"{counted(len(weak), 'edited test')} cannot fail, or hardly: {places}")
        if self.differing:
            said.append(self.differing)
        if self.ran and (self.unknown or (self.incomplete and self.tests)):
            said.append("not all was tried: codeassist test-audit --base HEAD~1 after the commit")
        return "; ".join(said)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.test-audit/1`."""
        return {
            "schema": "codeassist.test-audit/1",
            "files": self.files,
            "tests": self.tests,
            "modules": self.modules,
            "mutants_tried": self.mutants[1],
            "mutants_killed": self.mutants[0],
            "weaknesses": [asdict(w) | {"severity": w.severity} for w in self.weaknesses],
            "changed_lines": [asdict(line) for line in self.changed],
            "looked_at": self.looked_at or None,
            "not_tried": self.not_tried,
            "incomplete": self.incomplete,
            "not_run": self.not_run,
            "seconds": round(self.seconds, 1),
        }


def _places(places: list[tuple[str, int]], remarks: Sequence[str] = ()) -> str:
    """`a.py:3, 5, b.py:8 and 2 more`; with remarks `a.py:3 (never run), 5 (never run)`."""
    said, before = [], ""
    for (path, line), remark in zip(places[:MOST_PLACES], [*remarks, *[""] * len(places)], strict=False):
        said.append((f"{line}" if path == before else f"{path}:{line}") + (f" ({remark})" if remark else ""))
        before = path
    more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
    return ", ".join(said) + more
