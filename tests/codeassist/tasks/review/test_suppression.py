"""Comments that suppress findings, and baselines of known ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codeassist.errors import UsageError
from codeassist.tasks.review.finding import Finding, Place, Severity
from codeassist.tasks.review.suppression import SCHEMA, Known, ignored, read_baseline, write_baseline
from tests.conftest import write


def finding(path: str = "a.py", *, rule: str = "ruff/F401", start: int = 2, end: int = 2, fingerprint: str = "f:1") -> Finding:
    return Finding(rule, Severity.WARNING, path, start, end, "message", fingerprint=fingerprint)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x\ny  # codeassist: ignore\n", True),
        ("x\ny  # codeassist: ignore[ruff/F401] needed\n", True),
        ("x\ny  # codeassist: ignore[ruff]\n", True),
        ("x\ny  # codeassist: ignore[F401]\n", True),
        ("x\ny  # codeassist: ignore[other, ruff/F401]\n", True),
        ("x\ny  # CodeAssist:ignore[*]\n", True),
        ("x\ny = 'codeassist: ignore'\n", False),
        ("x\ny = '#'  # codeassist: ignore\n", True),
        ("x\ny  # codeassist: ignore-file\n", True),
        ("# codeassist: ignore-file[F401] generated\nx\ny\n", True),
        ("# codeassist: ignore-file[secret]\nx\ny\n", False),
        ("x = '''\ny  # codeassist: ignore\n'''\n", False),
        ("# codeassist: ignore[F401] above\ny\n", True),
        ("x  # codeassist: ignore[F401] of the line above\ny\n", False),
        ("x\ny  # codeassist: ignore[secret]\n", False),
        ("x\ny\nz  # codeassist: ignore\n", False),
        ("x\ny\n", False),
        ("x\n", False),
    ],
)
def test_a_comment_on_the_line_or_alone_above_it_suppresses_the_rules_it_names(text: str, expected: bool) -> None:
    assert ignored(finding(), lambda _: text.split("\n")) is expected


def test_of_a_long_finding_only_the_first_three_lines_are_searched_for_a_comment() -> None:
    lines = [f"line {n}" for n in range(1, 10)]
    lines[3] += "  # codeassist: ignore"
    assert ignored(finding(start=2, end=9), lambda _: lines)
    assert not ignored(finding(start=1, end=9), lambda _: lines)


def test_a_baseline_is_read_back_and_only_new_findings_remain(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    known, fresh = finding(fingerprint="1:1"), finding(fingerprint="2:1")
    assert write_baseline(tmp_path, path, [known], {"a.py"}) == 1
    assert read_baseline(path) == {"1:1": "a.py"}
    lines = lambda _: ["x"]
    assert [f for f in (known, fresh) if not Known(frozenset({"1:1"})).has(f, lines)] == [fresh]


def test_a_comment_at_the_place_that_the_message_names_counts() -> None:
    texts = {"a.py": ["x", "y"], "use.py": ["f(1)  # codeassist: ignore[ruff/F401] on purpose"]}
    elsewhere = Finding("ruff/F401", Severity.WARNING, "a.py", 2, 2, "m", evidence=(Place("use.py", 1),))
    assert ignored(elsewhere, texts.__getitem__)
    texts["use.py"] = ["f(1)  # codeassist: ignore[other]"]
    assert not ignored(elsewhere, texts.__getitem__)


def test_comments_of_other_languages() -> None:
    for comment in (
        "// codeassist: ignore",
        "/* codeassist: ignore */",
        "-- codeassist: ignore",
        "<!-- codeassist: ignore -->",
    ):
        assert ignored(finding("a.ts"), lambda _: ["x", f"y  {comment}"])  # noqa: B023
    assert not ignored(finding("a.ts"), lambda _: ["x", 'y = "// codeassist: ignore"'])


def test_entries_of_files_that_were_not_reviewed_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(tmp_path, path, [finding("b.py", fingerprint="b:1"), finding("a.py", fingerprint="a:1")], {"a.py", "b.py"})
    assert write_baseline(tmp_path, path, [finding("a.py", fingerprint="new:1")], {"a.py"}) == 2
    entries = json.loads(path.read_text())["findings"]
    assert [(e["path"], e["fingerprint"]) for e in entries] == [("a.py", "new:1"), ("b.py", "b:1")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not json", "is not a codeassist baseline"),
        ("[]", "is not a codeassist baseline"),
        ('{"findings": []}', "is not a codeassist baseline"),
        (json.dumps({"schema": SCHEMA, "findings": [{}]}), "is not a codeassist baseline"),
        (json.dumps({"schema": "codeassist.review-baseline/9", "findings": []}), "its schema is not"),
    ],
)
def test_a_file_that_is_not_a_baseline_is_an_error_and_is_not_replaced(tmp_path: Path, content: str, message: str) -> None:
    path = write(tmp_path, {"baseline.json": content}) / "baseline.json"
    with pytest.raises(UsageError, match=message):
        read_baseline(path)
    with pytest.raises(UsageError, match=message):
        write_baseline(tmp_path, path, [finding()], {"a.py"})
    assert path.read_text() == content


def test_a_baseline_that_does_not_exist_or_is_outside_is_an_error(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"a.py": ""})
    with pytest.raises(UsageError, match="create one with --update-baseline"):
        read_baseline(root / "nowhere.json")
    with pytest.raises(UsageError, match="a baseline must be in the repository"):
        write_baseline(root, tmp_path / "outside.json", [], ())
    with pytest.raises(UsageError, match="Cannot write"):
        write_baseline(root, root / "no" / "folder" / "baseline.json", [], ())
    assert not (tmp_path / "outside.json").exists()
