"""Weaknesses of tests, what is known about changed lines, and their JSON form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

KINDS = {
    "never-run": "warning",
    "asserts-nothing": "warning",
    "compares-with-itself": "warning",
    "replaces-its-subject": "warning",
    "kills-nothing": "warning",
    "passes-without-subject": "warning",
    "sees-only-crashes": "note",
    "reaches-nothing": "note",
    "fails": "note",
}
"""Kind of weakness -> severity."""

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
    """What was found. `tests` are how many tests were read, `mutants` (killed, tried); `incomplete` says what was not done."""

    weaknesses: list[Weakness] = field(default_factory=list)
    changed: list[ChangedLine] = field(default_factory=list)
    files: int = 0
    tests: int = 0
    mutants: tuple[int, int] = (0, 0)
    modules: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def fails(self, level: str) -> bool:
        """Whether there is a weakness of this severity or worse."""
        if level == "never":
            return False
        return any(w.severity == "warning" or level == "note" for w in self.weaknesses)

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
            "incomplete": self.incomplete,
            "seconds": round(self.seconds, 1),
        }


Note = Callable[[str], None]


def module_path(path: str) -> str:
    """`a/b.py` and `a/b/__init__.py` as dotted module names."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts and parts[-1] == "__init__" else parts)
