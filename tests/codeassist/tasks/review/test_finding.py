"""Severities, the ranks of findings, their JSON form and their fingerprints."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from codeassist.tasks.review.finding import Finding, Place, Severity, with_fingerprints

FOUND = Finding("rule", Severity.WARNING, "a.py", 2, 2, "message")
TEXT = ["zero", "one", "two", "one"]


def prints(findings: list[Finding], lines: list[str]) -> list[str]:
    return [f.fingerprint for f in with_fingerprints(findings, lambda _: lines)]


def test_severity_confidence_and_reach_raise_the_rank() -> None:
    assert [s.weight for s in (Severity.ERROR, Severity.WARNING, Severity.NOTE)] == [3, 2, 1]
    assert FOUND.rank == 2 * 0.9
    assert replace(FOUND, reach=0).rank == FOUND.rank
    assert replace(FOUND, reach=8).rank > replace(FOUND, reach=2).rank > FOUND.rank
    assert replace(FOUND, confidence=0.5).rank < FOUND.rank < replace(FOUND, severity=Severity.ERROR).rank


def test_the_json_form_names_every_field() -> None:
    found = replace(FOUND, confidence=0.876, evidence=(Place("b.py", 3, "x()"),), patch="y", note="run")
    assert found.as_json() == {
        "rule": "rule",
        "severity": "warning",
        "confidence": 0.88,
        "path": "a.py",
        "start_line": 2,
        "end_line": 2,
        "message": "message",
        "evidence": [{"path": "b.py", "line": 3, "text": "x()"}],
        "patch": "y",
        "source": "analysis",
        "fingerprint": "",
        "note": "run",
        "reproducer": None,
    }
    assert FOUND.as_json()["note"] is None
    assert str(found.evidence[0]) == "b.py:3"


@given(st.lists(st.sampled_from(["x", "y", ""]), max_size=5))
def test_a_fingerprint_survives_moved_and_reindented_lines(above: list[str]) -> None:
    moved = replace(FOUND, start=FOUND.start + len(above), end=FOUND.end + len(above))
    assert prints([moved], [*above, *(f"  {line} " for line in TEXT)]) == prints([FOUND], TEXT)


def test_a_fingerprint_depends_on_the_rule_the_path_and_the_line() -> None:
    others = [replace(FOUND, rule="other"), replace(FOUND, path="b.py"), replace(FOUND, start=3, end=3)]
    found = prints([FOUND, *others], TEXT)
    assert len(set(found)) == 4
    assert prints([replace(FOUND, message="in other words", severity=Severity.NOTE)], TEXT) == found[:1]


def test_equal_lines_are_told_apart_by_a_number() -> None:
    first, second = prints([FOUND, replace(FOUND, start=4, end=4)], TEXT)
    assert first.removesuffix(":1") == second.removesuffix(":2")


def test_findings_of_a_model_on_one_line_are_told_apart_by_their_message() -> None:
    model = replace(FOUND, source="model: x")
    first, second = prints([model, replace(model, message="something else")], TEXT)
    assert first.endswith(":1")
    assert second.endswith(":1")
    assert first != second


def test_a_line_beyond_the_end_of_the_file_has_a_fingerprint() -> None:
    assert prints([replace(FOUND, start=99, end=99)], TEXT)[0].endswith(":1")
