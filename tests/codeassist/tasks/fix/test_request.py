"""What to fix: a finding, a place or a complaint as an instruction."""

from __future__ import annotations

import pytest

from codeassist.errors import UsageError
from codeassist.tasks.fix.request import FixRequest, relative, request_for_finding, request_for_place
from codeassist.tasks.review.finding import Finding, Severity
from tests.conftest import write


def finding(path, start, end, message):
    return Finding("rule", Severity.WARNING, path, start, end, message, fingerprint=message.lower())


FINDINGS = [finding("a.py", 2, 4, "First."), finding("a.py", 4, 6, "Second."), finding("b.py", 1, 9, "Other.")]


@pytest.fixture
def root(tmp_path, monkeypatch):
    root = write(tmp_path / "r", {"a.py": "x\n", "b.py": "y\n", "sub/c.py": "z\n"})
    monkeypatch.chdir(root)
    return root


def never(_):
    raise AssertionError("no review is needed")


def test_a_complaint_needs_no_review(root):
    assert request_for_place(root, "a.py:3", "divides by zero", never) == FixRequest(("a.py",), "a.py:3: divides by zero")
    assert request_for_place(root, "a.py", "divides by zero", never).instruction == "a.py: divides by zero"


@pytest.mark.parametrize(
    ("place", "instruction"),
    [
        ("a.py", "a.py:2: First.; a.py:4: Second."),
        ("a.py:2", "a.py:2: First."),
        ("a.py:4", "a.py:2: First.; a.py:4: Second."),
        ("a.py:6", "a.py:4: Second."),
    ],
)
def test_a_place_means_the_findings_that_contain_its_line(root, place, instruction):
    assert request_for_place(root, place, "", lambda _: FINDINGS) == FixRequest(("a.py",), instruction)


def test_the_whole_file_is_reviewed_if_the_uncommitted_changes_have_no_finding_there(root):
    reviewed = []

    def find(paths):
        reviewed.append(tuple(paths))
        return FINDINGS if paths else FINDINGS[2:]

    assert request_for_place(root, "a.py:6", "", find).instruction == "a.py:4: Second."
    assert reviewed == [(), (str(root / "a.py"),)]


@pytest.mark.parametrize("place", ["a.py:7", "a.py:x", "a.py:²", "a.py:" + "9" * 5000, "sub/c.py"])
def test_a_place_without_findings_is_an_error(root, place):
    with pytest.raises(UsageError, match="There are no findings in"):
        request_for_place(root, place, "", lambda _: FINDINGS)


@pytest.mark.parametrize("place", ["missing.py", "../outside.py:1", "sub", ""])
def test_a_place_that_is_no_file_of_the_repository_is_an_error(root, place):
    write(root.parent, {"outside.py": "x\n"})
    with pytest.raises(UsageError, match="is neither a fingerprint of a finding .* nor a file"):
        request_for_place(root, place, "complaint", never)


def test_a_finding_is_named_by_its_fingerprint(root):
    assert request_for_finding("second.", (), lambda _: FINDINGS) == FixRequest(("a.py",), "a.py:4: Second.")
    with pytest.raises(UsageError, match="have a finding 0000"):
        request_for_finding("0000", FINDINGS, lambda _: FINDINGS)


def test_a_finding_of_the_last_review_needs_no_other_one(root):
    assert request_for_finding("second.", FINDINGS, never) == FixRequest(("a.py",), "a.py:4: Second.")


def test_paths_are_relative_to_the_current_folder(root, monkeypatch):
    monkeypatch.chdir(root / "sub")
    assert relative(root, "c.py") == "sub/c.py"
    assert relative(root, "../a.py") == "a.py"
    with pytest.raises(UsageError):
        relative(root, "a.py")
