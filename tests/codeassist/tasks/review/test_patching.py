"""Patches of findings put into a text."""

from __future__ import annotations

from codeassist.tasks.review.finding import Finding, Severity
from codeassist.tasks.review.patching import patched

TEXT = "one\ntwo\nthree\nfour\n"


def _finding(start: int, end: int, patch: str | None, severity: Severity = Severity.NOTE) -> Finding:
    return Finding("rule", severity, "a.txt", start, end, "message", patch=patch)


def test_lines_are_replaced_inserted_and_deleted() -> None:
    assert patched(TEXT, [_finding(2, 2, "2a\n2b\n"), _finding(4, 4, "")]) == "one\n2a\n2b\nthree\n"


def test_of_two_that_overlap_the_higher_ranked_is_applied() -> None:
    patches = [_finding(1, 2, "note"), _finding(2, 3, "error", Severity.ERROR)]
    assert patched(TEXT, patches) == "one\nerror\nfour\n"


def test_a_finding_without_a_patch_changes_nothing() -> None:
    assert patched(TEXT, [_finding(2, 2, None)]) == TEXT
    assert patched(TEXT, [_finding(2, 2, None, Severity.ERROR), _finding(2, 2, "patch")]) == "one\npatch\nthree\nfour\n"


def test_line_endings_stay() -> None:
    assert patched("one\r\ntwo\r\n", [_finding(2, 2, "zwei\n")]) == "one\r\nzwei\r\n"
