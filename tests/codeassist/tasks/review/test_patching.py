"""Patches of findings put into a text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from codeassist.changes.change import Change
from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.tasks.review.finding import Finding, Severity
from codeassist.tasks.review.patching import apply_patches, patchable, patched
from tests.conftest import write

TEXT = "one\ntwo\nthree\nfour\n"


def _finding(start: int, end: int, patch: str | None, severity: Severity = Severity.NOTE, confidence: float = 0.9) -> Finding:
    return Finding("rule", severity, "a.txt", start, end, "message", confidence, patch=patch)


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
    text = "one\r\ntwo\r\nthree\r\nfour\r\n"
    assert patched(text, [_finding(2, 2, "2"), _finding(4, 4, "")]) == "one\r\n2\r\nthree\r\n"


def test_of_two_that_overlap_with_the_same_severity_the_more_confident_is_applied() -> None:
    assert patched("a\nb\nc\n", [_finding(1, 2, "X", confidence=0.5), _finding(2, 3, "Y", confidence=0.9)]) == "a\nY\n"


def _repository(tmp_path: Path, text: str | bytes) -> tuple[Path, Change]:
    """A repository with one file, `a.txt`, and its review as a whole file."""
    root = write(tmp_path, {"a.txt": text})
    return root, read_change(root, ChangeSelection(paths=(str(root / "a.txt"),)))


def test_patches_are_written_to_files_that_are_as_reviewed(tmp_path: Path) -> None:
    root, change = _repository(tmp_path, b"\xef\xbb\xbfone\r\ntwo\r\n")
    assert apply_patches(root, change, [_finding(2, 2, "zwei"), _finding(1, 1, None)]) == ["a.txt"]
    assert (root / "a.txt").read_bytes() == b"\xef\xbb\xbfone\r\nzwei\r\n"


def test_a_file_that_changed_since_the_review_is_not_written(tmp_path: Path) -> None:
    root, change = _repository(tmp_path, TEXT)
    write(root, {"a.txt": TEXT + "five\n"})
    finding = _finding(2, 2, "2")
    assert not patchable(root, change, finding)
    assert apply_patches(root, change, [finding]) == []
    assert (root / "a.txt").read_text() == TEXT + "five\n"


def test_a_file_that_is_not_part_of_the_change_is_not_patchable(tmp_path: Path) -> None:
    root, change = _repository(tmp_path, TEXT)
    write(root, {"b.txt": TEXT})
    assert patchable(root, change, _finding(1, 1, "x"))
    assert not patchable(root, change, replace(_finding(1, 1, "x"), path="b.txt"))
