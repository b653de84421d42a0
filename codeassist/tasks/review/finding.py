"""A finding of a review, and the fingerprint that identifies it across reviews."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """The severity of a finding. An error certainly fails when the code runs, or must not be committed."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """A number for ranking and thresholds; higher is more severe."""
        return {"error": 3, "warning": 2, "note": 1}[self.value]


@dataclass(frozen=True, slots=True)
class Place:
    """A line elsewhere that is evidence of a finding."""

    path: str
    line: int
    text: str = ""

    def __str__(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding on lines of the new version.

    `confidence` is between 0 and 1; `reach` is the number of places concerned; `patch` replaces the lines of the finding;
    `fingerprint` stays the same when lines move; `source` names the analyser or the model that reported it.
    """

    rule: str
    severity: Severity
    path: str
    start: int
    end: int
    message: str
    confidence: float = 0.9
    evidence: tuple[Place, ...] = ()
    patch: str | None = None
    reach: int = 1
    source: str = "analysis"
    fingerprint: str = ""
    note: str = ""
    """How the finding was checked, for the reader."""

    reproducer: str = ""
    """A program that shows it when it is run in the project, or the command that runs a test."""

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "confidence": round(self.confidence, 2),
            "path": self.path,
            "start_line": self.start,
            "end_line": self.end,
            "message": self.message,
            "evidence": [{"path": p.path, "line": p.line, "text": p.text} for p in self.evidence],
            "patch": self.patch,
            "source": self.source,
            "fingerprint": self.fingerprint,
            "note": self.note or None,
            "reproducer": self.reproducer or None,
        }

    @property
    def rank(self) -> float:
        """Severity x confidence x (1 + 0.15 log2 of reach); the logarithm limits the advantage of names with many uses."""
        from math import log2

        return self.severity.weight * self.confidence * (1 + 0.15 * log2(max(1, self.reach)))


def checked(value: Finding) -> Finding:
    """What an analyser returned, if it is a usable finding; raises `TypeError` otherwise: plug-ins can return anything."""
    usable = (
        isinstance(value, Finding)
        and isinstance(value.severity, Severity)
        and all(isinstance(text, str) for text in (value.rule, value.path, value.message))
        and isinstance(value.start, int)
        and isinstance(value.end, int)
        and value.start > 0
    )
    if not usable:
        raise TypeError(f"it returned {value!r:.80} instead of a finding")
    return value


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and its description, for machine-readable reports."""

    id: str
    name: str
    description: str
    severity: Severity
    tags: tuple[str, ...] = field(default=())


def with_fingerprints(findings: Iterable[Finding], lines: Callable[[str], list[str]]) -> list[Finding]:
    """Findings with fingerprints: a hash of rule, path and line text, and a number that separates equal hashes."""
    seen: dict[str, int] = {}
    fingerprinted = []
    for finding in findings:
        base = hashed(finding, lines, finding.path)
        seen[base] = seen.get(base, 0) + 1
        fingerprinted.append(replace(finding, fingerprint=f"{base}:{seen[base]}"))
    return fingerprinted


def hashed(finding: Finding, lines: Callable[[str], list[str]], path: str) -> str:
    """The hash of a finding's rule and text, as if its file were at `path`."""
    text = " ".join(" ".join(lines(finding.path)[finding.start - 1 : finding.end]).split())
    if finding.source.startswith("model"):
        text += " ".join(finding.message.lower().split())[:40]
    return hashlib.sha256(f"{finding.rule}\0{path}\0{text}".encode("utf-8", "replace")).hexdigest()[:16]
