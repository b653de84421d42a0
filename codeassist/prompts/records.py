"""The answers to shipped prompts that declare a schema, as records: one class per prompt, with the names of its schema."""

from __future__ import annotations

from typing import Literal

import msgspec


class Questions(msgspec.Struct, frozen=True):
    """`ask-clarify` and `ask-decompose`: questions to the user, or parts of a question."""

    questions: list[str]


class Action(msgspec.Struct, frozen=True):
    """`ask-explore`: the next retrieval action and its argument, or `answer`."""

    action: Literal["search", "symbol", "callers", "read", "answer"]
    argument: str = ""
    thought: str = ""


class Edit(msgspec.Struct, frozen=True):
    """A text that occurs once in a file, and its replacement."""

    path: str
    old: str
    new: str


class Edits(msgspec.Struct, frozen=True):
    """`fix`: edits and the reason for them."""

    reason: str
    edits: list[Edit]


class ProposedTest(msgspec.Struct, frozen=True):
    """A test as source text, with its name and the behaviour it checks."""

    name: str
    code: str
    behaviour: str = ""


class ProposedTests(msgspec.Struct, frozen=True):
    """`gen-tests`: tests and the import lines they need."""

    imports: list[str]
    tests: list[ProposedTest]


class Triage(msgspec.Struct, frozen=True):
    """`gen-tests-triage`: whether the test or the code is wrong, with a line of the code as witness."""

    witness: str
    reason: str
    verdict: Literal["expectation", "fault", "unclear"]


class RepairedTest(msgspec.Struct, frozen=True):
    """`gen-tests-repair`: a test that failed, repaired."""

    imports: list[str]
    code: str


class ReportedEvidence(msgspec.Struct, frozen=True):
    """A line that a model names for a finding, with the text it claims to be there."""

    path: str
    line: int
    quote: str = ""


class ReportedFinding(msgspec.Struct, frozen=True):
    """A finding as a model reports it, before it is checked."""

    kind: str
    severity: Literal["error", "warning", "note"]
    confidence: float
    start_line: int
    end_line: int
    message: str
    evidence: list[ReportedEvidence] = []
    patch: str | None = None


class ReportedFindings(msgspec.Struct, frozen=True):
    """`review`: findings on one file."""

    findings: list[ReportedFinding]


class AuditVerdict(msgspec.Struct, frozen=True):
    """`review-audit`: how far the evidence supports a finding, from 0 to 1."""

    support: float


class ProvingTest(msgspec.Struct, frozen=True):
    """`review-prove`: a test that fails if the finding is right."""

    test: str


class ChangeSummary(msgspec.Struct, frozen=True):
    """`review-summary`: what a change does, what to test by hand, and a commit message."""

    does: list[str]
    test_by_hand: list[str]
    message: str


class Rewrite(msgspec.Struct, frozen=True):
    """`tune`: a rewritten template and the idea behind it."""

    idea: str
    template: str


RECORDS: dict[str, type[msgspec.Struct]] = {
    "ask-clarify": Questions,
    "ask-decompose": Questions,
    "ask-explore": Action,
    "fix": Edits,
    "gen-tests": ProposedTests,
    "gen-tests-triage": Triage,
    "gen-tests-repair": RepairedTest,
    "review": ReportedFindings,
    "review-audit": AuditVerdict,
    "review-prove": ProvingTest,
    "review-summary": ChangeSummary,
    "tune": Rewrite,
}
"""The record of each shipped prompt that a task reads."""
